#include "compose/config_file.h"

#include "compose/fields.h"
#include "util/similar.h"
#include "util/try.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <cstdint>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace larder::compose {
namespace {

constexpr std::string_view kCacheKey = "cache";

/// What every step needs to know of the file that is read.
struct FileContext {
  const std::string& file;
  const Environment& environment;

  [[nodiscard]] tl::unexpected<Error> refuse(std::uint32_t line, std::string_view why) const {
    std::string message = file;
    message.append(":").append(std::to_string(line)).append(": ").append(why);
    return fail(ErrorCode::invalid_argument, std::move(message));
  }
};

std::string_view name_of(toml::node_type type) {
  switch (type) {
    case toml::node_type::string:
      return "a string";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a floating-point number";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::table:
      return "a table";
    default:
      return "a date or time";
  }
}

std::uint32_t line_of(const toml::node& node) { return node.source().begin.line; }

tl::unexpected<Error> wrong_type(const FileContext& context, const toml::node& node,
                                 std::string_view key, std::string_view wanted) {
  std::string why(key);
  why.append(": expected ").append(wanted).append(", not ").append(name_of(node.type()));
  return context.refuse(line_of(node), why);
}

Result<FieldValue> list_of(const FileContext& context, std::string_view key,
                           const toml::array& array) {
  std::vector<std::string> texts;
  for (const toml::node& element : array) {
    const auto* text = element.as_string();
    if (text == nullptr) return wrong_type(context, element, key, "strings");
    texts.push_back(text->get());
  }
  return FieldValue(std::move(texts));
}

/// The node in the shape that the setting has.
Result<FieldValue> value_of(const FileContext& context, std::string_view key, FieldType type,
                            const toml::node& node) {
  switch (type) {
    case FieldType::text:
      if (const auto* text = node.as_string()) return FieldValue(text->get());
      return wrong_type(context, node, key, "a string");
    case FieldType::flag:
      if (const auto* flag = node.as_boolean()) return FieldValue(flag->get());
      return wrong_type(context, node, key, "true or false");
    case FieldType::list:
      break;
  }
  if (const auto* array = node.as_array()) return list_of(context, key, *array);
  return wrong_type(context, node, key, "an array of strings");
}

template <typename Table>
Result<void> set_field(const FileContext& context, const Field<Table>& field,
                       const toml::node& node, Table& table) {
  LARDER_TRY(const FieldValue value, value_of(context, field.key, field.type, node));
  const Origin origin = {.kind = Origin::Kind::file, .line = line_of(node)};
  auto done = field.set(table, value, context.environment, origin);
  if (done) return {};
  std::string why(field.key);
  return context.refuse(origin.line, why.append(": ").append(done.error().message()));
}

template <typename Table>
const Field<Table>* find_field(std::span<const Field<Table>> fields, std::string_view key) {
  const auto found = std::ranges::find(fields, key, &Field<Table>::key);
  return found == fields.end() ? nullptr : &*found;
}

/// The error for a key that its table does not have. `others` are the keys of the other kind of
/// table, which it may have been meant for.
tl::unexpected<Error> unknown_key(const FileContext& context, const toml::key& key,
                                  const std::vector<std::string_view>& own,
                                  const std::vector<std::string_view>& others,
                                  std::string_view others_place) {
  std::string why = "unknown key \"";
  why.append(key.str()).append("\"");
  if (std::ranges::find(others, key.str()) != others.end()) {
    why.append("; it belongs ").append(others_place);
  } else if (const auto meant = util::most_similar(key.str(), own)) {
    why.append("; did you mean \"").append(*meant).append("\"?");
  }
  return context.refuse(key.source().begin.line, why);
}

template <typename Table>
std::vector<std::string_view> keys_of(std::span<const Field<Table>> fields) {
  std::vector<std::string_view> keys;
  for (const Field<Table>& field : fields) keys.push_back(field.key);
  return keys;
}

Result<void> parse_cache(const FileContext& context, const toml::table& table, CacheConfig& cache) {
  const auto fields = cache_fields();
  if (const toml::node* type = table.get("type")) {
    LARDER_CHECK(set_field(context, *find_field(fields, "type"), *type, cache));
  }
  const bool is_disk = cache.type.value == kDiskType;
  const bool is_memory = cache.type.value == kMemoryType;
  for (auto&& [key, node] : table) {
    const Field<CacheConfig>* field = find_field(fields, key.str());
    if (field == nullptr) {
      // The keys of a type that is not known here are for whoever links it.
      if (!is_disk && !is_memory) continue;
      return unknown_key(context, key, keys_of(fields), keys_of(compile_fields()),
                         "above the first [[cache]]");
    }
    if (is_memory && field->disk_only) {
      return context.refuse(key.source().begin.line,
                            std::string(key.str()) + ": a store of type \"memory\" has none");
    }
    LARDER_CHECK(set_field(context, *field, node, cache));
  }
  return {};
}

Result<void> parse_caches(const FileContext& context, const toml::node& node, Config& config) {
  const toml::array* tables = node.as_array();
  if (tables == nullptr) return wrong_type(context, node, kCacheKey, "[[cache]] tables");
  if (tables->empty()) return context.refuse(line_of(node), "cache: expected [[cache]] tables");
  for (const toml::node& element : *tables) {
    const toml::table* table = element.as_table();
    if (table == nullptr) return wrong_type(context, element, kCacheKey, "[[cache]] tables");
    LARDER_CHECK(parse_cache(context, *table, config.caches.emplace_back()));
  }
  return {};
}

}  // namespace

Result<void> parse_config(std::string_view text, const std::string& file,
                          const Environment& environment, Config& config) {
  const FileContext context = {.file = file, .environment = environment};
  const toml::parse_result parsed = toml::parse(text, std::string_view(file));
  if (!parsed) {
    return context.refuse(parsed.error().source().begin.line, parsed.error().description());
  }
  for (auto&& [key, node] : parsed.table()) {
    if (key.str() == kCacheKey) {
      LARDER_CHECK(parse_caches(context, node, config));
      continue;
    }
    const Field<CompileConfig>* field = find_field(compile_fields(), key.str());
    if (field == nullptr) {
      std::vector<std::string_view> keys = keys_of(compile_fields());
      keys.push_back(kCacheKey);
      return unknown_key(context, key, keys, keys_of(cache_fields()), "in a [[cache]] table");
    }
    LARDER_CHECK(set_field(context, *field, node, config.compile));
  }
  return {};
}

}  // namespace larder::compose
