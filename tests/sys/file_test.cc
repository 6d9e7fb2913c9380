#include "sys/file.h"

#include "support/temp_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST(Reserve, SetsSpaceAsideFromThePositionOnWhereTheFileSystemCan) {
  constexpr off_t kBytes = 1 << 20;
  const support::TempDir dir;
  const auto fd = open_at(AT_FDCWD, dir.file("f"), O_CREAT | O_RDWR, 0666).value();
  ASSERT_EQ(::lseek(fd.get(), kBytes, SEEK_SET), kBytes);

  reserve(fd.get(), kBytes);

  const struct stat reserved = stat_fd(fd.get()).value();
  EXPECT_EQ(reserved.st_size, 0);
  const bool can = ::fallocate(fd.get(), FALLOC_FL_KEEP_SIZE, kBytes, kBytes) == 0;
  EXPECT_EQ(reserved.st_blocks, can ? stat_fd(fd.get()).value().st_blocks : 0);
}

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
