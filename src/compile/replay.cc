#include "compile/replay.h"

#include "compile/checkout_text.h"
#include "compile/deliver.h"
#include "store/memory_blob.h"
#include "util/bytes.h"
#include "util/try.h"

#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <optional>

namespace larder::compile {

namespace {

/// Whether the compiler would write there without leaving a file: -MF /dev/null.
bool is_no_file(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

/// Whether the entry has what this invocation asks for. Where a depfile goes is not in the key, so
/// the result may be that of a compile that sent it to a device.
bool is_complete(const Entry& entry, const Invocation& invocation) {
  if (entry.find(kOutputBlob) == nullptr) return false;
  return !invocation.depfile || entry.find(kDepfileBlob) != nullptr ||
         is_no_file(invocation.depfile->path);
}

/// What of a result names files, as the compiler would have written it in this checkout.
struct OwnTexts {
  std::optional<Blob> depfile;
  std::optional<Blob> err;
};

Result<std::string> read_text(const Blob& blob) {
  LARDER_TRY(const auto bytes, blob.read());
  return std::string(util::as_text(bytes));
}

Blob blob_of(std::string_view text) {
  const auto bytes = util::as_bytes(text);
  return memory_blob(std::make_shared<const util::ByteBuffer>(bytes.begin(), bytes.end()));
}

/// Nothing where the result has been made in this checkout, or says nothing of one.
Result<OwnTexts> own_texts(const Entry& entry, const Job& job) {
  OwnTexts own;
  const Blob* const root = entry.find(kRootBlob);
  if (root == nullptr || !job.root) return own;
  LARDER_TRY(const std::string from, read_text(*root));
  const std::string& to = job.root->path();
  if (from == to) return own;
  const auto uncertain = [&] { return fail(ErrorCode::corrupt, "tell the texts of " + from); };
  if (const Blob* depfile = entry.find(kDepfileBlob)) {
    LARDER_TRY(const std::string text, read_text(*depfile));
    const auto moved = depfile_in_checkout(text, job.compiler.kind, from, to);
    if (!moved) return uncertain();
    own.depfile = blob_of(*moved);
  }
  if (const Blob* err = entry.find(kStderrBlob)) {
    LARDER_TRY(const std::string text, read_text(*err));
    const auto moved = diagnostics_in_checkout(text, from, to);
    if (!moved) return uncertain();
    own.err = blob_of(*moved);
  }
  return own;
}

}  // namespace

std::vector<OutputFile> output_files_of(const Invocation& invocation) {
  std::vector<OutputFile> files;
  for (const SideOutput& side : invocation.side_outputs) {
    files.push_back({std::string(side.blob_name), side.path});
  }
  if (invocation.depfile) files.push_back({std::string(kDepfileBlob), invocation.depfile->path});
  // Last, so that its time is the newest: make compares it with the others.
  files.push_back({std::string(kOutputBlob), invocation.output});
  return files;
}

Result<std::uint64_t> replay(const Entry& entry, const Job& job) {
  const Invocation& invocation = job.invocation;
  if (!is_complete(entry, invocation)) {
    return fail(ErrorCode::corrupt, "replay a result: an output is missing in it");
  }
  LARDER_TRY(const OwnTexts own, own_texts(entry, job));
  std::uint64_t bytes = 0;
  for (const OutputFile& file : output_files_of(invocation)) {
    const bool is_depfile = file.blob_name == kDepfileBlob;
    const Blob* const blob = is_depfile && own.depfile ? &*own.depfile : entry.find(file.blob_name);
    if (blob == nullptr) continue;  // the compile did not write it then either
    // What the preprocessor writes, it writes itself.
    const Replacement replacement = is_depfile || file.blob_name == kModuleRules
                                        ? Replacement::in_place
                                        : replacement_of(job.compiler.kind, invocation.output_kind);
    LARDER_CHECK(deliver(*blob, file.path, replacement));
    bytes += blob->size();
  }
  if (const Blob* out = entry.find(kStdoutBlob)) LARDER_CHECK(out->write_to(STDOUT_FILENO));
  // Part of what was said may be out: running the compiler would say it twice. A reader of
  // diagnostics that has gone away fails no compile.
  const Blob* const err = own.err ? &*own.err : entry.find(kStderrBlob);
  if (err != nullptr) (void)err->write_to(STDERR_FILENO);
  return bytes;
}

}  // namespace larder::compile
