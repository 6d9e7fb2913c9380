#include "backend/s3/unique_prefix.h"
#include "conformance/conformance.h"
#include "support/data.h"
#include "support/s3/engine.h"
#include "support/temp_dir.h"
#include <larder/config.h>
#include <larder/open.h>
#include <larder/s3.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace larder {
namespace {

using conformance::get;
using conformance::get_entry;
using conformance::has;
using conformance::noise_text;
using conformance::put_entry;

const conformance::Blobs kEntry = {{"output", noise_text(300'000)},
                                   {"stderr", std::string(10'000, 'x')}};

/// A disk before a bucket of the real engine, as tables of a config file describe them.
class TiersInS3Test : public testing::Test {
 protected:
  [[nodiscard]] CacheConfig in_s3() const {
    CacheConfig config;
    config.type.value = "s3";
    config.max_bytes.value = std::nullopt;
    config.bucket.value = "tiers";
    config.prefix.value = prefix_;
    config.region.value = "us-east-1";
    config.endpoint.value = endpoint_;
    config.access_key.value = engine_.access_key;
    config.secret_key.value = engine_.secret_key;
    config.auto_create.value = true;
    return config;
  }

  /// The stores of a config with a disk and then that.
  [[nodiscard]] std::unique_ptr<Store> tiers(const CacheConfig& far) const {
    Config config;
    config.caches.emplace_back().location.value = dir_.file("disk");
    config.caches.push_back(far);
    const std::vector<StoreType> types = {disk_store_type(), s3_store_type()};
    return open_tiers(from_config(config, types).value()).value();
  }
  [[nodiscard]] std::unique_ptr<Store> tiers() const { return tiers(in_s3()); }

  [[nodiscard]] std::unique_ptr<Store> disk() const {
    return open_disk_store({.dir = dir_.file("disk")}).value();
  }
  [[nodiscard]] std::unique_ptr<Store> bucket() const {
    return s3_store_type().open(in_s3()).value();
  }

  const support::S3Engine engine_ = support::S3Engine::shared();
  const std::string prefix_ = s3::unique_prefix();
  std::string endpoint_ = engine_.endpoint;
  support::TempDir dir_;
};

TEST_F(TiersInS3Test, KeepAnEntryInBoth) {
  put_entry(*tiers(), "key", kEntry);

  EXPECT_TRUE(get_entry(*disk(), "key") == kEntry);
  EXPECT_TRUE(get_entry(*bucket(), "key") == kEntry);
}

TEST_F(TiersInS3Test, FillADiskThatIsEmpty) {
  put_entry(*tiers(), "entry", kEntry);
  put_entry(*tiers(), "blob", kEntry);
  std::filesystem::remove_all(dir_.file("disk"));

  EXPECT_TRUE(get_entry(*tiers(), "entry") == kEntry);
  EXPECT_TRUE(get(*tiers(), "blob", "output") == kEntry.at("output"));

  EXPECT_TRUE(get_entry(*disk(), "entry") == kEntry);
  EXPECT_TRUE(get_entry(*disk(), "blob") == kEntry);
}

TEST_F(TiersInS3Test, DoWithTheDiskWhereTheBucketIsAway) {
  put_entry(*tiers(), "old", kEntry);
  endpoint_ = "http://127.0.0.1:1";
  const auto store = tiers();

  EXPECT_TRUE(get_entry(*store, "old") == kEntry);
  put_entry(*store, "new", kEntry);
  EXPECT_TRUE(get_entry(*store, "new") == kEntry);
  EXPECT_FALSE(has(*store, "absent"));
}

TEST_F(TiersInS3Test, WriteNothingToABucketThatIsReadOnly) {
  put_entry(*bucket(), "theirs", kEntry);
  CacheConfig read_only = in_s3();
  read_only.read_only.value = true;
  const auto store = tiers(read_only);

  put_entry(*store, "ours", kEntry);

  EXPECT_TRUE(get_entry(*store, "theirs") == kEntry);
  EXPECT_FALSE(has(*bucket(), "ours"));
}

TEST_F(TiersInS3Test, WriteToTheBucketBehindADiskThatIsReadOnly) {
  put_entry(*disk(), "disk", kEntry);
  std::vector<std::unique_ptr<Store>> stores;
  stores.push_back(open_disk_store({.dir = dir_.file("disk"), .read_only = true}).value());
  stores.push_back(bucket());
  const auto store = open_tiers(std::move(stores)).value();

  put_entry(*store, "key", kEntry);

  EXPECT_TRUE(get_entry(*store, "disk") == kEntry);
  EXPECT_TRUE(get(*store, "key", "stderr") == kEntry.at("stderr"));
  EXPECT_FALSE(has(*disk(), "key"));
  EXPECT_TRUE(has(*bucket(), "key"));
}

TEST_F(TiersInS3Test, CountAndCleanAnEntryOnce) {
  const auto store = tiers();
  put_entry(*store, "one", kEntry);
  put_entry(*store, "two", kEntry);

  EXPECT_EQ(conformance::stats(*store).entries, 2U);
  EXPECT_EQ(conformance::clean(*store, {.max_bytes = 0}).removed.entries, 2U);
  EXPECT_EQ(conformance::stats(*bucket()).entries, 0U);
}

}  // namespace
}  // namespace larder
