#include "compile/store_result.h"

#include "compile/checkout_text.h"
#include "compile/relocation.h"
#include "compile/replay.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <chrono>

namespace larder::compile {
namespace {

/// For people and `larder inspect`; nothing is decided by it.
std::string metadata_of(const FinishedCompile& compile, const Inputs& inputs) {
  using std::chrono::system_clock;
  const nlohmann::json metadata = {
      {"timestamp", system_clock::to_time_t(system_clock::now())},
      {"compiler", compile.job.command.path},
      {"command", compile.job.command.words},
      {"directory", compile.job.directory},
      {"source", compile.job.invocation.input},
      {"inputs", inputs.files.size() + 1},
      {"duration_ms", compile.compile_ms},
      {"manifest", compile.job.manifest.hex()},
  };
  return metadata.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The blobs of a result, by name.
class BlobList {
 public:
  Result<void> add(std::string_view name, BlobSource source) {
    LARDER_TRY(Name parsed, Name::parse(name));
    blobs_.push_back({std::move(parsed), std::move(source)});
    return {};
  }
  void add(std::vector<NamedSource> outputs) {
    std::ranges::move(outputs, std::back_inserter(blobs_));
  }
  /// What the compiler said nothing on gets no blob.
  Result<void> add_unless_empty(std::string_view name, std::string_view text) {
    return text.empty() ? Result<void>() : add(name, BlobSource::from_text(text));
  }
  [[nodiscard]] std::span<const NamedSource> all() const { return blobs_; }

 private:
  std::vector<NamedSource> blobs_;
};

/// Whether a depfile can be told for any other checkout.
Result<bool> can_be_moved(const HeldOutput& depfile, CompilerKind kind, const ProjectRoot& root) {
  util::ByteBuffer bytes(depfile.stamp.size);
  LARDER_CHECK(sys::read_exactly_at(depfile.fd.get(), bytes, 0));
  const std::string_view text = util::as_text(bytes);
  return depfile_in_checkout(text, kind, root.path(), root.path()).has_value();
}

/// Whether a result that is told in terms of the root holds for this checkout alone.
Result<bool> is_bound(const FinishedCompile& compile, const Inputs& inputs) {
  const Job& job = compile.job;
  const ProjectRoot& root = *job.root;
  const auto& [out, err] = std::pair(std::string_view(compile.outcome.out.bytes),
                                     std::string_view(compile.outcome.err.bytes));
  if (inputs.may_hold_root || out.find(root.path()) != std::string_view::npos ||
      !diagnostics_in_checkout(err, root.path(), root.path()) ||
      is_bound_by_command(job.description, job.invocation, job.command.path, root)) {
    return true;
  }
  for (const HeldOutput& output : compile.outputs.all()) {
    if (output.blob_name == kDepfileBlob) {
      LARDER_TRY(const bool is_certain, can_be_moved(output, job.compiler.kind, root));
      if (!is_certain) return true;
    } else {
      LARDER_TRY(const bool is_in_it, holds_root(output.fd.get(), root));
      if (is_in_it) return true;
    }
  }
  return false;
}

}  // namespace

Result<StoredResult> store_result(Cache& cache, const FinishedCompile& compile, Inputs inputs) {
  const Job& job = compile.job;
  StoredResult stored;
  BlobList blobs;
  for (const HeldOutput& output : compile.outputs.all()) stored.bytes += output.stamp.size;
  const std::string metadata = metadata_of(compile, inputs);
  LARDER_CHECK(blobs.add_unless_empty(kStdoutBlob, compile.outcome.out.bytes));
  LARDER_CHECK(blobs.add_unless_empty(kStderrBlob, compile.outcome.err.bytes));
  LARDER_CHECK(blobs.add(kExitCodeBlob, BlobSource::from_text("0")));
  LARDER_CHECK(blobs.add(kMetadataBlob, BlobSource::from_text(metadata)));
  bool is_for_any_root = false;
  if (job.root) {
    LARDER_TRY(const bool is_for_this_root, is_bound(compile, inputs));
    is_for_any_root = !is_for_this_root;
  }
  if (is_for_any_root) {
    LARDER_CHECK(blobs.add(kRootBlob, BlobSource::from_text(job.root->path())));
  }
  if (job.root) tell_in_terms_of_root(*job.root, !is_for_any_root, inputs);
  ManifestResult result = {.absent = std::move(inputs.absent), .compile_ms = compile.compile_ms};
  result.set_files(std::move(inputs.files));
  result.key = stored.key = result_key(job.manifest, result);
  Result<util::ByteBuffer> manifest;
  LARDER_CHECK(cache.put_result(
      stored.key,
      [&] {
        blobs.add(compile.outputs.sources());
        return blobs.all();
      },
      [&] { manifest = cache.make_manifest(job.manifest, std::move(result)); }));
  // The manifest makes the entry findable: only once it is known to be what the compiler left. An
  // older manifest may name this key already.
  if (!compile.outputs.are_as_held()) {
    LARDER_CHECK(cache.remove_result(stored.key));
    return StoredResult{.detail = "an output changed while it was stored"};
  }
  LARDER_TRY(const util::ByteBuffer bytes, std::move(manifest));
  LARDER_CHECK(cache.put_manifest(job.manifest, bytes));
  stored.is_stored = true;
  return stored;
}

}  // namespace larder::compile
