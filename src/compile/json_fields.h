#pragma once

#include "compile/manifest.h"
#include "util/hash.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

#include <cstdint>

/// Fields of the JSON that the compiler cache keeps for people. What is absent, or is something
/// else than it should be, reads as empty.
namespace larder::compile {

std::string text_field(const nlohmann::json& object, const char* name);
std::optional<std::uint64_t> number_field(const nlohmann::json& object, const char* name);
std::vector<std::string> texts_field(const nlohmann::json& object, const char* name);
util::Digest digest_field(const nlohmann::json& object, const char* name);

/// Files with their digests, as json_of() has written them.
std::vector<InputFile> files_field(const nlohmann::json& object, const char* name);

/// [["path", "digest in hex"], …].
nlohmann::json json_of(const std::vector<InputFile>& files);

/// The document on one line that ends in a newline. Paths need not be UTF-8: what is not becomes
/// U+FFFD.
std::string to_line(const nlohmann::json& document);

}  // namespace larder::compile
