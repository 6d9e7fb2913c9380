#include "backend/disk/store_fixture.h"

/// What became of a store's files, and what the store makes of it.
namespace larder::disk {
namespace {

using conformance::code_of;
using conformance::get;
using conformance::get_entry;
using conformance::put;
using conformance::put_entry;
using conformance::stats;
using support::key_of;
using support::name_of;
using Kind = Finding::Kind;

class DiskDamageTest : public DiskStoreTest {
 protected:
  void flip_byte(const std::string& file, std::size_t offset) const {
    util::ByteBuffer bytes = support::content_of(file);
    bytes.at(offset) ^= std::byte{1};
    const auto fd = sys::open_at(AT_FDCWD, file, O_WRONLY).value();
    ASSERT_TRUE(sys::write_all_at(fd.get(), bytes, 0));
  }
  /// Changes a byte that only reading the blob can find.
  void damage_content(const std::string& entry, const std::string& name) const {
    const std::string file = content_file(entry, name);
    flip_byte(file, std::filesystem::file_size(file) - 1);
  }
  /// Changes a byte that opening the entry finds.
  void damage_head(const std::string& entry) const { flip_byte(content_file(entry, ".entry"), 20); }
};

INSTANTIATE_TEST_SUITE_P(Disk, DiskDamageTest,
                         testing::Values(DiskLayout::packed, DiskLayout::directory),
                         name_of_layout);

TEST_P(DiskDamageTest, ReportsACorruptHeadOnceAndRemovesTheEntry) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  put(*store, "b", "blob", "value");
  damage_head("61/61");

  EXPECT_EQ(code_of(store->get(key_of("a"), name_of("blob"))), ErrorCode::corrupt);

  EXPECT_EQ(get(*store, "a", "blob"), std::nullopt);
  EXPECT_EQ(stats(*store).entries, 1U);
  EXPECT_FALSE(std::filesystem::exists(path("61/61")));
}

TEST_P(DiskDamageTest, ReportsCorruptContentOnceAndRemovesTheEntry) {
  const auto store = open();
  put(*store, "a", "blob", support::text_of(support::noise(100'000)));
  damage_content("61/61", "blob");

  const auto blob = store->get(key_of("a"), name_of("blob")).value().value();
  EXPECT_EQ(code_of(blob.read()), ErrorCode::corrupt);

  EXPECT_EQ(get(*store, "a", "blob"), std::nullopt);
  EXPECT_EQ(stats(*store), StoreStats());
}

TEST_P(DiskDamageTest, RemovesACorruptEntryForABlobThatOutlivesItsStore) {
  auto store = open();
  put(*store, "a", "blob", support::text_of(support::noise(100'000)));
  damage_content("61/61", "blob");
  const auto blob = store->get(key_of("a"), name_of("blob")).value().value();
  store.reset();

  EXPECT_EQ(code_of(blob.read()), ErrorCode::corrupt);

  EXPECT_EQ(get(*open(), "a", "blob"), std::nullopt);
}

TEST_P(DiskDamageTest, DoesNotRemoveTheEntryThatReplacedACorruptOne) {
  const auto store = open();
  put(*store, "a", "blob", support::text_of(support::noise(100'000)));
  damage_content("61/61", "blob");
  const auto blob = store->get(key_of("a"), name_of("blob")).value().value();
  put_entry(*store, "a", {{"blob", "new"}});

  EXPECT_EQ(code_of(blob.read()), ErrorCode::corrupt);

  EXPECT_EQ(get(*store, "a", "blob"), "new");
}

TEST_P(DiskDamageTest, LeavesACorruptEntryWhereItOnlyReads) {
  put(*open(), "a", "blob", "value");
  damage_head("61/61");
  const auto store = open({.dir = path(), .read_only = true});

  EXPECT_EQ(code_of(store->get(key_of("a"), name_of("blob"))), ErrorCode::corrupt);

  EXPECT_TRUE(std::filesystem::exists(path("61/61")));
}

TEST_P(DiskDamageTest, PutsABlobInPlaceOfACorruptEntry) {
  const auto store = open();
  put_entry(*store, "a", {{"blob", "value"}, {"other", "value"}});
  damage_head("61/61");

  put(*store, "a", "blob", "new");

  EXPECT_EQ(get_entry(*store, "a"), (conformance::Blobs{{"blob", "new"}}));
  EXPECT_EQ(stats(*store).entries, 1U);
  EXPECT_EQ(temporaries(), 0U);
}

TEST_P(DiskDamageTest, TakesAMisplacedEntryForAMissAndLeavesIt) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  std::filesystem::create_directories(path("62"));
  std::filesystem::rename(path("61/61"), path("62/62"));

  EXPECT_EQ(get(*store, "b", "blob"), std::nullopt);
  EXPECT_TRUE(get_entry(*store, "b").empty());

  EXPECT_TRUE(std::filesystem::exists(path("62/62")));
}

TEST_P(DiskDamageTest, DoesNotServeAnEntryMovedToAnotherNamespace) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  std::filesystem::create_directories(path("ns"));
  std::filesystem::rename(path("61"), path("ns/61"));

  EXPECT_EQ(get(*conformance::in_namespace(*store, "ns"), "a", "blob"), std::nullopt);
}

TEST_P(DiskDamageTest, RepairsWhatCannotBeServed) {
  const auto store = open();
  for (const char key : {'a', 'b', 'c', 'd'}) put(*store, {&key, 1}, "blob", "value");
  damage_head("61/61");
  damage_content("62/62", "blob");
  std::filesystem::create_directories(path("7a"));
  std::filesystem::rename(path("63/63"), path("7a/7a"));
  (void)support::make_file(path(".larder/tmp/61-0123456789abcdef"));

  const auto report = store->verify({.repair = true}).value();

  // Two corrupt, one misplaced, one leftover, and the counts of the shards that were moved from
  // and to.
  EXPECT_EQ(report.entries, 1U);
  EXPECT_EQ(report.findings, 6U);
  EXPECT_EQ(report.repaired, 6U);
  EXPECT_TRUE(findings(*store).empty());
  EXPECT_EQ(stats(*store), conformance::walked_stats(*store));
  EXPECT_EQ(stats(*store).entries, 1U);
}

TEST_P(DiskDamageTest, OnlyReportsWithoutRepair) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  damage_head("61/61");
  (void)support::make_file(path(".larder/tmp/61-0123456789abcdef"));

  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(findings(*store), (std::vector{Kind::corrupt, Kind::leftover}));
  }
}

TEST_P(DiskDamageTest, TakesAnEmptyEntryForCorrupt) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  std::filesystem::resize_file(content_file("61/61", ".entry"), 0);

  EXPECT_EQ(code_of(store->get(key_of("a"), name_of("blob"))), ErrorCode::corrupt);
  EXPECT_EQ(get(*store, "a", "blob"), std::nullopt);
}

TEST_P(DiskDamageTest, CountsAnewWhenTheCountersAreGone) {
  const auto store = open();
  for (const char key : {'a', 'b', 'c'}) put(*store, {&key, 1}, "blob", "value");
  const StoreStats before = stats(*store);

  std::filesystem::remove(path(".larder/counters"));
  EXPECT_EQ(stats(*store), before);
  EXPECT_TRUE(std::filesystem::exists(path(".larder/counters")));

  std::filesystem::remove(path(".larder/counters"));
  EXPECT_EQ(stats(*open()), before);
}

TEST_P(DiskDamageTest, CountsAnewWhenTheCountersAreGarbage) {
  const auto store = open();
  for (const char key : {'a', 'b', 'c'}) put(*store, {&key, 1}, "blob", "value");
  const StoreStats before = stats(*store);
  const std::string file = path(".larder/counters");
  const auto replace = [&](util::ByteSpan bytes) {
    std::filesystem::remove(file);
    (void)support::make_file(file, bytes);
  };

  for (const std::size_t size : {0U, 1U, 4096U, 100'000U}) {
    replace(support::noise(size));
    EXPECT_EQ(stats(*store), before) << size;
    put(*store, "a", "blob", "other");
    EXPECT_EQ(stats(*open()), before) << size;
  }
}

TEST_P(DiskDamageTest, CorrectsCountsThatAreWrong) {
  const auto store = open();
  for (const char key : {'a', 'b', 'c'}) put(*store, {&key, 1}, "blob", "value");
  const StoreStats before = stats(*store);
  std::filesystem::remove_all(path("61/61"));
  EXPECT_EQ(stats(*store), before);

  EXPECT_EQ(findings(*store), std::vector{Kind::drift});
  EXPECT_EQ(findings(*store, true), std::vector{Kind::drift});

  EXPECT_EQ(stats(*store).entries, 2U);
  EXPECT_TRUE(findings(*store).empty());
}

TEST_P(DiskDamageTest, CorrectsCountsOfAShardThatIsGone) {
  const auto store = open();
  for (const char key : {'a', 'b'}) put(*store, {&key, 1}, "blob", "value");
  std::filesystem::remove_all(path("61"));

  EXPECT_EQ(findings(*store, true), std::vector{Kind::drift});

  EXPECT_EQ(stats(*store).entries, 1U);
}

TEST_P(DiskDamageTest, CorrectsCountsWhenItCleans) {
  const auto store = open();
  for (const char key : {'a', 'b', 'c'}) put(*store, {&key, 1}, "blob", "value");
  (void)support::make_file(path("61/61ff"), support::noise(4096));
  std::filesystem::remove_all(path("62/62"));

  EXPECT_TRUE(store->clean({}));

  EXPECT_EQ(stats(*store), conformance::walked_stats(*store));
}

class DirectoryEntryTest : public DiskDamageTest {};

INSTANTIATE_TEST_SUITE_P(Disk, DirectoryEntryTest, testing::Values(DiskLayout::directory),
                         name_of_layout);

TEST_P(DirectoryEntryTest, KeepsEachBlobAsAPlainFile) {
  put_entry(*open(), "a", {{"output", "object"}, {"stderr", ""}});

  EXPECT_EQ(support::text_of(support::content_of(path("61/61/output"))), "object");
  EXPECT_EQ(std::filesystem::file_size(path("61/61/stderr")), 0U);
  EXPECT_EQ(files_in("61/61"), 3U);
}

TEST_P(DirectoryEntryTest, SharesTheFilesThatAPutLeavesUnchanged) {
  const auto store = open();
  put_entry(*store, "a", {{"output", "object"}, {"stderr", ""}});
  struct stat before = {};
  ASSERT_EQ(::stat(path("61/61/output").c_str(), &before), 0);

  put(*store, "a", "stderr", "warning");

  struct stat after = {};
  ASSERT_EQ(::stat(path("61/61/output").c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
}

TEST_P(DirectoryEntryTest, IsCorruptWithoutOneOfItsFiles) {
  const auto store = open();
  put_entry(*store, "a", {{"output", "object"}, {"stderr", ""}});
  std::filesystem::remove(path("61/61/output"));

  EXPECT_EQ(get(*store, "a", "stderr"), "");
  EXPECT_EQ(findings(*store), (std::vector{Kind::corrupt, Kind::drift}));
  EXPECT_EQ(code_of(store->get(key_of("a"), name_of("output"))), ErrorCode::corrupt);

  EXPECT_EQ(get(*store, "a", "stderr"), std::nullopt);
}

TEST_P(DirectoryEntryTest, FollowsNoLinkAmongItsFiles) {
  const auto store = open();
  put(*store, "a", "output", "object");
  std::filesystem::rename(path("61/61/output"), dir_.file("outside"));
  std::filesystem::create_symlink(dir_.file("outside"), path("61/61/output"));

  EXPECT_EQ(code_of(store->get(key_of("a"), name_of("output"))), ErrorCode::corrupt);

  EXPECT_TRUE(std::filesystem::exists(dir_.file("outside")));
}

TEST_P(DiskDamageTest, TakesANewerEntryForAMissThatPutReplaces) {
  const auto store = open();
  put(*store, "a", "output", "object");
  // The first line of an index, the major version of a pack.
  const std::size_t version = GetParam() == DiskLayout::packed ? 8 : 13;
  const auto file = sys::open_at(AT_FDCWD, content_file("61/61", ".entry"), O_WRONLY).value();
  ASSERT_TRUE(sys::write_all_at(file.get(), util::as_bytes("2"), version));

  EXPECT_EQ(get(*store, "a", "output"), std::nullopt);
  EXPECT_EQ(findings(*store), std::vector{Kind::newer});
  put(*store, "a", "stderr", "");

  EXPECT_EQ(get_entry(*store, "a"), (conformance::Blobs{{"stderr", ""}}));
}

}  // namespace
}  // namespace larder::disk
