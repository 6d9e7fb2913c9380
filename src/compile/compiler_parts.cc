#include "compile/compiler_parts.h"

#include "compile/json_fields.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>

#include <cstdint>

namespace larder::compile {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxBytes = 1 << 20;

std::string path_of(const std::string& directory, const util::Digest& identity) {
  return directory + "/" + identity.hex() + ".json";
}

}  // namespace

Result<void> remember_parts(const std::string& directory, const util::Digest& identity,
                            const CompilerParts& parts) {
  const std::string path = path_of(directory, identity);
  LARDER_TRY(const auto known, sys::stat_at(AT_FDCWD, path));
  if (known) return {};
  const json document = {{"files", json_of(parts.files)}, {"flags", parts.flags}};
  return sys::replace_file(AT_FDCWD, path, util::as_bytes(to_line(document)), 0600);
}

std::optional<CompilerParts> recall_parts(const std::string& directory,
                                          const util::Digest& identity) {
  const auto bytes = sys::read_file(AT_FDCWD, path_of(directory, identity), kMaxBytes);
  if (!bytes) return std::nullopt;
  const json document = json::parse(util::as_text(*bytes), nullptr, false);
  if (!document.is_object()) return std::nullopt;
  return CompilerParts{files_field(document, "files"), texts_field(document, "flags")};
}

}  // namespace larder::compile
