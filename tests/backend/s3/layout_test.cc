#include "backend/s3/layout.h"

#include "support/data.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace larder::s3::layout {
namespace {

using support::key_of;

store::NamespacePath ns_of(std::string_view text) {
  return store::NamespacePath::parse(text).value();
}

TEST(S3Layout, PutsAnEntryBelowPrefixAndNamespace) {
  const Key key = key_of("key");

  EXPECT_EQ(object_key("cache/", {ns_of(""), key}), "cache/6b/6b6579");
  EXPECT_EQ(object_key("", {ns_of("compile/ab"), key}), "compile/.ns-ab/6b/6b6579");
  EXPECT_EQ(object_prefix("cache/", ns_of("")), "cache/");
  EXPECT_EQ(object_prefix("cache/", ns_of("compile/ab")), "cache/compile/.ns-ab/");
}

TEST(S3Layout, ReadsBackTheKeysItSpells) {
  const store::NamespacePath ns = ns_of("a b/AB");
  const Key key = key_of("key");

  const auto place = parse_object_key("cache/", object_key("cache/", {ns, key}).value());

  ASSERT_TRUE(place);
  EXPECT_EQ(place->ns, ns);
  EXPECT_EQ(place->key, key);
}

TEST(S3Layout, TakesNothingElseForAnEntry) {
  for (const std::string_view key :
       {"cache/", "cache/notes.txt", "cache/6b/6B6579", "cache/6b/6c6579", "cache//6b/6b6579",
        "other/6b/6b6579", "6b/6b6579", "cache/6b/6b6579/", "cache/6b/"}) {
    EXPECT_FALSE(parse_object_key("cache/", key)) << key;
  }
}

TEST(S3Layout, RefusesAKeyThatTheServiceWould) {
  const Key key = key_of(std::string(64, 'k'));
  std::string path;
  for (int i = 0; i < 200; ++i) path += path.empty() ? "ab" : "/ab";  // each is escaped

  const auto refused = object_key("cache/", {ns_of(path), key});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
}

/// A line of the golden file: "namespace, key, object".
struct GoldenKey {
  std::string ns;
  std::string key;
  std::string object;
};

std::vector<GoldenKey> golden_keys() {
  std::ifstream file(std::string(LARDER_GOLDEN_DIR) + "/s3-v1/keys.txt");
  std::vector<GoldenKey> keys;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const auto first = line.find(", ");
    const auto second = line.find(", ", first + 2);
    keys.push_back({line.substr(0, first), line.substr(first + 2, second - first - 2),
                    line.substr(second + 2)});
  }
  return keys;
}

TEST(S3Layout, KeepsTheKeysOfItsFirstVersion) {
  const auto keys = golden_keys();
  ASSERT_FALSE(keys.empty());
  for (const GoldenKey& golden : keys) {
    const store::NamespacePath ns = ns_of(golden.ns);
    const Key key = Key::from_hex(golden.key).value();

    EXPECT_EQ(object_key("cache/", {ns, key}), golden.object);
    const auto place = parse_object_key("cache/", golden.object);
    ASSERT_TRUE(place) << golden.object;
    EXPECT_EQ(place->ns, ns);
    EXPECT_EQ(place->key, key);
  }
}

}  // namespace
}  // namespace larder::s3::layout
