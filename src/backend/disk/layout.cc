#include "backend/disk/layout.h"

#include "util/hex.h"

#include <array>

namespace larder::disk::layout {
namespace {

constexpr std::string_view kEscape = ".ns-";
constexpr std::size_t kUniqueDigits = 16;

/// Whether the text, digits by all else, has none of upper case.
bool is_lower_case(std::string_view text) {
  bool has_upper = false;
  for (const char c : text) has_upper |= c >= 'A' && c <= 'F';
  return !has_upper;
}

/// Whether a namespace of that name would be taken for a shard, also where case is folded.
bool looks_like_shard(std::string_view name) {
  std::array<std::byte, 1> byte = {};
  return name.size() == 2 && util::from_hex(name, byte).has_value();
}

void append_component(std::string& path, std::string_view component) {
  if (looks_like_shard(component)) path += kEscape;
  path += component;
  path += '/';
}

/// The directory of a namespace as what a path below it begins with: "" or "a/b/".
std::string namespace_prefix(const store::NamespacePath& ns) {
  std::string path;
  for (const std::string_view component : ns.components()) append_component(path, component);
  return path;
}

}  // namespace

unsigned shard_of(const Key& key) { return std::to_integer<unsigned>(key.bytes().front()); }

std::string shard_name(unsigned shard) {
  const std::array<std::byte, 1> byte = {static_cast<std::byte>(shard)};
  return util::to_hex(byte);
}

std::string namespace_dir(const store::NamespacePath& ns) {
  if (ns.is_root()) return ".";
  std::string path = namespace_prefix(ns);
  path.pop_back();
  return path;
}

std::string shard_dir(const store::NamespacePath& ns, unsigned shard) {
  return namespace_prefix(ns) + shard_name(shard);
}

std::string entry_name(const Key& key) { return key.hex(); }

std::string entry_path(const store::Address& address) {
  return shard_dir(address.ns, shard_of(address.key)) + '/' + entry_name(address.key);
}

std::string temporary_name(unsigned shard, std::uint64_t unique) {
  return shard_name(shard) + '-' + util::to_hex(std::as_bytes(std::span(&unique, 1)));
}

std::optional<unsigned> parse_shard(std::string_view dir_name) {
  std::array<std::byte, 1> byte = {};
  if (dir_name.size() != 2 || !is_lower_case(dir_name)) return std::nullopt;
  if (!util::from_hex(dir_name, byte)) return std::nullopt;
  return std::to_integer<unsigned>(byte[0]);
}

std::optional<Name> parse_component(std::string_view dir_name) {
  const bool is_escaped = dir_name.starts_with(kEscape);
  if (is_escaped) dir_name.remove_prefix(kEscape.size());
  if (is_escaped != looks_like_shard(dir_name)) return std::nullopt;
  auto name = Name::parse(dir_name);
  if (!name) return std::nullopt;
  return *std::move(name);
}

std::optional<Key> parse_entry(std::string_view file_name, unsigned shard) {
  if (!is_lower_case(file_name)) return std::nullopt;
  auto key = Key::from_hex(file_name);
  if (!key || shard_of(*key) != shard) return std::nullopt;
  return *std::move(key);
}

std::optional<unsigned> parse_temporary(std::string_view file_name) {
  if (file_name.size() != 2 + 1 + kUniqueDigits || file_name[2] != '-') return std::nullopt;
  std::array<std::byte, kUniqueDigits / 2> unique = {};
  if (!is_lower_case(file_name) || !util::from_hex(file_name.substr(3), unique)) {
    return std::nullopt;
  }
  return parse_shard(file_name.substr(0, 2));
}

}  // namespace larder::disk::layout
