#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include <cstdlib>

namespace larder::support {

/// A new directory of its own, removed with all that is in it.
class TempDir {
 public:
  TempDir() : path_(testing::TempDir() + "larder-test-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;  // a directory left in /tmp fails no test
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + '/' + name; }

  /// The number of files and directories directly in it.
  [[nodiscard]] std::size_t children() const {
    const std::filesystem::directory_iterator begin(path_);
    return static_cast<std::size_t>(std::distance(begin, std::filesystem::directory_iterator()));
  }

 private:
  std::string path_;
};

}  // namespace larder::support
