#include "backend/s3/s3_fixture.h"

#include <gmock/gmock.h>

/// Objects that are not what a store put there.
namespace larder::s3 {
namespace {

using conformance::get;
using conformance::put;
using conformance::put_entry;
using conformance::stats;
using Kind = Finding::Kind;

// Where the entry "key" is, below the prefix.
constexpr std::string_view kKeyPath = "6b/6b6579";

class S3DamageTest : public S3Test {
 protected:
  /// Changes a byte of an object, counted from its end.
  void damage(const std::string& key, std::size_t from_end) const {
    std::string content = object(key);
    ASSERT_GE(content.size(), from_end);
    content[content.size() - from_end] ^= 1;
    put_object(key, content);
  }

  static std::vector<Kind> findings_of(Store& store, bool repair, VerifyReport& report) {
    std::vector<Kind> kinds;
    VerifyOptions verify;
    verify.repair = repair;
    verify.on_finding = [&kinds](const Finding& finding) { kinds.push_back(finding.kind); };
    report = store.verify(verify).value();
    return kinds;
  }
};

TEST_F(S3DamageTest, ReportsAnObjectThatIsNoPackOnceAndRemovesIt) {
  const auto store = open();
  put_object(std::string(kKeyPath), "not a pack");

  EXPECT_EQ(code_of(store->get(key_of("key"), name_of("blob"))), ErrorCode::corrupt);

  EXPECT_EQ(get(*store, "key", "blob"), std::nullopt);
  EXPECT_EQ(object(std::string(kKeyPath)), "");
}

TEST_F(S3DamageTest, ReportsABlobThatProvesCorruptAndRemovesItsEntry) {
  const auto store = open();
  put_entry(*store, "key", {{"blob", conformance::noise_text(10'000)}});
  damage(std::string(kKeyPath), 1);
  const auto blob = store->get(key_of("key"), name_of("blob"));
  ASSERT_TRUE(blob && *blob);

  EXPECT_EQ(code_of((*blob)->read()), ErrorCode::corrupt);

  EXPECT_EQ(get(*store, "key", "blob"), std::nullopt);
}

TEST_F(S3DamageTest, KeepsANewEntryWhenABlobOfTheOldProvesCorrupt) {
  const auto store = open();
  put_entry(*store, "key", {{"blob", conformance::noise_text(10'000)}});
  damage(std::string(kKeyPath), 1);
  const auto blob = store->get(key_of("key"), name_of("blob"));
  ASSERT_TRUE(blob && *blob);
  put_entry(*store, "key", {{"blob", "new"}});

  EXPECT_EQ(code_of((*blob)->read()), ErrorCode::corrupt);

  EXPECT_EQ(get(*store, "key", "blob"), "new");
}

TEST_F(S3DamageTest, LetsABlobProveCorruptThatOutlivesItsStore) {
  auto store = open();
  put_entry(*store, "key", {{"blob", conformance::noise_text(10'000)}});
  damage(std::string(kKeyPath), 1);
  const auto blob = store->get(key_of("key"), name_of("blob"));
  ASSERT_TRUE(blob && *blob);
  store.store.reset();

  EXPECT_EQ(code_of((*blob)->read()), ErrorCode::corrupt);
}

TEST_F(S3DamageTest, LeavesACorruptEntryToWhoMayWrite) {
  put_object(std::string(kKeyPath), "not a pack");
  S3Options read_only = options();
  read_only.read_only = true;

  EXPECT_EQ(code_of(open(read_only)->get(key_of("key"), name_of("blob"))), ErrorCode::corrupt);

  EXPECT_EQ(object(std::string(kKeyPath)), "not a pack");
}

TEST_F(S3DamageTest, ReplacesACorruptEntryWhenABlobIsPut) {
  const auto store = open();
  put_object(std::string(kKeyPath), "not a pack");
  put(*store, "key", "blob", "value");
  EXPECT_EQ(conformance::get_entry(*store, "key").size(), 1U);

  put_entry(*store, "key", {{"a", "1"}, {"b", conformance::noise_text(10'000)}});
  damage(std::string(kKeyPath), 1);
  put(*store, "key", "blob", "value");
  EXPECT_EQ(conformance::get_entry(*store, "key"), (conformance::Blobs{{"blob", "value"}}));
}

TEST_F(S3DamageTest, DoesNotServeAnEntryUnderAnotherKey) {
  const auto store = open();
  put_entry(*store, "key", {{"blob", "value"}});
  put_object("6f/6f74686572", object(std::string(kKeyPath)));

  EXPECT_EQ(get(*store, "other", "blob"), std::nullopt);
  EXPECT_NE(object("6f/6f74686572"), "");
}

TEST_F(S3DamageTest, RefusesAnEntryWithALargerBlobThanItTakesAndLeavesIt) {
  put_entry(*open(), "key", {{"blob", conformance::noise_text(3'000'000)}});
  S3Options small = options();
  small.max_blob_bytes = 1000;

  EXPECT_EQ(code_of(open(small)->get(key_of("key"), name_of("blob"))), ErrorCode::corrupt);

  EXPECT_TRUE(conformance::has(*open(), "key"));
}

TEST_F(S3DamageTest, FindsAndMendsWhatIsWrong) {
  const auto store = open();
  put_entry(*store, "sound", {{"blob", "value"}});
  put_entry(*store, "key", {{"blob", conformance::noise_text(10'000)}});
  damage(std::string(kKeyPath), 1);
  put_object("6f/6f74686572", object("73/736f756e64"));
  put_object("notes.txt", "foreign");
  VerifyReport report;

  EXPECT_THAT(findings_of(*store, false, report),
              testing::UnorderedElementsAre(Kind::corrupt, Kind::misplaced, Kind::foreign));
  EXPECT_EQ(report.entries, 1U);
  EXPECT_EQ(report.findings, 2U);
  EXPECT_EQ(report.repaired, 0U);
  EXPECT_EQ(findings_of(*store, true, report).size(), 3U);
  EXPECT_EQ(report.repaired, 2U);

  EXPECT_THAT(findings_of(*store, false, report), testing::ElementsAre(Kind::foreign));
  EXPECT_EQ(get(*store, "sound", "blob"), "value");
}

TEST_F(S3DamageTest, NeverReadsCountsOrRemovesWhatIsNotTheStores) {
  const std::vector<std::string> foreign = {"notes.txt", "6b/6B6579",      "6b/6c6c",
                                            "6b/",       "6b/6b6579/more", "6b6579",
                                            "6b//6b",    "x/.hidden/6b/6b"};
  for (const std::string& key : foreign) put_object(key, "foreign");
  const auto store = open();
  put_entry(*store, "key", {{"blob", "value"}});

  EXPECT_EQ(stats(*store).entries, 1U);
  EXPECT_EQ(conformance::walk(*store), (std::set<std::string>{":key"}));
  EXPECT_EQ(conformance::clean(*store, {.max_bytes = 0}).removed.entries, 1U);

  for (const std::string& key : foreign) EXPECT_EQ(object(key), "foreign") << key;
}

TEST_F(S3DamageTest, TakesAPrefixForADirectory) {
  S3Options at = options();
  at.prefix += "cache";
  put_object("cachelike/6b/6b6579", "foreign");
  const auto store = open(at);
  put_entry(*store, "key", {{"blob", "value"}});

  EXPECT_EQ(conformance::walk(*store), (std::set<std::string>{":key"}));
  EXPECT_EQ(store->dir(), "s3://stores/" + prefix() + "cache");
  EXPECT_NE(object("cache/" + std::string(kKeyPath)), "");
}

TEST_F(S3DamageTest, MovesPacksAsTheyAre) {
  S3Options elsewhere = options();
  elsewhere.prefix += "elsewhere/";
  const auto from = open_backend(options());
  const auto to = open_backend(elsewhere);
  const store::NamespacePath root;
  const Key key = key_of("key");
  for (const std::size_t size : {1'000U, 5'000'000U}) {
    put_entry(*open(), "key", {{"blob", conformance::noise_text(size)}});

    const auto pack = from->get_pack({root, key}).value();
    ASSERT_TRUE(to->put_pack({root, key}, pack, UINT64_MAX));

    EXPECT_TRUE(object("elsewhere/" + std::string(kKeyPath)) == object(std::string(kKeyPath)));
  }
  EXPECT_EQ(from->get_pack({root, key_of("absent")}).value(), nullptr);
}

TEST_F(S3DamageTest, TakesNoPackThatIsDamagedOrOfAnotherEntry) {
  put_entry(*open(), "other", {{"blob", "value"}});
  put_entry(*open(), "key", {{"blob", conformance::noise_text(10'000)}});
  damage(std::string(kKeyPath), 1);
  const auto backend = open_backend(options());
  const store::NamespacePath root;
  const Key key = key_of("key");
  const Key other = key_of("other");

  const auto damaged = backend->get_pack({root, key}).value();
  const auto misplaced = backend->get_pack({root, other}).value();

  EXPECT_EQ(code_of(backend->put_pack({root, key}, damaged, UINT64_MAX)), ErrorCode::corrupt);
  EXPECT_EQ(code_of(backend->put_pack({root, key}, misplaced, UINT64_MAX)), ErrorCode::corrupt);
}

}  // namespace
}  // namespace larder::s3
