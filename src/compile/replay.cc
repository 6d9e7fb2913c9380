#include "compile/replay.h"

#include "compile/deliver.h"
#include "util/try.h"

#include <sys/stat.h>
#include <unistd.h>

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

Result<std::uint64_t> replay(const Entry& entry, const Invocation& invocation, CompilerKind kind) {
  if (!is_complete(entry, invocation)) {
    return fail(ErrorCode::corrupt, "replay a result: an output is missing in it");
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
