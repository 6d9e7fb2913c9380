#include "conformance/conformance.h"
#include "support/data.h"

#include <string>
#include <vector>

/// Views of namespaces: what is kept apart and what covers what.
namespace larder::conformance {
namespace {

using support::key_of;
using support::name_of;
using Seen = std::set<std::string>;

/// Names that a layout on disk or in a bucket may take for something of its own.
const std::vector<std::string>& awkward_names() {
  static const std::vector<std::string> names = {"a",
                                                 "A",
                                                 "ab",
                                                 "AB",
                                                 "aB",
                                                 "3f",
                                                 "3F",
                                                 "00",
                                                 "ff",
                                                 "abc",
                                                 "ns-ab",
                                                 "-ns-ab",
                                                 "tmp",
                                                 "locks",
                                                 "spool",
                                                 "counters",
                                                 "larder",
                                                 "format",
                                                 "a b",
                                                 " ",
                                                 "~",
                                                 "CON",
                                                 "%61",
                                                 "a%2Fb",
                                                 "a:b",
                                                 "e\xcc\x81",
                                                 "\xc3\xa9",
                                                 "\xf0\x9f\x8d\x9e",
                                                 "-",
                                                 "--help",
                                                 "$(reboot)",
                                                 "*",
                                                 "?",
                                                 "a&b=c",
                                                 "a+b",
                                                 "\xc2\x85",
                                                 "\xef\xbb\xbf",
                                                 std::string(200, 'n'),
                                                 std::string(199, 'n')};
  return names;
}

TEST_P(StoreConformance, KeepsNamespacesApart) {
  const auto one = in_namespace(store(), "one");
  const auto two = in_namespace(store(), "two");
  put(store(), "key", "name", "root's");
  put(*one, "key", "name", "one's");

  EXPECT_EQ(get(store(), "key", "name"), "root's");
  EXPECT_EQ(get(*one, "key", "name"), "one's");
  EXPECT_EQ(get(*two, "key", "name"), std::nullopt);
  EXPECT_FALSE(has(*two, "key"));
  EXPECT_EQ(get_entry(*two, "key"), Blobs());
}

TEST_P(StoreConformance, RemovesFromOneNamespaceOnly) {
  const auto view = in_namespace(store(), "view");
  put(store(), "key", "name", "root's");
  put(*view, "key", "name", "view's");

  remove(store(), "key");
  EXPECT_EQ(get(*view, "key", "name"), "view's");

  put(store(), "key", "name", "root's");
  remove(*view, "key");
  EXPECT_EQ(get(store(), "key", "name"), "root's");
}

TEST_P(StoreConformance, NestsNamespaces) {
  const auto a = in_namespace(store(), "a");
  const auto b = in_namespace(store(), "b");
  const auto ab = in_namespace(*a, "b");
  put(*a, "key", "name", "a");
  put(*b, "key", "name", "b");
  put(*ab, "key", "name", "a/b");

  EXPECT_EQ(get(*a, "key", "name"), "a");
  EXPECT_EQ(get(*b, "key", "name"), "b");
  EXPECT_EQ(get(*in_namespace(*in_namespace(store(), "a"), "b"), "key", "name"), "a/b");
  EXPECT_EQ(get(store(), "key", "name"), std::nullopt);
}

TEST_P(StoreConformance, CoversNamespacesInStatsAndWalks) {
  const auto a = in_namespace(store(), "a");
  const auto ab = in_namespace(*a, "b");
  const auto similar = in_namespace(store(), "ab");
  put_row("x");
  put_row(*a, "xy");
  put_row(*ab, "xyz");
  put_row(*similar, "x");

  EXPECT_EQ(walk(store()), (Seen{":x", "a:x", "a:y", "a/b:x", "a/b:y", "a/b:z", "ab:x"}));
  EXPECT_EQ(walk(*a), (Seen{":x", ":y", "b:x", "b:y", "b:z"}));
  EXPECT_EQ(walk(*ab), (Seen{":x", ":y", ":z"}));
  EXPECT_EQ(stats(store()), (StoreStats{7, bytes_of_row(7)}));
  EXPECT_EQ(stats(*a), (StoreStats{5, bytes_of_row(5)}));
  EXPECT_EQ(stats(*ab), (StoreStats{3, bytes_of_row(3)}));
  EXPECT_EQ(stats(*similar), (StoreStats{1, bytes_of_row(1)}));
}

TEST_P(StoreConformance, CleansUnderAParentInOneOrder) {
  const auto a = in_namespace(store(), "a");
  const auto ab = in_namespace(*a, "b");
  put_row(*ab, "p");
  put_row("q");
  put_row(*a, "r");
  put_row(*ab, "s");

  const CleanReport report = clean(store(), {.max_bytes = bytes_of_row(2)});

  EXPECT_EQ(report.removed, (StoreStats{2, bytes_of_row(2)}));
  EXPECT_EQ(walk(store()), (Seen{"a:r", "a/b:s"}));
}

TEST_P(StoreConformance, CleansAViewAlone) {
  const auto view = in_namespace(store(), "view");
  const auto similar = in_namespace(store(), "views");
  put_row("ab");
  put_row(*view, "ab");
  put_row(*in_namespace(*view, "nested"), "a");
  put_row(*similar, "a");

  const CleanReport report = clean(*view, {.max_bytes = 0});

  EXPECT_EQ(report.removed, (StoreStats{3, bytes_of_row(3)}));
  EXPECT_EQ(report.kept, StoreStats());
  EXPECT_EQ(walk(store()), (Seen{":a", ":b", "views:a"}));
}

TEST_P(StoreConformance, VerifiesWhatAViewCovers) {
  const auto view = in_namespace(store(), "view");
  put_row("ab");
  put_row(*view, "abc");

  EXPECT_EQ(view->verify({})->entries, 3U);
  EXPECT_EQ(store().verify({})->entries, 5U);
}

TEST_P(StoreConformance, TakesEveryNameAsANamespace) {
  // The key's own hex begins with each of the names that look like shards.
  const std::vector<std::string> keys = {"\xab", "\x3f", std::string(1, '\0'), "\xff", "\xab\xcd"};
  for (const std::string& key : keys) put(store(), key, "name", "root's");
  for (const std::string& name : awkward_names()) {
    const auto view = in_namespace(store(), name);
    for (const std::string& key : keys) put(*view, key, "name", "of " + name);
    put(*in_namespace(*view, "ab"), "\xab", "name", "below " + name);
  }

  for (const std::string& name : awkward_names()) {
    const auto view = in_namespace(store(), name);
    for (const std::string& key : keys) EXPECT_EQ(get(*view, key, "name"), "of " + name);
    EXPECT_EQ(get(*in_namespace(*view, "ab"), "\xab", "name"), "below " + name);
    EXPECT_EQ(stats(*view).entries, keys.size() + 1);
  }
  EXPECT_EQ(get(store(), "\xab", "name"), "root's");
}

TEST_P(StoreConformance, WalksNamespacesOfEveryName) {
  Seen expected;
  for (const std::string& name : awkward_names()) {
    put(*in_namespace(store(), name), "k", "name", "");
    put(*in_namespace(*in_namespace(store(), "outer"), name), "k", "name", "");
    expected.insert(name + ":k");
    expected.insert("outer/" + name + ":k");
  }

  EXPECT_EQ(walk(store()), expected);
  EXPECT_EQ(walked_stats(store()), stats(store()));
}

TEST_P(StoreConformance, TakesAKeyThatLooksLikeANamespacesEntry) {
  const auto view = in_namespace(store(), "ab");
  const auto nested = in_namespace(*view, "ab");
  put(store(), "\xab\xab", "name", "root's");
  put(*view, "\xab", "name", "view's");
  put(*nested, "\xab", "name", "nested's");

  EXPECT_EQ(get(store(), "\xab\xab", "name"), "root's");
  EXPECT_EQ(get(*view, "\xab", "name"), "view's");
  EXPECT_EQ(get(*nested, "\xab", "name"), "nested's");
  EXPECT_EQ(stats(store()).entries, 3U);
}

TEST_P(StoreConformance, CreatesNothingForAView) {
  const auto view = in_namespace(*in_namespace(store(), "a"), "b");

  EXPECT_EQ(stats(*view), StoreStats());
  EXPECT_TRUE(walk(*view).empty());
  EXPECT_EQ(clean(*view, {.max_bytes = 0, .max_age = std::chrono::seconds(0)}).removed,
            StoreStats());
  remove(*view, "key");
  EXPECT_EQ(view->verify({})->findings, 0U);
  EXPECT_TRUE(walk(store()).empty());
}

TEST_P(StoreConformance, LetsAViewOutliveItsParent) {
  auto parent = in_namespace(store(), "parent");
  const auto child = in_namespace(*parent, "child");
  parent.reset();

  put(*child, "key", "name", "value");

  EXPECT_EQ(get(*child, "key", "name"), "value");
}

TEST_P(StoreConformance, RefusesANamespacePathThatIsTooLong) {
  const Name component = name_of(std::string(200, 'n'));
  auto view = store().in_namespace(component);
  for (int depth = 2; view && depth <= 6; ++depth) view = (*view)->in_namespace(component);

  EXPECT_EQ(code_of(view), ErrorCode::invalid_argument);
}

TEST_P(StoreConformance, NestsDeeply) {
  auto view = in_namespace(store(), "0");
  std::string path = "0";
  for (int depth = 1; depth < 20; ++depth) {
    view = in_namespace(*view, std::to_string(depth));
    path += '/' + std::to_string(depth);
  }

  put(*view, "k", "name", "value");

  EXPECT_EQ(walk(store()), (Seen{path + ":k"}));
  EXPECT_EQ(get(*view, "k", "name"), "value");
}

}  // namespace
}  // namespace larder::conformance
