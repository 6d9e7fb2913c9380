#include "compile/history.h"

#include "compile/json_fields.h"
#include "sys/file.h"
#include "sys/flock.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <optional>
#include <string_view>
#include <utility>

namespace larder::compile {
namespace {

using nlohmann::json;

// Records of version 1 have neither a version nor what is written after "source_digest".
constexpr std::uint64_t kVersion = 2;

json to_json(const HistoryRecord& record) {
  const Description& description = record.description;
  json object = {{"version", kVersion},
                 {"time_ms", record.time_ms},
                 {"outcome", record.outcome},
                 {"detail", record.detail},
                 {"directory", record.directory},
                 {"source", record.source},
                 {"object", record.object},
                 {"compiler_path", record.compiler_path},
                 {"compile_ms", record.compile_ms},
                 {"manifest", record.manifest},
                 {"result", record.result},
                 {"compiler", description.compiler.hex()},
                 {"arguments", description.arguments},
                 {"environment", description.environment},
                 {"key_directory", description.directory},
                 {"source_digest", description.source_digest.hex()}};
  // Most records have none of these.
  if (!record.change.empty()) object["change"] = record.change;
  if (!record.unstored.empty()) object["unstored"] = record.unstored;
  if (!record.unstored_detail.empty()) object["unstored_detail"] = record.unstored_detail;
  if (!description.named_files.empty()) object["named_files"] = json_of(description.named_files);
  if (!record.words.empty()) object["words"] = record.words;
  if (record.totals) {
    object["hits"] = record.totals->hits;
    object["saved_ms"] = record.totals->saved_ms;
  }
  return object;
}

Description description_of(const json& object) {
  Description description;
  description.compiler = digest_field(object, "compiler");
  description.arguments = texts_field(object, "arguments");
  description.environment = texts_field(object, "environment");
  description.directory = text_field(object, "key_directory");
  description.source = text_field(object, "source");
  description.source_digest = digest_field(object, "source_digest");
  description.named_files = files_field(object, "named_files");
  return description;
}

std::optional<HistoryRecord> parse_line(std::string_view line) {
  const json object = json::parse(line, nullptr, false);
  if (!object.is_object() || number_field(object, "version").value_or(1) > kVersion) {
    return std::nullopt;
  }
  HistoryRecord record;
  record.time_ms = static_cast<std::int64_t>(number_field(object, "time_ms").value_or(0));
  record.outcome = text_field(object, "outcome");
  record.detail = text_field(object, "detail");
  record.change = text_field(object, "change");
  record.unstored = text_field(object, "unstored");
  record.unstored_detail = text_field(object, "unstored_detail");
  record.directory = text_field(object, "directory");
  record.source = text_field(object, "source");
  record.object = text_field(object, "object");
  record.compiler_path = text_field(object, "compiler_path");
  record.compile_ms = number_field(object, "compile_ms").value_or(0);
  record.manifest = text_field(object, "manifest");
  record.result = text_field(object, "result");
  record.description = description_of(object);
  record.words = texts_field(object, "words");
  const auto hits = number_field(object, "hits");
  if (hits)
    record.totals = {.hits = *hits, .saved_ms = number_field(object, "saved_ms").value_or(0)};
  return record;
}

/// A history's file as it was when it was opened.
struct OpenHistory {
  util::UniqueFd fd;
  struct stat status = {};
};

Result<std::optional<OpenHistory>> open_history(const std::string& path) {
  LARDER_TRY(auto fd, sys::open_existing_at(AT_FDCWD, path, O_RDONLY));
  if (!fd) return std::optional<OpenHistory>();
  LARDER_TRY(const struct stat status, sys::stat_fd(fd->get()));
  return std::optional(OpenHistory{*std::move(fd), status});
}

/// Walks one file backwards; gives whether the walk goes on.
Result<bool> read_one(const OpenHistory& file,
                      const std::function<bool(const HistoryRecord&)>& visit) {
  util::ByteBuffer bytes(static_cast<std::size_t>(file.status.st_size));
  LARDER_TRY(const std::size_t got, sys::read_at(file.fd.get(), bytes, 0));
  std::string_view rest = util::as_text(util::ByteSpan(bytes).first(got));
  while (!rest.empty()) {
    rest.remove_suffix(rest.back() == '\n' ? 1 : 0);
    const std::size_t begin = rest.rfind('\n') + 1;  // 0 for the first line
    const auto record = parse_line(rest.substr(begin));
    if (record && !visit(*record)) return false;
    rest = rest.substr(0, begin);
  }
  return true;
}

/// Makes the history the older one, unless another process has done so or is about to.
Result<void> set_aside(const std::string& path, const OpenHistory& file) {
  // Only who holds the lock on the file may rename it, so that nobody renames its successor; but
  // where there are no locks it is bounded, too.
  const auto bytes = static_cast<std::uint64_t>(file.status.st_size);
  if (!sys::flock_try(file.fd.get()) && bytes <= 2 * kHistoryMaxBytes) return {};
  LARDER_TRY(const auto current, sys::stat_at(AT_FDCWD, path));
  if (!current || current->st_ino != file.status.st_ino) return {};
  return sys::rename_at(AT_FDCWD, path, AT_FDCWD, path + ".1");
}

}  // namespace

Result<void> append_history(const std::string& path, const HistoryRecord& record) {
  LARDER_TRY(auto fd, sys::open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600));
  const std::string line = to_line(to_json(record));
  LARDER_CHECK(sys::write_all(fd.get(), util::as_bytes(line)));
  LARDER_TRY(const struct stat status, sys::stat_fd(fd.get()));
  if (static_cast<std::uint64_t>(status.st_size) <= kHistoryMaxBytes) return {};
  return set_aside(path, {std::move(fd), status});
}

Result<void> read_history(const std::string& path,
                          const std::function<bool(const HistoryRecord&)>& visit) {
  // Both are open before either is read: what is renamed meanwhile is read once.
  LARDER_TRY(const auto newer, open_history(path));
  LARDER_TRY(const auto older, open_history(path + ".1"));
  if (newer) {
    LARDER_TRY(const bool goes_on, read_one(*newer, visit));
    if (!goes_on) return {};
  }
  if (!older || (newer && newer->status.st_ino == older->status.st_ino)) return {};
  LARDER_CHECK(read_one(*older, visit));
  return {};
}

}  // namespace larder::compile
