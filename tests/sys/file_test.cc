#include "sys/file.h"

#include "support/temp_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
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

TEST(Reserve, LeavesTheSizeAndWhatIsWritten) {
  const support::TempDir dir;
  const auto fd = open_at(AT_FDCWD, dir.file("f"), O_CREAT | O_RDWR, 0666).value();

  reserve(fd.get(), 1 << 20);
  EXPECT_EQ(stat_fd(fd.get()).value().st_size, 0);

  ASSERT_TRUE(write_all(fd.get(), util::as_bytes("text")));
  reserve(fd.get(), 1 << 20);
  EXPECT_EQ(read_file(AT_FDCWD, dir.file("f"), 100).value().size(), 4U);
}

TEST(Reserve, LeavesAPipeAlone) {
  std::array<int, 2> ends = {};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const util::UniqueFd out(ends[0]);
  const util::UniqueFd in(ends[1]);

  reserve(in.get(), 1 << 20);

  EXPECT_TRUE(write_all(in.get(), util::as_bytes("text")));
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
