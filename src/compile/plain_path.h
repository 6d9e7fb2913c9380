#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Paths as text, for comparing them. Thread-safe.
namespace larder::compile {

/// A path with what cannot change its meaning left out: "./a//b/./c/" is "a/b/c". Links are not
/// looked at, ".." stays. "." for nothing.
std::string plain_path(std::string_view path);

/// Whether plain_path() leaves it as it is.
bool is_plain_path(std::string_view path) noexcept;

/// `directory` and `name` as one plain path; an absolute name stands alone. The second form makes
/// it in place of `path`.
std::string join_path(std::string_view directory, std::string_view name);
void join_path(std::string_view directory, std::string_view name, std::string& path);

/// Where a path leads to, without links and ".."; nullopt if it leads nowhere.
std::optional<std::string> real_path(const std::string& path);

/// The directory part of a plain path: "." for one without.
std::string_view directory_of(std::string_view path) noexcept;

/// What is before the last part of a path, with its slash; empty for a name alone.
std::string_view directory_part(std::string_view path) noexcept;

}  // namespace larder::compile
