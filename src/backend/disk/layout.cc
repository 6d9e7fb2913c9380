#include "backend/disk/layout.h"

#include "util/hex.h"

#include <span>

namespace larder::disk::layout {
namespace {

constexpr std::size_t kUniqueDigits = 16;
constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

std::string namespace_dir(const store::NamespacePath& ns) {
  if (ns.is_root()) return ".";
  std::string path = store::namespace_prefix(ns);
  path.pop_back();
  return path;
}

std::string shard_dir(const store::NamespacePath& ns, unsigned shard) {
  return store::namespace_prefix(ns) + shard_name(shard);
}

std::string temporary_name(unsigned shard, std::uint64_t unique) {
  return shard_name(shard) + '-' + util::to_hex(std::as_bytes(std::span(&unique, 1)));
}

std::optional<unsigned> parse_temporary(std::string_view file_name) {
  if (file_name.size() != 2 + 1 + kUniqueDigits || file_name[2] != '-') return std::nullopt;
  if (file_name.find_first_not_of(kDigits, 3) != std::string_view::npos) return std::nullopt;
  return parse_shard(file_name.substr(0, 2));
}

}  // namespace larder::disk::layout
