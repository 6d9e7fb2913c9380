#include "compile/project_root.h"

#include "compile/plain_path.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include <climits>

namespace larder::compile {
namespace {

constexpr std::string_view kDigestDomain = "larder root 1";

/// Whether a name means the same to make, to gcc's depfiles and to line markers.
bool is_plain(std::string_view path) {
  static constexpr std::string_view kOthers = "/._-+@%,~";
  return std::ranges::all_of(path, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

bool is_canonical(const std::string& directory) {
  std::array<char, PATH_MAX> path;
  return ::getcwd(path.data(), path.size()) != nullptr && directory == path.data();
}

bool is_root(const std::string& directory) {
  return ::access((directory + "/.larder.toml").c_str(), F_OK) == 0 ||
         ::access((directory + "/.git").c_str(), F_OK) == 0;
}

}  // namespace

std::optional<ProjectRoot> ProjectRoot::find(const std::string& directory) {
  if (!directory.starts_with('/') || !is_plain(directory)) return std::nullopt;
  std::string candidate = directory;
  while (candidate.size() > 1 && !is_root(candidate)) candidate = directory_of(candidate);
  if (candidate.size() <= 1 || !is_canonical(directory)) return std::nullopt;
  return ProjectRoot(std::move(candidate));
}

bool ProjectRoot::holds(std::string_view path) const noexcept {
  return path.starts_with(path_) && (path.size() == path_.size() || path[path_.size()] == '/');
}

std::string ProjectRoot::in_terms_of_root(std::string_view path) const {
  if (!holds(path)) return std::string(path);
  return std::string(kMark).append(path.substr(path_.size()));
}

bool ProjectRoot::is_in_terms_of_root(std::string_view path) noexcept {
  return path.starts_with(kMark) && (path.size() == kMark.size() || path[kMark.size()] == '/');
}

std::string ProjectRoot::spelled(std::string_view path) const {
  if (!is_in_terms_of_root(path)) return std::string(path);
  return std::string(path_).append(path.substr(kMark.size()));
}

util::Digest ProjectRoot::digest() const {
  return util::Blake3().field(kDigestDomain).field(path_).finish();
}

}  // namespace larder::compile
