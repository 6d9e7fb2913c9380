#include "sys/file.h"

#include "support/data.h"
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

TEST(Reserve, SetsSpaceAsideWhereTheFileSystemCan) {
  constexpr off_t kBytes = 1 << 20;
  const support::TempDir dir;
  const auto fd = open_at(AT_FDCWD, dir.file("f"), O_CREAT | O_RDWR, 0666).value();

  reserve(fd.get(), kBytes, kBytes);

  const struct stat reserved = stat_fd(fd.get()).value();
  EXPECT_EQ(reserved.st_size, 0);
  const bool can = ::fallocate(fd.get(), FALLOC_FL_KEEP_SIZE, kBytes, kBytes) == 0;
  EXPECT_EQ(reserved.st_blocks, can ? stat_fd(fd.get()).value().st_blocks : 0);
}

TEST(PlaceInFile, IsThePositionOfWhatCanBeWrittenInAnyOrder) {
  const support::TempDir dir;
  const auto file = open_at(AT_FDCWD, dir.file("f"), O_CREAT | O_RDWR).value();
  const auto appending = open_at(AT_FDCWD, dir.file("f"), O_WRONLY | O_APPEND).value();
  const auto device = open_at(AT_FDCWD, "/dev/null", O_WRONLY).value();
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const util::UniqueFd reading(ends[0]);
  const util::UniqueFd writing(ends[1]);
  ASSERT_TRUE(move_to(file.get(), 7));

  EXPECT_EQ(place_in_file(file.get()), 7);
  EXPECT_EQ(place_in_file(appending.get()), std::nullopt);
  EXPECT_EQ(place_in_file(device.get()), std::nullopt);
  EXPECT_EQ(place_in_file(writing.get()), std::nullopt);
}

TEST(Clone, SharesAllOfTheBytesOrDoesNothing) {
  constexpr std::uint64_t kBytes = 1 << 16;
  const support::TempDir dir;
  const util::ByteBuffer bytes = support::noise(kBytes);
  const auto from = support::make_file(dir.file("from"), bytes);
  const auto to = support::make_file(dir.file("to"));

  const bool is_cloned = clone(from.get(), 0, kBytes, to.get(), 0);

  EXPECT_EQ(support::content_of(dir.file("to")), is_cloned ? bytes : util::ByteBuffer());
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
