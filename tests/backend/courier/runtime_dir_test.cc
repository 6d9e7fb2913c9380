#include "backend/courier/runtime_dir.h"

#include "support/temp_dir.h"
#include "sys/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace larder::courier {
namespace {

TEST(RuntimeDir, IsMadeForItsUserAlone) {
  const support::TempDir dir;

  const auto opened = RuntimeDir::open(dir.path());

  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->path(), dir.file("larder"));
  const auto status = sys::stat_at(AT_FDCWD, dir.file("larder")).value();
  EXPECT_EQ(status->st_mode & 07777, 0700U);
}

TEST(RuntimeDir, IsInTmpWhereNoneIsSet) {
  const std::string expected = "/tmp/larder-" + std::to_string(::geteuid());

  EXPECT_EQ(RuntimeDir::open(std::nullopt).value().path(), expected);
  EXPECT_EQ(RuntimeDir::open("").value().path(), expected);
  EXPECT_EQ(RuntimeDir::open("relative").value().path(), expected);
}

TEST(RuntimeDir, IsInTmpWhereTheOneThatIsSetIsGone) {
  const support::TempDir dir;

  EXPECT_EQ(RuntimeDir::open(dir.file("gone")).value().path(),
            "/tmp/larder-" + std::to_string(::geteuid()));
}

TEST(RuntimeDir, RefusesALink) {
  const support::TempDir dir;
  ASSERT_EQ(::mkdir(dir.file("elsewhere").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("elsewhere", dir.file("link").c_str()), 0);

  EXPECT_FALSE(RuntimeDir::open_at(dir.file("link")));
}

TEST(RuntimeDir, RefusesOneThatOthersMayEnter) {
  const support::TempDir dir;
  ASSERT_EQ(::mkdir(dir.file("open").c_str(), 0700), 0);
  ASSERT_EQ(::chmod(dir.file("open").c_str(), 0711), 0);

  const auto opened = RuntimeDir::open_at(dir.file("open"));

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::denied);
}

TEST(RuntimeDir, RefusesOneOfAnotherUser) {
  // Every directory above our own that is another user's will do.
  const std::string foreign = ::geteuid() == 0 ? std::string() : std::string("/usr");
  support::TempDir dir;
  std::string path = foreign;
  if (path.empty()) {
    path = dir.file("foreign");
    ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
    ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  }

  const auto opened = RuntimeDir::open_at(path);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::denied);
}

TEST(RuntimeDir, LeadsToItsFilesByAShortPathHoweverLongItsOwn) {
  const support::TempDir dir;
  const std::string deep = dir.file(std::string(200, 'd'));

  const RuntimeDir opened = RuntimeDir::open_at(deep).value();

  EXPECT_LT(opened.short_path("name").size(), 64U);
  ASSERT_TRUE(sys::open_at(AT_FDCWD, opened.short_path("name"), O_WRONLY | O_CREAT));
  EXPECT_TRUE(sys::stat_at(AT_FDCWD, deep + "/name").value());
}

}  // namespace
}  // namespace larder::courier
