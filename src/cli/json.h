#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace larder::cli {

/// The document as text that ends in a newline. What is not UTF-8, as a path may be, becomes
/// U+FFFD.
std::string to_text(const nlohmann::ordered_json& document);

/// The same on one line, without the newline.
std::string to_line(const nlohmann::ordered_json& document);

}  // namespace larder::cli
