#include "conformance/conformance.h"
#include "support/data.h"

#include <vector>

/// Whole entries, and that a reader keeps the generation that it has.
namespace larder::conformance {
namespace {

using support::key_of;
using support::name_of;

/// An entry of which each blob tells its generation; large ones stay in the store when it is got.
Blobs generation(const std::string& mark) {
  return {{"exit_code", mark},
          {"output", noise_text(200'000) + mark},
          {"text", std::string(500'000, 'x') + mark}};
}

bool is_generation(const Entry& entry, const std::string& mark) {
  Blobs blobs;
  for (const auto& [name, blob] : entry.blobs) {
    const auto bytes = blob.read();
    if (!bytes) return false;
    blobs[name.text()] = support::text_of(*bytes);
  }
  return blobs == generation(mark);
}

TEST_P(StoreConformance, GivesAWholeEntrySortedByName) {
  put_entry(store(), "key", {{"b", "2"}, {"a", ""}, {"c", "3"}});

  const auto entry = store().get_entry(key_of("key"));

  ASSERT_TRUE(entry && *entry);
  ASSERT_EQ((*entry)->blobs.size(), 3U);
  EXPECT_EQ((*entry)->blobs[0].name.text(), "a");
  EXPECT_EQ((*entry)->blobs[1].name.text(), "b");
  EXPECT_EQ((*entry)->blobs[2].name.text(), "c");
  EXPECT_EQ(get_entry(store(), "key"), (Blobs{{"a", ""}, {"b", "2"}, {"c", "3"}}));
}

TEST_P(StoreConformance, GivesNoEntryForWhatItDoesNotHold) {
  const auto entry = store().get_entry(key_of("key"));

  ASSERT_TRUE(entry);
  EXPECT_FALSE(*entry);
  EXPECT_FALSE(has(store(), "key"));
}

TEST_P(StoreConformance, ReplacesTheWholeEntry) {
  put_entry(store(), "key", {{"a", "1"}, {"b", "1"}});
  put_entry(store(), "key", {{"b", "2"}, {"c", "2"}});

  EXPECT_EQ(get_entry(store(), "key"), (Blobs{{"b", "2"}, {"c", "2"}}));
  EXPECT_EQ(get(store(), "key", "a"), std::nullopt);
}

TEST_P(StoreConformance, GivesSingleBlobsOfAnEntry) {
  put_entry(store(), "key", {{"output", "o"}, {"stderr", ""}});

  EXPECT_EQ(get(store(), "key", "output"), "o");
  EXPECT_EQ(get(store(), "key", "stderr"), "");
}

TEST_P(StoreConformance, MixesBlobsOfAllSizesInAnEntry) {
  Blobs blobs;
  for (const std::size_t size : {0U, 1U, 16U, 4096U, 65'536U, 70'000U, 300'000U, 2'000'000U}) {
    blobs["noise-" + std::to_string(size)] = noise_text(size, size);
    blobs["text-" + std::to_string(size)] = std::string(size, 'x');
  }
  put_entry(store(), "key", blobs);

  EXPECT_TRUE(get_entry(store(), "key") == blobs);
}

TEST_P(StoreConformance, HoldsUpTo256BlobsInAnEntry) {
  Blobs blobs;
  for (int i = 0; i < 256; ++i) blobs[std::string(197, 'n') + std::to_string(100 + i)] = "b";
  put_entry(store(), "key", blobs);

  EXPECT_EQ(get_entry(store(), "key"), blobs);
  EXPECT_EQ(code_of(store().put(key_of("key"), name_of("more"), BlobSource::from_text(""))),
            ErrorCode::invalid_argument);
  put(store(), "key", blobs.begin()->first, "replaced");
  EXPECT_EQ(get_entry(store(), "key").size(), 256U);
}

TEST_P(StoreConformance, RefusesEntriesThatAreNone) {
  put(store(), "key", "old", "value");
  std::vector<NamedSource> many;
  for (int i = 0; i < 257; ++i) {
    many.push_back({name_of(std::to_string(i)), BlobSource::from_text("")});
  }
  const std::vector<NamedSource> twice = {{name_of("a"), BlobSource::from_text("1")},
                                          {name_of("b"), BlobSource::from_text("")},
                                          {name_of("a"), BlobSource::from_text("2")}};

  for (const auto& sources : {std::vector<NamedSource>(), many, twice}) {
    EXPECT_EQ(code_of(store().put_entry(key_of("key"), sources)), ErrorCode::invalid_argument);
  }
  EXPECT_EQ(get_entry(store(), "key"), (Blobs{{"old", "value"}}));
}

TEST_P(StoreConformance, ForgetsARemovedEntry) {
  put_entry(store(), "key", {{"a", "1"}, {"b", "2"}});
  put(store(), "other", "a", "1");

  remove(store(), "key");

  EXPECT_FALSE(has(store(), "key"));
  EXPECT_EQ(get(store(), "key", "a"), std::nullopt);
  EXPECT_EQ(get_entry(store(), "key"), Blobs());
  EXPECT_TRUE(has(store(), "other"));
}

TEST_P(StoreConformance, RemovesWhatIsAbsent) {
  remove(store(), "key");
  put(store(), "key", "a", "1");
  remove(store(), "key");
  remove(store(), "key");

  EXPECT_FALSE(has(store(), "key"));
}

TEST_P(StoreConformance, TakesAnEntryAgainThatWasRemoved) {
  put_entry(store(), "key", {{"a", "1"}, {"b", "1"}});
  remove(store(), "key");
  put(store(), "key", "c", "2");

  EXPECT_EQ(get_entry(store(), "key"), (Blobs{{"c", "2"}}));
}

TEST_P(StoreConformance, LetsAReaderKeepAReplacedGeneration) {
  put_entry(store(), "key", generation("old"));
  const auto entry = store().get_entry(key_of("key"));
  const auto blob = store().get(key_of("key"), name_of("text"));
  ASSERT_TRUE(entry && *entry && blob && *blob);

  put_entry(store(), "key", generation("new"));
  put(store(), "key", "text", "newer");

  EXPECT_TRUE(is_generation(**entry, "old"));
  EXPECT_TRUE(support::text_of((*blob)->read().value()) == generation("old").at("text"));
}

TEST_P(StoreConformance, LetsAReaderKeepARemovedGeneration) {
  put_entry(store(), "key", generation("old"));
  const auto entry = store().get_entry(key_of("key"));
  ASSERT_TRUE(entry && *entry);

  remove(store(), "key");

  EXPECT_TRUE(is_generation(**entry, "old"));
}

TEST_P(StoreConformance, LetsAReaderKeepACleanedGeneration) {
  put_entry(store(), "key", generation("old"));
  const auto entry = store().get_entry(key_of("key"));
  ASSERT_TRUE(entry && *entry);

  EXPECT_EQ(clean(store(), {.max_bytes = 0}).removed.entries, 1U);

  EXPECT_TRUE(is_generation(**entry, "old"));
}

TEST_P(StoreConformance, LetsAReaderKeepAnEvictedGeneration) {
  limit_to(2'000'000);
  put_entry(store(), "key", generation("old"));
  const auto entry = store().get_entry(key_of("key"));
  ASSERT_TRUE(entry && *entry);

  put_noise(store(), "other", 1'900'000);

  EXPECT_FALSE(has(store(), "key"));
  EXPECT_TRUE(is_generation(**entry, "old"));
}

TEST_P(StoreConformance, TakesAnEntryMadeOfItsOwnBlobs) {
  put_entry(store(), "key", generation("old"));
  const auto entry = store().get_entry(key_of("key"));
  ASSERT_TRUE(entry && *entry);
  std::vector<NamedSource> sources;
  for (const auto& [name, blob] : (*entry)->blobs) {
    sources.push_back({name, BlobSource::from_blob(blob)});
  }

  ASSERT_TRUE(store().put_entry(key_of("key"), sources));

  EXPECT_TRUE(get_entry(store(), "key") == generation("old"));
}

TEST_P(StoreConformance, OutlivesBeingClosed) {
  put_entry(store(), "key", generation("old"));
  put(*in_namespace(store(), "sub"), "key", "a", "1");
  const StoreStats before = stats(store());

  if (!reopen()) GTEST_SKIP() << "this store ends when it is closed";

  EXPECT_TRUE(get_entry(store(), "key") == generation("old"));
  EXPECT_EQ(get(*in_namespace(store(), "sub"), "key", "a"), "1");
  EXPECT_EQ(stats(store()), before);
}

}  // namespace
}  // namespace larder::conformance
