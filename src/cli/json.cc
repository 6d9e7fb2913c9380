#include "cli/json.h"

#include <nlohmann/json.hpp>

namespace larder::cli {
namespace {

std::string dump(const nlohmann::ordered_json& document, int indent) {
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  return document.dump(indent, ' ', false, kReplace);
}

}  // namespace

std::string to_text(const nlohmann::ordered_json& document) { return dump(document, 2) + "\n"; }

std::string to_line(const nlohmann::ordered_json& document) { return dump(document, -1); }

}  // namespace larder::cli
