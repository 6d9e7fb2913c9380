#include "compile/dependency_run.h"

#include "compile/find_program.h"
#include "compile/preprocessed.h"
#include "compile/source_scan.h"
#include "util/try.h"

#include <span>
#include <string_view>
#include <utility>

namespace larder::compile {
namespace {

bool is_cpp(Language language) {
  return language == Language::cpp || language == Language::cpp_preprocessed;
}

/// Why a file's content keeps a compile from being cached, or nothing.
std::string_view unsuitable_because(const SourceScan& scan, Language language) {
  if (scan.uses_time) return "uses the time";
  if (scan.pulls_in_files) return "pulls in files by .incbin, .include or #embed";
  if (scan.uses_precompiled) return "uses a precompiled header";
  if (scan.uses_modules && is_cpp(language)) return "uses modules";
  return {};
}

SourceDialect dialect_of(Language language) {
  return language == Language::assembler ? SourceDialect::assembly : SourceDialect::c_family;
}

bool is_precompiled(std::string_view path) {
  return path.ends_with(".gch") || path.ends_with(".pch") || path.ends_with(".pcm");
}

/// Reads the inputs of one compile.
class InputReader {
 public:
  InputReader(const Job& job, FileDigests& digests) : job_(job), digests_(digests) {}

  /// False once a file makes the compile impossible to cache.
  bool read(const std::string& path) {
    if (is_precompiled(path)) return reject(Inputs::Verdict::unsuitable, path, "is precompiled");
    SourceScan scan;
    const auto hashed = digests_.read(path.c_str(), [&](util::ByteSpan bytes) {
      scan = scan_source(util::as_text(bytes), dialect_of(job_.invocation.language));
    });
    if (!hashed) return reject(Inputs::Verdict::changed, path, hashed.error().message());
    if (!*hashed) return reject(Inputs::Verdict::unsuitable, path, "is no regular file");
    if (!is_settled((*hashed)->stamp)) {
      return reject(Inputs::Verdict::changed, path, "changed while it was compiled");
    }
    const auto why = unsuitable_because(scan, job_.invocation.language);
    if (!why.empty()) return reject(Inputs::Verdict::unsuitable, path, why);
    inputs_.files.push_back({path, (*hashed)->digest});
    return true;
  }

  /// The same for a file whose digest is in the key already.
  bool check(const std::string& path) {
    const auto hashed = digests_.hash(path.c_str());
    if (hashed && *hashed && is_settled((*hashed)->stamp)) return true;
    return reject(Inputs::Verdict::changed, path, "changed while it was compiled");
  }

  /// Reads the source, whose digest is in the key already.
  bool read_source(const std::string& path) {
    if (!read(path)) return false;
    const bool is_same = inputs_.files.back().digest == job_.source.digest;
    inputs_.files.pop_back();
    return is_same || reject(Inputs::Verdict::changed, path, "changed while it was compiled");
  }

  Inputs finish() { return std::move(inputs_); }

 private:
  /// Strictly older than the compile: then nobody wrote to it since, for that would show.
  [[nodiscard]] bool is_settled(const FileStamp& stamp) const {
    return stamp.ctime_ns < job_.start_ns;
  }

  bool reject(Inputs::Verdict verdict, const std::string& path, std::string_view why) {
    inputs_ = {.verdict = verdict, .detail = path + " " + std::string(why)};
    return false;
  }

  const Job& job_;
  FileDigests& digests_;
  Inputs inputs_;
};

}  // namespace

sys::Command compiler_process(const Job& job) {
  const CompilerCommand& compiler = job.command;
  sys::Command command = {
      .program = compiler.prefix.empty() ? compiler.path : compiler.prefix.front(),
      .arguments = compiler.full_words()};
  const bool wants_colour = job.invocation.diagnostics.colour == Diagnostics::Colour::unspecified ||
                            job.invocation.diagnostics.colour == Diagnostics::Colour::automatic;
  // Its standard error is a pipe to us, which hides the terminal from it.
  if (job.is_terminal && wants_colour && !job.invocation.diagnostics.is_machine_readable) {
    command.arguments.emplace_back("-fdiagnostics-color=always");
  }
  return command;
}

Result<DependencyRun> DependencyRun::prepare(const Job& job, sys::Command& command) {
  LARDER_TRY(auto listing,
             DependencyListing::prepare({.kind = job.compiler.kind,
                                         .path = job.command.path,
                                         .name = job.command.words.front(),
                                         .has_prefix_command = !job.command.prefix.empty()},
                                        job.invocation, command));
  return DependencyRun(std::move(listing));
}

Inputs DependencyRun::collect(const Job& job, FileDigests& digests,
                              const std::string& searches) const {
  (void)searches;
  auto list = listing_.collect(job.invocation);
  if (!list) {
    Inputs unknown;
    unknown.verdict = Inputs::Verdict::unknown;
    unknown.detail = list.error().message();
    return unknown;
  }
  InputReader reader(job, digests);
  if (!reader.read_source(list->files.front())) return reader.finish();
  for (const std::string& path : std::span(list->files).subspan(1)) {
    if (!reader.read(path)) return reader.finish();
  }
  for (const InputFile& file : job.description.named_files) {
    if (!reader.check(file.path)) return reader.finish();
  }
  for (const std::string& path : job.invocation.response_files) {
    if (!reader.check(path)) return reader.finish();
  }
  return reader.finish();
}

}  // namespace larder::compile
