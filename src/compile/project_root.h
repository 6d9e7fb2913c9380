#pragma once

#include "util/hash.h"

#include <optional>
#include <string>
#include <string_view>

namespace larder::compile {

/// The directory that a project's checkout lies in: what differs between two checkouts of it. Paths
/// below it are told in terms of it, so that one checkout finds what another has compiled. A value.
class ProjectRoot {
 public:
  /// Stands for the root at the beginning of a path that is told in terms of it.
  static constexpr std::string_view kMark = "<root>";

  /// The nearest directory, from the working directory `directory` upward, that holds
  /// `.larder.toml` or `.git`. None where no directory does, where that is `/`, where the working
  /// directory is not named by its canonical path (compilers may then spell paths either way), or
  /// where the path holds a character that depfiles quote. Two syscalls for each directory looked
  /// at, and one.
  static std::optional<ProjectRoot> find(const std::string& directory);

  /// A root that is known to be one: absolute, canonical, of plain characters.
  explicit ProjectRoot(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// Whether a path, as spelled, is the root or begins with it.
  [[nodiscard]] bool holds(std::string_view path) const noexcept;

  /// The path in terms of the root if it is one that the root holds, else as it is.
  [[nodiscard]] std::string in_terms_of_root(std::string_view path) const;

  /// Whether a path is told in terms of a root.
  static bool is_in_terms_of_root(std::string_view path) noexcept;

  /// The path that in_terms_of_root() was given.
  [[nodiscard]] std::string spelled(std::string_view path) const;

  /// What stands for the root's own spelling where a result depends on it.
  [[nodiscard]] util::Digest digest() const;

 private:
  std::string path_;
};

}  // namespace larder::compile
