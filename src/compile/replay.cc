#include "compile/replay.h"

#include "compile/deliver.h"
#include "util/try.h"

#include <unistd.h>

namespace larder::compile {

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

Result<std::uint64_t> replay(const Entry& entry, const Invocation& invocation, CompilerKind kind) {
  if (entry.find(kOutputBlob) == nullptr) {
    return fail(ErrorCode::corrupt, "replay a result: it has no output");
  }
  std::uint64_t bytes = 0;
  for (const OutputFile& file : output_files_of(invocation)) {
    const Blob* blob = entry.find(file.blob_name);
    if (blob == nullptr) continue;  // the compile did not write it then either
    const Replacement replacement = file.blob_name == kDepfileBlob
                                        ? Replacement::in_place
                                        : replacement_of(kind, invocation.output_kind);
    LARDER_CHECK(deliver(*blob, file.path, replacement));
    bytes += blob->size();
  }
  if (const Blob* out = entry.find(kStdoutBlob)) LARDER_CHECK(out->write_to(STDOUT_FILENO));
  // Part of what was said may be out: running the compiler would say it twice. A reader of
  // diagnostics that has gone away fails no compile.
  if (const Blob* err = entry.find(kStderrBlob)) (void)err->write_to(STDERR_FILENO);
  return bytes;
}

}  // namespace larder::compile
