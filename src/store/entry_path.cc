#include "store/entry_path.h"

#include "util/hex.h"

#include <array>

namespace larder::store {
namespace {

constexpr std::string_view kEscape = ".ns-";

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

/// What is before the first "/", which goes with it; all of it if there is none.
std::string_view take_component(std::string_view& path) {
  const std::size_t end = path.find('/');
  const std::string_view component = path.substr(0, end);
  path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  return component;
}

}  // namespace

unsigned shard_of(const Key& key) { return std::to_integer<unsigned>(key.bytes().front()); }

std::string shard_name(unsigned shard) {
  const std::array<std::byte, 1> byte = {static_cast<std::byte>(shard)};
  return util::to_hex(byte);
}

std::string namespace_prefix(const NamespacePath& ns) {
  std::string path;
  for (const std::string_view component : ns.components()) append_component(path, component);
  return path;
}

std::string entry_name(const Key& key) { return key.hex(); }

std::string entry_path(const Address& address) {
  std::string path = namespace_prefix(address.ns);
  path += shard_name(shard_of(address.key));
  path += '/';
  return path += entry_name(address.key);
}

std::optional<unsigned> parse_shard(std::string_view component) {
  std::array<std::byte, 1> byte = {};
  if (component.size() != 2 || !is_lower_case(component)) return std::nullopt;
  if (!util::from_hex(component, byte)) return std::nullopt;
  return std::to_integer<unsigned>(byte[0]);
}

std::optional<Name> parse_component(std::string_view component) {
  const bool is_escaped = component.starts_with(kEscape);
  if (is_escaped) component.remove_prefix(kEscape.size());
  if (is_escaped != looks_like_shard(component)) return std::nullopt;
  auto name = Name::parse(component);
  if (!name) return std::nullopt;
  return *std::move(name);
}

std::optional<Key> parse_entry(std::string_view name, unsigned shard) {
  if (!is_lower_case(name)) return std::nullopt;
  auto key = Key::from_hex(name);
  if (!key || shard_of(*key) != shard) return std::nullopt;
  return *std::move(key);
}

std::optional<Place> parse_entry_path(std::string_view path) {
  NamespacePath ns;
  while (true) {
    const std::string_view component = take_component(path);
    if (const auto shard = parse_shard(component)) {
      auto key = parse_entry(path, *shard);
      if (!key) return std::nullopt;
      return Place{std::move(ns), *std::move(key)};
    }
    const auto name = parse_component(component);
    if (!name) return std::nullopt;
    auto child = ns.child(*name);
    if (!child) return std::nullopt;
    ns = *std::move(child);
  }
}

}  // namespace larder::store
