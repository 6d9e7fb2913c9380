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
  ManifestResult result = {.key = digest_of(name),
                           .absent = {{"first", {"a.h", "b.h"}}, {"second", {"b.h"}}},
                           .compile_ms = 12};
  result.set_files({{"dir/b.h", digest_of(name)}, {"a.h", digest_of("a")}});
  return result;
}

std::vector<ManifestResult> decoded(util::ByteSpan bytes) {
  return Manifest::decode(bytes).value().results();
}

TEST(Manifest, DecodesToWhatWasEncoded) {
  const std::vector<ManifestResult> results = {example("one"), example("two")};

  const auto decoded = compile::decoded(encode_manifest(results));

  ASSERT_EQ(decoded.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(decoded[i].key, results[i].key);
    EXPECT_EQ(decoded[i].files, results[i].files);
    EXPECT_EQ(decoded[i].files_digest, results[i].files_digest);
    EXPECT_EQ(decoded[i].absent, results[i].absent);
    EXPECT_EQ(decoded[i].compile_ms, 12U);
  }
}

TEST(Manifest, EncodesToTheSameBytesOnceMore) {
  const auto bytes = encode_manifest(std::vector{example("one"), example("two")});

  EXPECT_EQ(encode_manifest(decoded(bytes)), bytes);
}

TEST(Manifest, KeepsLongPathsAndLargeNumbers) {
  ManifestResult result = {.key = digest_of("result"), .compile_ms = 0xffff'ffff};
  const std::string deep(3000, 'd');
  std::vector<InputFile> files;
  for (int i = 0; i < 300; ++i) {
    files.push_back({deep + std::to_string(i) + ".h", digest_of(std::to_string(i))});
    result.absent.push_back({deep + std::to_string(1000 + i), {"z/" + std::to_string(i)}});
  }
  result.set_files(files);

  const auto decoded = compile::decoded(encode_manifest({&result, 1}));

  EXPECT_EQ(decoded.at(0).files, result.files);
  EXPECT_EQ(decoded.at(0).absent, result.absent);
  EXPECT_EQ(decoded.at(0).compile_ms, 0xffff'ffff);
}

TEST(Manifest, HoldsEqualPathsFilesAndGroupsOnce) {
  const std::vector<ManifestResult> results = {example("one"), example("one"), example("two")};

  const auto manifest = Manifest::decode(encode_manifest(results)).value();

  EXPECT_EQ(manifest.file_count(), 3U);
  EXPECT_EQ(manifest.string_count(), 4U);  // b.h is the end of dir/b.h
  EXPECT_EQ(manifest.group_count(), 2U);
}

TEST(Manifest, TakesNoNameForTheEndOfALongerOne) {
  ManifestResult result = {.key = digest_of("result"), .absent = {{"dir", {"b.h", "xb.h"}}}};
  result.set_files({{"dir/xb.h", digest_of("x")}});

  EXPECT_EQ(decoded(encode_manifest({&result, 1})).at(0).absent, result.absent);
}

TEST(Manifest, KeepsTheFirst32Results) {
  std::vector<ManifestResult> results;
  for (int i = 0; i < 40; ++i) results.push_back(example(std::to_string(i)));

  const auto decoded = compile::decoded(encode_manifest(results));

  ASSERT_EQ(decoded.size(), 32U);
  EXPECT_EQ(decoded.back().key, digest_of("31"));
}

TEST(Manifest, IsCorruptWhenCutAtAnyLength) {
  const auto bytes = encode_manifest(std::vector{example("one")});

  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto manifest = Manifest::decode(util::ByteSpan(bytes).first(length));
    ASSERT_FALSE(manifest) << length;
    EXPECT_EQ(manifest.error().code(), ErrorCode::corrupt);
  }
}

TEST(Manifest, NeverReadsOutsideItsBytesWhateverByteIsWrong) {
  const auto sound = encode_manifest(std::vector{example("one"), example("two")});

  for (std::size_t i = 0; i < sound.size(); ++i) {
    for (const std::byte flipped : {std::byte{0xff}, std::byte{0x80}, std::byte{0x01}}) {
      auto bytes = sound;
      bytes[i] ^= flipped;
      const auto manifest = Manifest::decode(bytes);
      if (!manifest) continue;
      EXPECT_LE(manifest->results().size(), 32U);  // under the address sanitizer
    }
  }
}

ManifestResult result_of(std::vector<InputFile> files) {
  ManifestResult result = {.key = digest_of("result")};
  result.set_files(std::move(files));
  return result;
}

/// A directory with headers, and a result that read them.
class LookupTest : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view content) {
    (void)support::make_file(dir_.file(name), util::as_bytes(content));
  }
  ManifestResult reading(const std::vector<std::string>& names) {
    std::vector<InputFile> files;
    for (const std::string& name : names) {
      files.push_back({dir_.file(name), util::blake3(support::content_of(dir_.file(name)))});
    }
    return result_of(std::move(files));
  }
  ManifestVerdict look(const std::vector<ManifestResult>& results) {
    const auto manifest = Manifest::decode(encode_manifest(results)).value();
    return Lookup(manifest, digests_, helper_).run();
  }

  support::TempDir dir_;
  support::TempDir state_;
  FileDigests digests_{InodeCache::open_or_create(state_.file("inodes")).value()};
  util::Helper helper_;
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

TEST_F(LookupTest, LooksAtThousandsOfFilesAsAtFew) {
  std::vector<std::string> names;
  for (int i = 0; i < 2500; ++i) names.push_back("a" + std::to_string(i) + ".h");
  for (const std::string& name : names) write(name, name);
  const ManifestResult result = reading(names);
  support::let_stamps_move_on();

  for (int round = 0; round < 2; ++round) {  // read the first time, known the second
    EXPECT_EQ(look({result}).result, 0U);
  }

  for (const std::string& name : {names[0], names[1200], names[2499]}) {
    write(name, "changed");
    const ManifestVerdict verdict = look({result});
    ASSERT_TRUE(verdict.change) << name;
    EXPECT_EQ(verdict.change->kind, FileChange::Kind::changed);
    EXPECT_EQ(verdict.change->path, dir_.file(name));
    write(name, name);
  }
  ASSERT_EQ(::unlink(dir_.file(names[2000]).c_str()), 0);
  EXPECT_EQ(look({result}).change->path, dir_.file(names[2000]));
}

TEST_F(LookupTest, DiffersWhenAFileHasTheMarkButNotTheContent) {
  write("a.h", "one");
  util::Digest alike = digest_of("one");
  alike.bytes.back() ^= std::byte{1};
  ASSERT_EQ(mark_of(alike), mark_of(digest_of("one")));

  const ManifestVerdict verdict = look({result_of({{dir_.file("a.h"), alike}})});

  EXPECT_FALSE(verdict.result);
  ASSERT_TRUE(verdict.change);
  EXPECT_EQ(verdict.change->kind, FileChange::Kind::changed);
}

TEST_F(LookupTest, FindsTheOneOfTwoResultsWhoseFilesMarksAreAlike) {
  write("a.h", "one");
  util::Digest alike = digest_of("one");
  alike.bytes.back() ^= std::byte{1};

  EXPECT_EQ(look({result_of({{dir_.file("a.h"), alike}}), reading({"a.h"})}).result, 1U);
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
  ManifestResult result = result_of({});
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
  ManifestResult result = result_of({});
  result.absent = {{dir_.file("later"), {"early.h"}}, {dir_.path(), {"deep/er.h"}}};
  ASSERT_TRUE(look({result}).result);

  ASSERT_EQ(::mkdir(dir_.file("later").c_str(), 0777), 0);
  EXPECT_TRUE(look({result}).result);
  write("later/early.h", "here now");

  EXPECT_FALSE(look({result}).result);
}

TEST_F(LookupTest, SeesANameAppearInADirectoryBelow) {
  ASSERT_EQ(::mkdir(dir_.file("deep").c_str(), 0777), 0);
  ManifestResult result = result_of({});
  result.absent = {{dir_.path(), {"deep/er.h"}}};
  support::let_stamps_move_on();
  ASSERT_TRUE(look({result}).result);

  write("deep/er.h", "here now");

  EXPECT_FALSE(look({result}).result);
}

TEST_F(LookupTest, SeesTheTargetOfADanglingLinkAppear) {
  ASSERT_EQ(::symlink(state_.file("target.h").c_str(), dir_.file("early.h").c_str()), 0);
  ManifestResult result = result_of({});
  result.absent = {{dir_.path(), {"early.h"}}};
  support::let_stamps_move_on();
  ASSERT_TRUE(look({result}).result);

  (void)support::make_file(state_.file("target.h"));

  EXPECT_FALSE(look({result}).result);
}

}  // namespace
}  // namespace larder::compile
