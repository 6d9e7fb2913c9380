#include "conformance/conformance.h"
#include "support/data.h"
#include "support/temp_dir.h"
#include <larder/open.h>

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace larder {
namespace {

using conformance::Blobs;
using conformance::code_of;
using conformance::get;
using conformance::get_entry;
using conformance::has;
using conformance::in_namespace;
using conformance::put;
using conformance::put_entry;
using conformance::put_noise;

/// Tiers of two stores; what the tests go on to look at is opened again.
std::vector<std::unique_ptr<Store>> list_of(std::unique_ptr<Store> first,
                                            std::unique_ptr<Store> second) {
  std::vector<std::unique_ptr<Store>> stores;
  stores.push_back(std::move(first));
  stores.push_back(std::move(second));
  return stores;
}

class OpenTiersTest : public testing::Test {
 protected:
  /// `options.dir` is a name.
  [[nodiscard]] std::unique_ptr<Store> open(DiskOptions options) {
    options.dir = dir_.file(options.dir);
    return open_disk_store(options).value();
  }
  [[nodiscard]] std::unique_ptr<Store> open(const char* name) { return open({.dir = name}); }

  support::TempDir dir_;
};

TEST_F(OpenTiersTest, MakeOneStoreOfTwoDisks) {
  const auto tiers =
      open_tiers(list_of(open("a"), open({.dir = "b", .layout = DiskLayout::directory}))).value();

  put_entry(*in_namespace(*tiers, "compile"), "key", {{"output", "value"}});

  EXPECT_EQ(get(*in_namespace(*open("a"), "compile"), "key", "output"), "value");
  EXPECT_EQ(get(*in_namespace(*open("b"), "compile"), "key", "output"), "value");
  EXPECT_EQ(conformance::stats(*tiers).entries, 1U);
  EXPECT_EQ(tiers->dir(), "{" + dir_.file("a") + "," + dir_.file("b") + "}");
}

TEST_F(OpenTiersTest, BackfillAcrossLayouts) {
  put_entry(*open({.dir = "b", .layout = DiskLayout::directory}), "key",
            {{"output", conformance::noise_text(300'000)}});
  const auto tiers = open_tiers(list_of(open("a"), open("b"))).value();

  EXPECT_FALSE(get_entry(*tiers, "key").empty());

  EXPECT_TRUE(get_entry(*open("a"), "key") == get_entry(*open("b"), "key"));
}

TEST_F(OpenTiersTest, KeepTheLimitOfEach) {
  const auto tiers =
      open_tiers(list_of(open({.dir = "a", .max_bytes = 30'000}), open("b"))).value();

  for (const char* key : {"x", "y", "z"}) put_noise(*tiers, key, 10'000);

  EXPECT_EQ(conformance::stats(*open("a")).entries, 2U);
  EXPECT_EQ(conformance::stats(*open("b")).entries, 3U);
}

TEST_F(OpenTiersTest, WriteNothingToAStoreThatIsReadOnly) {
  put(*open("a"), "here", "blob", "value");
  const auto tiers = open_tiers(list_of(open({.dir = "a", .read_only = true}), open("b"))).value();

  put(*tiers, "key", "blob", "value");

  EXPECT_TRUE(has(*tiers, "here"));
  EXPECT_FALSE(has(*open("a"), "key"));
  EXPECT_TRUE(has(*open("b"), "key"));
}

TEST_F(OpenTiersTest, RefuseNothingAndWhatIsNoWholeStore) {
  EXPECT_EQ(code_of(open_tiers({})), ErrorCode::invalid_argument);

  auto view = in_namespace(*open("a"), "compile");
  const auto refused = open_tiers(list_of(open("b"), std::move(view)));
  EXPECT_EQ(code_of(refused), ErrorCode::invalid_argument);
  EXPECT_NE(refused.error().message().find("compile"), std::string::npos);

  EXPECT_EQ(code_of(open_tiers(list_of(open("b"), nullptr))), ErrorCode::invalid_argument);
}

TEST_F(OpenTiersTest, MakeATierOfTiers) {
  auto inner = open_tiers(list_of(open("a"), open("b"))).value();
  const auto outer = open_tiers(list_of(open_memory_store().value(), std::move(inner))).value();

  put(*outer, "key", "blob", "value");

  EXPECT_EQ(get(*open("a"), "key", "blob"), "value");
  EXPECT_EQ(get(*open("b"), "key", "blob"), "value");
}

}  // namespace
}  // namespace larder
