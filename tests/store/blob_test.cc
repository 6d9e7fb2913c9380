#include "store/blob_content.h"
#include "support/data.h"
#include "support/temp_dir.h"
#include <larder/blob.h>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <memory>
#include <string>

namespace larder {
namespace {

using support::TempDir;
using util::as_bytes;

/// Gives "larder" in two pieces, and then, if told so, fails.
class TextContent final : public BlobContent {
 public:
  explicit TextContent(bool is_corrupt = false) : is_corrupt_(is_corrupt) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return 6; }
  [[nodiscard]] Result<void> read_into(const ByteSink& sink) const override {
    for (const char* piece : {"lar", "der"}) {
      if (auto given = sink(as_bytes(piece)); !given) return given;
    }
    return is_corrupt_ ? Result<void>(fail(ErrorCode::corrupt, "bad")) : Result<void>();
  }

 private:
  bool is_corrupt_;
};

TEST(Blob, IsReadWhole) {
  const Blob blob(std::make_unique<TextContent>());

  EXPECT_EQ(blob.size(), 6U);
  EXPECT_EQ(support::text_of(blob.read().value()), "larder");
}

TEST(Blob, IsWrittenAtADescriptorsPosition) {
  const TempDir dir;
  const util::UniqueFd fd = support::make_file(dir.file("out"));
  ASSERT_TRUE(sys::write_all(fd.get(), as_bytes("the ")));

  ASSERT_TRUE(Blob(std::make_unique<TextContent>()).write_to(fd.get()));

  EXPECT_EQ(support::text_of(support::content_of(dir.file("out"))), "the larder");
}

TEST(Blob, ReplacesAFileAndLeavesNothingBeside) {
  const TempDir dir;
  (void)support::make_file(dir.file("out"), as_bytes("a longer text than the new one"));

  ASSERT_TRUE(Blob(std::make_unique<TextContent>()).write_to(dir.file("out")));

  EXPECT_EQ(support::text_of(support::content_of(dir.file("out"))), "larder");
  EXPECT_EQ(dir.children(), 1U);
}

TEST(Blob, HasTheModeThatTheUmaskLeaves) {
  const TempDir dir;
  const mode_t old_mask = ::umask(027);

  const auto written = Blob(std::make_unique<TextContent>()).write_to(dir.file("out"));
  ::umask(old_mask);

  ASSERT_TRUE(written);
  EXPECT_EQ(sys::stat_at(AT_FDCWD, dir.file("out")).value()->st_mode & 0777, 0640U);
}

TEST(Blob, KeepsTheOldFileWhenItIsCorrupt) {
  const TempDir dir;
  (void)support::make_file(dir.file("out"), as_bytes("old"));

  const auto written = Blob(std::make_unique<TextContent>(true)).write_to(dir.file("out"));

  EXPECT_EQ(written.error().code(), ErrorCode::corrupt);
  EXPECT_EQ(support::text_of(support::content_of(dir.file("out"))), "old");
  EXPECT_EQ(dir.children(), 1U);
}

TEST(Blob, LeavesNothingWhenThePathIsADirectory) {
  const TempDir dir;
  ASSERT_TRUE(sys::make_dir_at(AT_FDCWD, dir.file("out")));

  EXPECT_FALSE(Blob(std::make_unique<TextContent>()).write_to(dir.file("out")));

  EXPECT_EQ(dir.children(), 1U);
}

TEST(Entry, FindsBlobsByName) {
  Entry entry;
  entry.blobs.push_back({support::name_of("a"), Blob(std::make_unique<TextContent>())});
  entry.blobs.push_back({support::name_of("c"), Blob(std::make_unique<TextContent>())});

  EXPECT_EQ(entry.find("c"), &entry.blobs[1].blob);
  EXPECT_EQ(entry.find("b"), nullptr);
  EXPECT_EQ(entry.find("d"), nullptr);
}

}  // namespace
}  // namespace larder
