#include "compile/history.h"

#include "sys/file.h"
#include "sys/flock.h"
#include "util/bytes.h"
#include "util/hex.h"
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

json to_json(const HistoryRecord& record) {
  const Description& description = record.description;
  return {{"time_ms", record.time_ms},
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
}

/// The field as `T`, or T's default where it is absent or something else.
template <typename T>
T field(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return {};
  if constexpr (std::is_same_v<T, std::string>) {
    return found->is_string() ? found->get<T>() : T{};
  } else if constexpr (std::is_integral_v<T>) {
    return found->is_number_integer() ? found->get<T>() : T{};
  } else {
    if (!found->is_array()) return {};
    T texts;
    for (const json& item : *found) {
      if (item.is_string()) texts.push_back(item.get<std::string>());
    }
    return texts;
  }
}

util::Digest digest_field(const json& object, const char* name) {
  util::Digest digest;
  (void)util::from_hex(field<std::string>(object, name), digest.bytes);  // zeros if it is none
  return digest;
}

std::optional<HistoryRecord> parse_line(std::string_view line) {
  const json object = json::parse(line, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  HistoryRecord record;
  record.time_ms = field<std::int64_t>(object, "time_ms");
  record.outcome = field<std::string>(object, "outcome");
  record.detail = field<std::string>(object, "detail");
  record.directory = field<std::string>(object, "directory");
  record.source = field<std::string>(object, "source");
  record.object = field<std::string>(object, "object");
  record.compiler_path = field<std::string>(object, "compiler_path");
  record.compile_ms = field<std::uint64_t>(object, "compile_ms");
  record.manifest = field<std::string>(object, "manifest");
  record.result = field<std::string>(object, "result");
  record.description.compiler = digest_field(object, "compiler");
  record.description.arguments = field<std::vector<std::string>>(object, "arguments");
  record.description.environment = field<std::vector<std::string>>(object, "environment");
  record.description.directory = field<std::string>(object, "key_directory");
  record.description.source = record.source;
  record.description.source_digest = digest_field(object, "source_digest");
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
  // Paths need not be UTF-8: what is not is replaced rather than refused.
  const std::string line =
      to_json(record).dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
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
