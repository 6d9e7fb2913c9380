#include "compile/file_digests.h"

#include "support/data.h"
#include "support/stamps.h"
#include "support/temp_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace larder::compile {
namespace {

class FileDigestsTest : public testing::Test {
 protected:
  FileDigests with_cache() {
    return FileDigests(InodeCache::open_or_create(dir_.file("inodes")).value());
  }
  void write(std::string_view content) { (void)support::make_file(path_, util::as_bytes(content)); }

  support::TempDir dir_;
  std::string path_ = dir_.file("header.h");
};

TEST_F(FileDigestsTest, GivesTheDigestOfTheContent) {
  write("int x;");

  const auto hashed = FileDigests({}).hash(path_.c_str()).value();

  ASSERT_TRUE(hashed);
  EXPECT_EQ(hashed->digest, util::blake3(util::as_bytes("int x;")));
}

TEST_F(FileDigestsTest, GivesTheSameDigestWhetherTheContentIsShownOrStreamed) {
  const auto content = support::noise(1'000'001);
  (void)support::make_file(path_, content);
  std::size_t shown = 0;

  const auto read =
      FileDigests({}).read(path_.c_str(), [&](util::ByteSpan bytes) { shown = bytes.size(); });

  EXPECT_EQ(shown, content.size());
  EXPECT_EQ(read.value()->digest, FileDigests({}).hash(path_.c_str()).value()->digest);
}

TEST_F(FileDigestsTest, GivesNothingForWhatIsNoRegularFile) {
  ASSERT_EQ(::mkfifo(dir_.file("fifo").c_str(), 0666), 0);

  EXPECT_FALSE(FileDigests({}).hash(dir_.file("absent").c_str()).value());
  EXPECT_FALSE(FileDigests({}).hash(dir_.path().c_str()).value());
  EXPECT_FALSE(FileDigests({}).hash("/dev/null").value());
  EXPECT_FALSE(FileDigests({}).hash(dir_.file("fifo").c_str()).value());
}

TEST_F(FileDigestsTest, RemembersAFileThatHasSettled) {
  FileDigests digests = with_cache();
  write("one");
  support::let_stamps_move_on();

  const auto hashed = digests.hash(path_.c_str()).value();

  ASSERT_TRUE(hashed);
  EXPECT_EQ(digests.inodes()->find(hashed->stamp), hashed->digest);
}

TEST_F(FileDigestsTest, DoesNotRememberAFileStampedInTheFuture) {
  FileDigests digests = with_cache();
  write("one");
  const std::array<timespec, 2> later = {timespec{4'000'000'000, 0}, timespec{4'000'000'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path_.c_str(), later.data(), 0), 0);
  support::let_stamps_move_on();

  const auto hashed = digests.hash(path_.c_str()).value();

  ASSERT_TRUE(hashed);
  EXPECT_FALSE(digests.inodes()->find(hashed->stamp));
}

TEST_F(FileDigestsTest, SeesAnEditThatKeepsSizeAndTimeOfModification) {
  FileDigests digests = with_cache();
  write("one");
  support::let_stamps_move_on();
  const auto before = digests.hash(path_.c_str()).value();
  struct stat status = {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);

  write("two");
  const std::array<timespec, 2> times = {status.st_atim, status.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, path_.c_str(), times.data(), 0), 0);

  EXPECT_NE(digests.hash(path_.c_str()).value()->digest, before->digest);
}

}  // namespace
}  // namespace larder::compile
