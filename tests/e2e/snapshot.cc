#include "snapshot.h"

#include "support/data.h"
#include "util/assert.h"

#include <sys/stat.h>

#include <filesystem>

#include <cstdio>

namespace larder::e2e {
namespace {

namespace fs = std::filesystem;

FileState state_of(const fs::path& path) {
  struct stat status = {};
  LARDER_ASSERT(::lstat(path.c_str(), &status) == 0);
  FileState state = {.mode = status.st_mode, .links = status.st_nlink, .content = {}};
  if (S_ISDIR(status.st_mode)) state.links = 1;
  if (S_ISLNK(status.st_mode)) state.content = fs::read_symlink(path).string();
  if (S_ISREG(status.st_mode)) state.content = support::text_of(support::content_of(path));
  return state;
}

std::string octal(mode_t mode) {
  char text[16];
  (void)std::snprintf(text, sizeof text, "%06o", mode);
  return text;
}

/// The first place where two contents differ, with what stands there.
std::string first_difference(const std::string& expected, const std::string& actual) {
  const auto place = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  const auto offset = static_cast<std::size_t>(place.first - expected.begin());
  return "byte " + std::to_string(offset) + ": \"" + expected.substr(offset, 16) + "\" became \"" +
         actual.substr(offset, 16) + "\"";
}

std::string difference(const FileState& expected, const FileState& actual) {
  if (expected.mode != actual.mode) {
    return "mode " + octal(expected.mode) + " became " + octal(actual.mode);
  }
  if (expected.links != actual.links) {
    return std::to_string(expected.links) + " links became " + std::to_string(actual.links);
  }
  return first_difference(expected.content, actual.content);
}

}  // namespace

Snapshot take_snapshot(const std::string& directory) {
  Snapshot snapshot;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    snapshot.emplace(entry.path().lexically_relative(directory).string(), state_of(entry.path()));
  }
  return snapshot;
}

std::vector<std::string> differences(const Snapshot& expected, const Snapshot& actual) {
  std::vector<std::string> lines;
  for (const auto& [path, state] : expected) {
    const auto found = actual.find(path);
    if (found == actual.end()) {
      lines.push_back(path + " is missing");
    } else if (found->second != state) {
      lines.push_back(path + ": " + difference(state, found->second));
    }
  }
  for (const auto& [path, state] : actual) {
    if (!expected.contains(path)) lines.push_back(path + " is too many");
  }
  return lines;
}

}  // namespace larder::e2e
