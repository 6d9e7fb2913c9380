#include "compile/manifest.h"

#include "compile/lookup.h"
#include "support/data.h"
#include "support/stamps.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace larder::compile {
namespace {

util::Digest digest_of(std::string_view text) { return util::blake3(util::as_bytes(text)); }

ManifestResult example(const std::string& name) {
  return {.key = digest_of(name),
          .files = {{"a.h", digest_of("a")}, {"dir/b.h", digest_of(name)}},
          .absent = {{"first", {"a.h", "b.h"}}, {"second", {"b.h"}}},
          .compile_ms = 12};
}

TEST(Manifest, DecodesToWhatWasEncoded) {
  const std::vector<ManifestResult> results = {example("one"), example("two")};

  const auto bytes = encode_manifest(results);
  const auto decoded = ManifestView::open(bytes).value().decode();

  ASSERT_EQ(decoded.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(decoded[i].key, results[i].key);
    EXPECT_EQ(decoded[i].absent, results[i].absent);
    EXPECT_EQ(decoded[i].compile_ms, 12U);
    ASSERT_EQ(decoded[i].files.size(), 2U);
    EXPECT_EQ(decoded[i].files[1].path, "dir/b.h");
    EXPECT_EQ(decoded[i].files[1].digest, results[i].files[1].digest);
  }
}

TEST(Manifest, HoldsEqualPathsAndFilesOnce) {
  const std::vector<ManifestResult> results = {example("one"), example("one"), example("two")};

  const auto bytes = encode_manifest(results);
  const auto view = ManifestView::open(bytes).value();

  EXPECT_EQ(view.file_count(), 3U);
  EXPECT_EQ(view.string_count(), 5U);
}

TEST(Manifest, KeepsTheFirst32Results) {
  std::vector<ManifestResult> results;
  for (int i = 0; i < 40; ++i) results.push_back(example(std::to_string(i)));

  const auto bytes = encode_manifest(results);
  const auto decoded = ManifestView::open(bytes).value().decode();

  ASSERT_EQ(decoded.size(), 32U);
  EXPECT_EQ(decoded.back().key, digest_of("31"));
}

TEST(Manifest, IsCorruptWhenCutAtAnyLength) {
  const auto bytes = encode_manifest(std::vector{example("one")});

  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto view = ManifestView::open(util::ByteSpan(bytes).first(length));
    ASSERT_FALSE(view) << length;
    EXPECT_EQ(view.error().code(), ErrorCode::corrupt);
  }
}

TEST(Manifest, NeverReadsOutsideItsBytesWhateverByteIsWrong) {
  const auto sound = encode_manifest(std::vector{example("one"), example("two")});

  for (std::size_t i = 0; i < sound.size(); ++i) {
    auto bytes = sound;
    bytes[i] ^= std::byte{0xff};
    const auto view = ManifestView::open(bytes);
    if (!view) continue;
    EXPECT_LE(view->decode().size(), 32U);  // under the address sanitizer
  }
}

/// A directory with headers, and a result that read them.
class LookupTest : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view content) {
    (void)support::make_file(dir_.file(name), util::as_bytes(content));
  }
  ManifestResult reading(const std::vector<std::string>& names) {
    ManifestResult result = {.key = digest_of("result")};
    for (const std::string& name : names) {
      result.files.push_back({dir_.file(name), util::blake3(support::content_of(dir_.file(name)))});
    }
    return result;
  }
  ManifestVerdict look(const std::vector<ManifestResult>& results) {
    const auto bytes = encode_manifest(results);
    const auto view = ManifestView::open(bytes).value();
    return Lookup(view, digests_).run();
  }

  support::TempDir dir_;
  support::TempDir state_;
  FileDigests digests_{InodeCache::open_or_create(state_.file("inodes")).value()};
};

TEST_F(LookupTest, HoldsWhileFilesAreAsTheyWere) {
  write("a.h", "one");

  EXPECT_EQ(look({reading({"a.h"})}).result, 0U);
}

TEST_F(LookupTest, NamesTheFileThatDiffers) {
  write("a.h", "one");
  write("b.h", "one");
  const ManifestResult result = reading({"a.h", "b.h"});
  write("b.h", "two");

  const ManifestVerdict verdict = look({result});

  EXPECT_FALSE(verdict.result);
  ASSERT_TRUE(verdict.change);
  EXPECT_EQ(verdict.change->kind, FileChange::Kind::changed);
  EXPECT_EQ(verdict.change->path, dir_.file("b.h"));
}

TEST_F(LookupTest, DiffersWhenAFileIsGone) {
  write("a.h", "one");
  const ManifestResult result = reading({"a.h"});
  ASSERT_EQ(::unlink(dir_.file("a.h").c_str()), 0);

  const ManifestVerdict verdict = look({result});

  ASSERT_TRUE(verdict.change);
  EXPECT_EQ(verdict.change->kind, FileChange::Kind::gone);
  EXPECT_EQ(verdict.change->path, dir_.file("a.h"));
}

TEST_F(LookupTest, FindsAnOlderResultThatHolds) {
  write("a.h", "one");
  const ManifestResult older = reading({"a.h"});
  write("a.h", "two");
  const ManifestResult newer = reading({"a.h"});
  write("a.h", "one");

  EXPECT_EQ(look({newer, older}).result, 1U);
}

TEST_F(LookupTest, DiffersOnceAnAbsentNameAppears) {
  ManifestResult result = {.key = digest_of("result")};
  result.absent = {{dir_.path(), {"early.h"}}};
  support::let_stamps_move_on();
  ASSERT_TRUE(look({result}).result);
  ASSERT_TRUE(look({result}).result);  // from the directory's stamp

  write("early.h", "here now");

  const ManifestVerdict verdict = look({result});
  ASSERT_TRUE(verdict.change);
  EXPECT_EQ(verdict.change->kind, FileChange::Kind::appeared);
  EXPECT_EQ(verdict.change->path, dir_.file("early.h"));
}

TEST_F(LookupTest, DiffersOnceADirectoryAppearsWithAnAbsentName) {
  ManifestResult result = {.key = digest_of("result")};
  result.absent = {{dir_.file("later"), {"early.h"}}, {dir_.path(), {"deep/er.h"}}};
  ASSERT_TRUE(look({result}).result);

  ASSERT_EQ(::mkdir(dir_.file("later").c_str(), 0777), 0);
  EXPECT_TRUE(look({result}).result);
  write("later/early.h", "here now");

  EXPECT_FALSE(look({result}).result);
}

TEST_F(LookupTest, SeesANameAppearInADirectoryBelow) {
  ASSERT_EQ(::mkdir(dir_.file("deep").c_str(), 0777), 0);
  ManifestResult result = {.key = digest_of("result")};
  result.absent = {{dir_.path(), {"deep/er.h"}}};
  support::let_stamps_move_on();
  ASSERT_TRUE(look({result}).result);

  write("deep/er.h", "here now");

  EXPECT_FALSE(look({result}).result);
}

TEST_F(LookupTest, SeesTheTargetOfADanglingLinkAppear) {
  ASSERT_EQ(::symlink(state_.file("target.h").c_str(), dir_.file("early.h").c_str()), 0);
  ManifestResult result = {.key = digest_of("result")};
  result.absent = {{dir_.path(), {"early.h"}}};
  support::let_stamps_move_on();
  ASSERT_TRUE(look({result}).result);

  (void)support::make_file(state_.file("target.h"));

  EXPECT_FALSE(look({result}).result);
}

}  // namespace
}  // namespace larder::compile
