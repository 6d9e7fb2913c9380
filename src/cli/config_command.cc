#include "cli/config_command.h"

#include "cli/json.h"
#include "compose/fields.h"
#include "store/quantity.h"
#include "util/similar.h"
#include "util/try.h"

#include <nlohmann/json.hpp>

#include <string>
#include <variant>
#include <vector>

namespace larder::cli {
namespace {

using Json = nlohmann::ordered_json;
using compose::AgeValue;
using compose::Field;
using compose::FieldValue;
using compose::SizeValue;

std::string origin_text(const Config& config, const Origin& origin) {
  switch (origin.kind) {
    case Origin::Kind::built_in:
      return "default";
    case Origin::Kind::file:
      return config.file + ":" + std::to_string(origin.line);
    case Origin::Kind::variable:
      return std::string(origin.variable);
    case Origin::Kind::caller:
      break;
  }
  return "--dir";
}

/// A TOML string is a JSON string, but for DEL, which TOML wants escaped too.
std::string quoted(const std::string& text) {
  std::string out;
  for (const char c : to_line(Json(text))) {
    if (c == '\x7f') {
      out += "\\u007f";
    } else {
      out += c;
    }
  }
  return out;
}

std::string size_text(const SizeValue& size) {
  return size.bytes ? store::format_exact_size(*size.bytes) : "";
}

/// Spells a value as the config file does.
struct TomlText {
  std::string operator()(const std::string& text) const { return quoted(text); }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(const SizeValue& size) const { return quoted(size_text(size)); }
  std::string operator()(const AgeValue& age) const {
    return quoted(store::format_exact_age(age.seconds));
  }
  std::string operator()(const std::vector<std::string>& texts) const {
    std::string out = "[";
    for (const std::string& text : texts) out.append(out.size() > 1 ? ", " : "") += quoted(text);
    return out + "]";
  }
};

/// The same for programs: sizes are bytes, null for unlimited, and ages seconds.
struct JsonValue {
  Json operator()(const std::string& text) const { return text; }
  Json operator()(bool flag) const { return flag; }
  Json operator()(const SizeValue& size) const {
    return size.bytes ? Json(*size.bytes) : Json(nullptr);
  }
  Json operator()(const AgeValue& age) const { return age.seconds.count(); }
  Json operator()(const std::vector<std::string>& texts) const { return texts; }
};

template <typename Table>
bool applies(const Field<Table>& /*field*/, const Table& /*table*/) {
  return true;
}

bool applies(const Field<CacheConfig>& field, const CacheConfig& table) {
  return compose::applies_to(field, table.type.value);
}

template <typename Table>
std::string toml_of(const Config& config, std::span<const Field<Table>> fields,
                    const Table& table) {
  constexpr std::size_t kOriginColumn = 40;
  std::string out;
  for (const Field<Table>& field : fields) {
    if (!applies(field, table)) continue;
    std::string line(field.key);
    line.append(" = ").append(std::visit(TomlText(), field.get(table)));
    line.append(line.size() < kOriginColumn ? kOriginColumn - line.size() : 2, ' ');
    out.append(line).append("# ").append(origin_text(config, field.origin(table))).append("\n");
  }
  return out;
}

template <typename Table>
Json json_of(const Config& config, std::span<const Field<Table>> fields, const Table& table) {
  Json out = Json::object();
  for (const Field<Table>& field : fields) {
    if (!applies(field, table)) continue;
    Json& setting = out[std::string(field.key)];
    setting["value"] = std::visit(JsonValue(), field.get(table));
    setting["origin"] = origin_text(config, field.origin(table));
  }
  return out;
}

std::string config_toml(const Config& config) {
  std::string out = config.file.empty() ? "# no file was read\n" : "# " + config.file + "\n";
  out += toml_of(config, compose::compile_fields(), config.compile);
  out += "\n[courier]\n" + toml_of(config, compose::courier_fields(), config.courier);
  for (const CacheConfig& cache : config.caches) {
    out += "\n[[cache]]\n" + toml_of(config, compose::cache_fields(), cache);
  }
  return out;
}

Json config_json(const Config& config) {
  Json out = {{"file", config.file.empty() ? Json(nullptr) : Json(config.file)}};
  out.update(json_of(config, compose::compile_fields(), config.compile));
  out["courier"] = json_of(config, compose::courier_fields(), config.courier);
  Json& caches = out["cache"] = Json::array();
  for (const CacheConfig& cache : config.caches) {
    caches.push_back(json_of(config, compose::cache_fields(), cache));
  }
  return out;
}

/// What all variables begin with; left out where two are compared, or any two would look alike.
constexpr std::string_view kPrefix = "LARDER_";

/// Points out variables that look like misspelled settings.
void warn_of_unknown_variables(const Config& config) {
  std::vector<std::string_view> known = {"CONFIG"};
  const auto add = [&known](const auto& fields) {
    for (const auto& field : fields) {
      if (!field.variable.empty()) known.push_back(field.variable.substr(kPrefix.size()));
    }
  };
  add(compose::compile_fields());
  add(compose::courier_fields());
  add(compose::cache_fields());
  for (const std::string& name : config.unknown_variables) {
    const auto meant = util::most_similar(std::string_view(name).substr(kPrefix.size()), known);
    if (!meant) continue;
    print_error(name + ": there is no such setting; did you mean LARDER_" + std::string(*meant) +
                "?");
  }
}

}  // namespace

Result<ExitCode> config(Invocation& invocation) {
  LARDER_TRY(const Config config, invocation.config());
  const bool as_json = invocation.has("--json");
  invocation.out().print(as_json ? to_text(config_json(config)) : config_toml(config));
  warn_of_unknown_variables(config);
  return ExitCode::done;
}

}  // namespace larder::cli
