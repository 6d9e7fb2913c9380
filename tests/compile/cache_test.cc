#include "compile/cache.h"

#include "backend/memory/memory_backend.h"
#include "compile/manifest_entry.h"
#include "compose/tiers.h"
#include "store/view.h"
#include "support/backend_double.h"
#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace larder::compile {
namespace {

using support::BackendDouble;
using support::name_of;

util::Digest digest_of(std::string_view text) { return util::blake3(util::as_bytes(text)); }

/// Two machines' view of one cache: what is here, and what is elsewhere. A result holds while the
/// header has the content that it was made from.
class CacheTest : public testing::Test {
 protected:
  CacheTest() {
    stores_.here = store_of(here_);
    stores_.open_far = [this]() -> Result<FarStores> {
      ++opened_;
      return FarStores{.all = store_of(here_, far_), .elsewhere = store_of(far_)};
    };
    write("one");
  }

  using Shared = std::shared_ptr<BackendDouble>;

  template <typename... Backends>
  static std::unique_ptr<Store> store_of(const Backends&... backends) {
    std::vector<compose::Tier> tiers = {compose::Tier{.name = "tier", .backend = backends}...};
    return store::make_store(compose::make_tiers(std::move(tiers)), std::nullopt);
  }

  void write(std::string_view content) const {
    support::make_file(header(), util::as_bytes(content));
  }
  [[nodiscard]] std::string header() const { return dir_.file("a.h"); }

  [[nodiscard]] Cache open() const { return Cache::open(stores_, helper_).value(); }

  /// A cache that has nothing but these stores.
  [[nodiscard]] Cache open_alone(Stores& alone, const Shared& backend) const {
    alone.here = store_of(backend);
    return Cache::open(alone, helper_).value();
  }

  /// The result for that content of the header.
  [[nodiscard]] ManifestResult result_of(const std::string& content) const {
    ManifestResult result = {.key = digest_of(content), .compile_ms = 7};
    result.set_files({{header(), digest_of(content)}});
    return result;
  }

  static void put_result(Cache& cache, const std::string& content) {
    const std::array blobs = {NamedSource{name_of("output"), BlobSource::from_text(content)}};
    ASSERT_TRUE(cache.put_result(
        digest_of(content), [&] { return std::span(blobs); }, [] {}));
  }

  /// Stores the result as a compile does.
  void put(Cache& cache, const std::string& content) const {
    put_result(cache, content);
    ASSERT_TRUE(cache.put_manifest(kManifest, result_of(content)));
  }
  /// The same on another machine, with a disk of its own.
  void put_elsewhere(const std::string& content) const {
    Stores other;
    Cache cache = open_alone(other, far_);
    put(cache, content);
  }

  [[nodiscard]] static ManifestLookup find(Cache& cache) {
    FileDigests digests(std::nullopt);
    return cache.find(kManifest, digests, nullptr).value();
  }
  /// The output that is found, or what came of it.
  [[nodiscard]] static std::string found(Cache& cache) {
    const ManifestLookup lookup = find(cache);
    if (lookup.outcome == ManifestLookup::Outcome::unknown) return "unknown";
    if (lookup.outcome == ManifestLookup::Outcome::changed) return "changed";
    if (lookup.outcome == ManifestLookup::Outcome::evicted) return "evicted";
    return support::text_of(lookup.found->entry.find("output")->read().value());
  }

  /// The keys of the results in the manifest of a backend.
  [[nodiscard]] static std::vector<util::Digest> manifest_of(const Shared& backend) {
    const auto manifests = store_of(backend)->in_namespace(name_of("manifest")).value();
    const auto entry = manifests->get_entry(key_of(kManifest)).value();
    std::vector<util::Digest> keys;
    if (!entry) return keys;
    const util::ByteBuffer bytes = manifest_in(*entry).value().value();
    for (const ManifestResult& result : Manifest::decode(bytes).value().results()) {
      keys.push_back(result.key);
    }
    return keys;
  }

  static inline const util::Digest kManifest = digest_of("manifest");

  support::TempDir dir_;
  Shared here_ = std::make_shared<BackendDouble>("here:");
  Shared far_ = std::make_shared<BackendDouble>("far:");
  int opened_ = 0;
  Stores stores_;
  mutable util::Helper helper_{[] { return true; }};
};

/// Results of compiles that read so many files that they are got ahead.
class CacheAheadTest : public CacheTest {
 protected:
  [[nodiscard]] std::string other(int number) const {
    return dir_.file(std::to_string(number) + ".h");
  }

  void put_with_many(Cache& cache, const std::string& content) const {
    std::vector<InputFile> inputs = {{header(), digest_of(content)}};
    for (int i = 0; i < kOthers; ++i) {
      support::make_file(other(i), util::as_bytes("other"));
      inputs.push_back({other(i), digest_of("other")});
    }
    ManifestResult result = {.key = digest_of(content)};
    result.set_files(std::move(inputs));
    put_result(cache, content);
    ASSERT_TRUE(cache.put_manifest(kManifest, std::move(result)));
  }

  static constexpr int kOthers = 400;
};

TEST_F(CacheAheadTest, GivesTheNewestResultWhileItHolds) {
  Stores alone;
  Cache cache = open_alone(alone, here_);
  put_with_many(cache, "one");

  for (int i = 0; i < 50; ++i) ASSERT_EQ(found(cache), "one");
}

TEST_F(CacheAheadTest, GivesNothingOfANewestResultThatDoesNotHold) {
  Stores alone;
  Cache cache = open_alone(alone, here_);
  put_with_many(cache, "one");
  write("two");

  for (int i = 0; i < 50; ++i) ASSERT_EQ(found(cache), "changed");
}

TEST_F(CacheAheadTest, GivesAnOlderResultThatHolds) {
  Stores alone;
  Cache cache = open_alone(alone, here_);
  put_with_many(cache, "one");
  put_with_many(cache, "two");

  for (int i = 0; i < 50; ++i) ASSERT_EQ(found(cache), "one");
  write("two");
  for (int i = 0; i < 50; ++i) ASSERT_EQ(found(cache), "two");
}

TEST_F(CacheAheadTest, TellsThatTheNewestResultHasBeenEvicted) {
  Stores alone;
  Cache cache = open_alone(alone, here_);
  put_with_many(cache, "one");
  ASSERT_TRUE(cache.remove_result(digest_of("one")));

  for (int i = 0; i < 50; ++i) ASSERT_EQ(found(cache), "evicted");
}

TEST_F(CacheTest, AsksNobodyElseForWhatIsHere) {
  Stores alone;
  Cache here = open_alone(alone, here_);
  put(here, "one");
  Cache cache = open();

  EXPECT_EQ(found(cache), "one");

  EXPECT_EQ(opened_, 0);
}

TEST_F(CacheTest, FindsWhatAnotherMachineHasStored) {
  put_elsewhere("one");
  Cache cache = open();

  EXPECT_EQ(found(cache), "one");
}

TEST_F(CacheTest, KeepsWhatItHasFound) {
  put_elsewhere("one");
  Cache first = open();
  EXPECT_EQ(found(first), "one");
  opened_ = 0;
  Cache second = open();

  EXPECT_EQ(found(second), "one");

  EXPECT_EQ(opened_, 0);
}

TEST_F(CacheTest, LooksInAnothersManifestWhereItsOwnWillNotDo) {
  Cache writer = open();
  put(writer, "one");
  put_elsewhere("two");
  write("two");
  Cache cache = open();

  EXPECT_EQ(found(cache), "two");
}

TEST_F(CacheTest, AddsWhatItFoundThereToItsOwnManifestAlone) {
  Stores alone;
  Cache here = open_alone(alone, here_);
  put(here, "one");
  put_elsewhere("two");
  write("two");
  const int puts = far_->puts();
  Cache cache = open();

  EXPECT_EQ(found(cache), "two");

  EXPECT_EQ(manifest_of(here_), (std::vector{digest_of("two"), digest_of("one")}));
  EXPECT_EQ(far_->puts(), puts);
}

TEST_F(CacheTest, FindsItThereAlthoughItsOwnManifestIsFull) {
  Stores alone;
  Cache here = open_alone(alone, here_);
  for (int i = 0; i < 40; ++i) put(here, "content " + std::to_string(i));
  put_elsewhere("two");
  write("two");
  Cache cache = open();

  EXPECT_EQ(found(cache), "two");

  EXPECT_EQ(manifest_of(here_).size(), 32U);
  EXPECT_EQ(manifest_of(here_).front(), digest_of("two"));
}

TEST_F(CacheTest, LooksThereToWhereTheResultHereWasEvicted) {
  Stores alone;
  Cache here = open_alone(alone, here_);
  put(here, "one");
  ASSERT_TRUE(here.remove_result(digest_of("one")));
  put_elsewhere("one");
  Cache cache = open();

  EXPECT_EQ(found(cache), "one");
}

TEST_F(CacheTest, AsksOnceMoreOnARealMissAndNoMore) {
  Stores alone;
  Cache here = open_alone(alone, here_);
  put(here, "one");
  write("two");
  Cache cache = open();

  EXPECT_EQ(found(cache), "changed");
  EXPECT_EQ(far_->lookups(), 1);
  ASSERT_TRUE(cache.put_manifest(kManifest, result_of("two")));

  EXPECT_EQ(far_->lookups(), 1);
}

TEST_F(CacheTest, AsksOnceForWhatNobodyHas) {
  Cache cache = open();

  EXPECT_EQ(found(cache), "unknown");
  ASSERT_TRUE(cache.put_manifest(kManifest, result_of("one")));

  EXPECT_EQ(far_->lookups(), 1);
}

TEST_F(CacheTest, SaysWhatKeptItsOwnResultFromHoldingWhereNoOtherDoes) {
  Stores alone;
  Cache here = open_alone(alone, here_);
  put(here, "one");
  put_elsewhere("two");
  write("three");
  Cache cache = open();

  const ManifestLookup lookup = find(cache);

  EXPECT_EQ(lookup.outcome, ManifestLookup::Outcome::changed);
  EXPECT_EQ(lookup.change->path, header());
}

TEST_F(CacheTest, LosesNoResultOfOthersWhenItStoresItsOwn) {
  Stores alone;
  Cache here = open_alone(alone, here_);
  put(here, "one");
  put_elsewhere("two");
  write("three");
  Cache cache = open();
  EXPECT_EQ(found(cache), "changed");

  put(cache, "three");

  const std::vector expected = {digest_of("three"), digest_of("one"), digest_of("two")};
  EXPECT_EQ(manifest_of(far_), expected);
  EXPECT_EQ(manifest_of(here_), expected);
}

TEST_F(CacheTest, LosesNoneEitherWhenItHasNotLookedBefore) {
  put_elsewhere("two");
  Cache cache = open();

  put(cache, "three");

  EXPECT_EQ(manifest_of(far_), (std::vector{digest_of("three"), digest_of("two")}));
}

TEST_F(CacheTest, StoresHereAndElsewhere) {
  Cache cache = open();
  put(cache, "one");
  Stores other;
  Cache there = open_alone(other, far_);

  EXPECT_EQ(found(there), "one");
  opened_ = 0;
  Cache again = open();
  EXPECT_EQ(found(again), "one");
  EXPECT_EQ(opened_, 0);
}

TEST_F(CacheTest, DoesWithoutOthersThatFail) {
  Stores alone;
  Cache here = open_alone(alone, here_);
  put(here, "one");
  write("two");
  far_->break_with(ErrorCode::unavailable);
  Cache cache = open();

  EXPECT_EQ(found(cache), "changed");
  put(cache, "two");

  Cache again = open();
  EXPECT_EQ(found(again), "two");
}

TEST_F(CacheTest, DoesWithoutOthersThatCannotBeOpened) {
  stores_.open_far = [this]() -> Result<FarStores> {
    ++opened_;
    return fail(ErrorCode::unavailable, "no");
  };
  Cache cache = open();

  EXPECT_EQ(found(cache), "unknown");
  put(cache, "one");
  EXPECT_EQ(found(cache), "one");

  EXPECT_EQ(opened_, 1);
}

TEST_F(CacheTest, SkipsAStoreHereThatFails) {
  put_elsewhere("one");
  here_->break_with(ErrorCode::io);
  Cache cache = open();

  EXPECT_EQ(found(cache), "one");
}

TEST_F(CacheTest, PassesOnTheErrorOfAStoreThatIsTheOnlyOne) {
  here_->break_with(ErrorCode::io);
  stores_.open_far = {};
  Cache cache = open();
  FileDigests digests(std::nullopt);

  EXPECT_FALSE(cache.find(kManifest, digests, nullptr));
}

bool always() { return true; }

TEST_F(CacheTest, StoresAResultBesideIfAHelperIsThereForSomethingElse) {
  const std::array blobs = {NamedSource{name_of("output"), BlobSource::from_text("one")}};
  for (const bool is_there : {false, true}) {
    util::Helper helper(always);
    if (is_there) (void)helper.begin([] {}).finish();
    Cache cache = Cache::open(stores_, helper).value();
    std::promise<std::thread::id> put_by;
    auto putter = put_by.get_future();

    const auto outcome = cache.put_result(
        digest_of("one"),
        [&] {
          put_by.set_value(std::this_thread::get_id());
          return std::span(blobs);
        },
        [&] {
          if (is_there) putter.wait();  // for ever, if nobody else does it
        });

    EXPECT_TRUE(outcome);
    EXPECT_EQ(putter.get() != std::this_thread::get_id(), is_there);
  }
}

TEST_F(CacheTest, FindsAPreprocessedTextThatAnotherMachineHasStored) {
  Stores other;
  Cache there = open_alone(other, far_);
  put_result(there, "one");
  ASSERT_TRUE(there.put_preprocessed(digest_of("text"), digest_of("one"), 7));
  Cache cache = open();

  const auto result = cache.find_preprocessed(digest_of("text"));

  ASSERT_TRUE(result && *result);
  EXPECT_EQ((*result)->key, digest_of("one"));
}

}  // namespace
}  // namespace larder::compile
