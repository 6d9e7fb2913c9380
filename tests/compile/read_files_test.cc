#include "compile/read_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larder::compile {
namespace {

using testing::ElementsAre;

constexpr std::int64_t kSecond = 1'000'000'000;

constexpr FileStamp kOne = {
    .device = 1, .inode = 10, .size = 100, .mtime_ns = 5 * kSecond, .ctime_ns = 6 * kSecond};
constexpr FileStamp kOther = {
    .device = 1, .inode = 11, .size = 100, .mtime_ns = 7 * kSecond, .ctime_ns = 7 * kSecond};

TEST(ReadFiles, AreFoundByPlainPaths) {
  const std::vector<ReadFile> list = {{.path = "./in//a.h", .stamp = kOne},
                                      {.path = "b.h", .stamp = kOther}};
  const ReadFiles files(list);

  EXPECT_EQ(files.stamp(files.find("in/a.h").value()), kOne);
  EXPECT_EQ(files.stamp(files.find("b.h").value()), kOther);
  EXPECT_FALSE(files.find("a.h"));
}

TEST(ReadFiles, LieInTheDirectoriesOfAllTheirNames) {
  const std::vector<ReadFile> list = {{.path = "/x/a.h", .stamp = kOne},
                                      {.path = "/y/a.h", .stamp = kOne},
                                      {.path = "/x/b.h", .stamp = kOne},
                                      {.path = "/z/c.h", .stamp = kOther}};
  const ReadFiles files(list);

  EXPECT_THAT(files.directories_of(kOne), ElementsAre("/x", "/y"));
  EXPECT_THAT(files.directories_of(kOther), ElementsAre("/z"));
}

TEST(ReadFiles, AreToldApartByInodeAndDevice) {
  const std::vector<ReadFile> list = {{.path = "a.h", .stamp = kOne}};
  const ReadFiles files(list);
  FileStamp elsewhere = kOne;
  elsewhere.device = 2;

  EXPECT_TRUE(files.has_inode(kOne));
  EXPECT_FALSE(files.has_inode(kOther));
  EXPECT_FALSE(files.has_inode(elsewhere));
}

TEST(ReadFiles, AreAlikeBySizeAndSecond) {
  const std::vector<ReadFile> list = {{.path = "a.h", .stamp = kOne}};
  const ReadFiles files(list);
  FileStamp alike = kOther;
  EXPECT_FALSE(files.has_alike(alike));
  alike.mtime_ns = kOne.mtime_ns + kSecond - 1;
  EXPECT_TRUE(files.has_alike(alike));
  alike.size = 101;
  EXPECT_FALSE(files.has_alike(alike));
}

TEST(ReadFiles, AreUnexplainedUntilSomethingAsksForThem) {
  const std::vector<ReadFile> list = {{.path = "a.h", .stamp = kOne},
                                      {.path = "link.h", .stamp = kOne},
                                      {.path = "asan_ignorelist.txt", .stamp = kOther}};
  ReadFiles files(list);
  EXPECT_EQ(files.find_unexplained(), "a.h");
  files.explain("a.h");
  files.explain("nothing.h");
  EXPECT_EQ(files.find_unexplained(), "link.h");

  files.explain(kOne);

  EXPECT_FALSE(files.find_unexplained());
}

}  // namespace
}  // namespace larder::compile
