#include "compile/deliver.h"

#include "store/blob_content.h"
#include "support/data.h"
#include "support/temp_dir.h"
#include <larder/open.h>
#include <larder/store.h>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace larder::compile {
namespace {

/// A blob of fixed text.
class TextContent final : public BlobContent {
 public:
  explicit TextContent(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return text_.size(); }
  [[nodiscard]] Result<void> read_into(const ByteSink& sink) const override {
    return sink(util::as_bytes(text_));
  }

 private:
  std::string text_;
};

class DeliverTest : public testing::Test {
 protected:
  Result<void> deliver_to(const std::string& path, Replacement replacement) {
    return deliver(Blob(std::make_unique<TextContent>("new")), path, replacement);
  }
  [[nodiscard]] struct stat status_of(const std::string& path) const {
    struct stat status = {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status;
  }
  std::string content() { return support::text_of(support::content_of(path_)); }

  support::TempDir dir_;
  std::string path_ = dir_.file("a.o");
};

TEST_F(DeliverTest, MakesAFileWithTheModeThatTheUmaskLeaves) {
  const mode_t old_mask = ::umask(027);

  const auto delivered = deliver_to(path_, Replacement::assembler);
  ::umask(old_mask);

  ASSERT_TRUE(delivered);
  EXPECT_EQ(content(), "new");
  EXPECT_EQ(status_of(path_).st_mode & 0777, 0640U);
  EXPECT_EQ(dir_.children(), 1U);
}

TEST_F(DeliverTest, LeavesTheOtherNameOfAHardLinkAlone) {
  (void)support::make_file(path_, util::as_bytes("old"));
  ASSERT_EQ(::link(path_.c_str(), dir_.file("other").c_str()), 0);

  ASSERT_TRUE(deliver_to(path_, Replacement::assembler));

  EXPECT_EQ(content(), "new");
  EXPECT_EQ(support::text_of(support::content_of(dir_.file("other"))), "old");
}

TEST_F(DeliverTest, RewritesInPlaceWhatTheCompilerRewritesInPlace) {
  (void)support::make_file(path_, util::as_bytes("old"));
  const auto inode = status_of(path_).st_ino;

  ASSERT_TRUE(deliver_to(path_, Replacement::in_place));

  EXPECT_EQ(content(), "new");
  EXPECT_EQ(status_of(path_).st_ino, inode);
}

TEST_F(DeliverTest, CutsOffWhatALongerFileHeldBefore) {
  (void)support::make_file(path_, util::as_bytes("older and longer"));

  ASSERT_TRUE(deliver_to(path_, Replacement::in_place));

  EXPECT_EQ(content(), "new");
}

TEST_F(DeliverTest, ReplacesAFileWholeAndLeavesNothingBesideIt) {
  for (const auto how : {Replacement::assembler, Replacement::renamed}) {
    (void)support::make_file(path_, util::as_bytes("older and longer"));
    const auto inode = status_of(path_).st_ino;

    ASSERT_TRUE(deliver_to(path_, how));

    EXPECT_EQ(content(), "new");
    EXPECT_NE(status_of(path_).st_ino, inode);
    EXPECT_EQ(dir_.children(), 1U);
  }
}

TEST_F(DeliverTest, ReplacesALinkToAFileThatHoldsSomething) {
  (void)support::make_file(dir_.file("target"), util::as_bytes("old"));
  ASSERT_EQ(::symlink(dir_.file("target").c_str(), path_.c_str()), 0);

  ASSERT_TRUE(deliver_to(path_, Replacement::assembler));

  EXPECT_TRUE(S_ISREG(status_of(path_).st_mode));
  EXPECT_EQ(support::text_of(support::content_of(dir_.file("target"))), "old");
}

TEST_F(DeliverTest, WritesThroughALinkToAnEmptyFileAsTheAssemblerDoes) {
  (void)support::make_file(dir_.file("target"));
  ASSERT_EQ(::symlink(dir_.file("target").c_str(), path_.c_str()), 0);

  ASSERT_TRUE(deliver_to(path_, Replacement::assembler));

  EXPECT_TRUE(S_ISLNK(status_of(path_).st_mode));
  EXPECT_EQ(support::text_of(support::content_of(dir_.file("target"))), "new");
}

TEST_F(DeliverTest, FillsADanglingLinkOrReplacesItAsTheCompilerDoes) {
  for (const bool is_replaced : {false, true}) {
    (void)::unlink(path_.c_str());
    ASSERT_EQ(::symlink(dir_.file("target").c_str(), path_.c_str()), 0);

    ASSERT_TRUE(deliver_to(path_, is_replaced ? Replacement::renamed : Replacement::assembler));

    EXPECT_EQ(S_ISREG(status_of(path_).st_mode), is_replaced);
    EXPECT_EQ(::unlink(dir_.file("target").c_str()) == 0, !is_replaced);
  }
}

TEST_F(DeliverTest, LeavesADeviceADevice) {
  for (const auto how : {Replacement::assembler, Replacement::renamed, Replacement::in_place}) {
    ASSERT_TRUE(deliver_to("/dev/null", how));

    EXPECT_TRUE(S_ISCHR(status_of("/dev/null").st_mode));
  }
}

TEST_F(DeliverTest, FailsInADirectoryThatIsNotThere) {
  EXPECT_FALSE(deliver_to(dir_.file("absent/a.o"), Replacement::assembler));
}

}  // namespace
}  // namespace larder::compile
