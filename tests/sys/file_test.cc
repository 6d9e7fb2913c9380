#include "sys/file.h"

#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace larder::sys {
namespace {

namespace fs = std::filesystem;

class MakeDirs : public testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name) const { return dir_.file(name); }

 private:
  support::TempDir dir_;
};

TEST_F(MakeDirs, MakesAllThatIsMissing) {
  ASSERT_TRUE(make_dirs(file("a/b/c")));

  EXPECT_TRUE(fs::is_directory(file("a/b/c")));
}

TEST_F(MakeDirs, TakesWhatIsThere) {
  ASSERT_TRUE(make_dirs(file("a/b")));

  EXPECT_TRUE(make_dirs(file("a/b")));
}

TEST_F(MakeDirs, FailsBelowAFile) {
  ASSERT_TRUE(make_dirs(file("a")));
  ASSERT_TRUE(open_at(AT_FDCWD, file("a/file"), O_CREAT | O_WRONLY, 0666));

  const auto made = make_dirs(file("a/file/b"));

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().os_error(), ENOTDIR);
}

TEST_F(MakeDirs, FailsBelowALinkThatLeadsNowhere) {
  fs::create_symlink("nowhere/deep", file("link"));

  const auto made = make_dirs(file("link/a/b"));

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().os_error(), ENOENT);
}

}  // namespace
}  // namespace larder::sys
