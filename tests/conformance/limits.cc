#include "conformance/conformance.h"
#include "support/data.h"

#include <vector>

/// Limits of stores and views, and the eviction that keeps them.
namespace larder::conformance {
namespace {

using support::key_of;
using support::name_of;
using Seen = std::set<std::string>;

TEST_P(StoreConformance, EvictsTheLeastRecentlyUsedToStayWithinItsLimit) {
  limit_to(bytes_of_row(3));
  put_row("abc");
  EXPECT_NE(get(store(), "a", "blob"), std::nullopt);

  put_row("d");
  EXPECT_EQ(walk(store()), (Seen{":a", ":c", ":d"}));

  put_row("ef");
  EXPECT_EQ(walk(store()), (Seen{":d", ":e", ":f"}));
  EXPECT_EQ(stats(store()), (StoreStats{3, bytes_of_row(3)}));
}

TEST_P(StoreConformance, EvictsForWholeEntriesToo) {
  limit_to(bytes_of_row(3));
  put_row("abc");

  put_entry(store(), "d", {{"blob", noise_text(10'000)}});

  EXPECT_EQ(walk(store()), (Seen{":b", ":c", ":d"}));
}

TEST_P(StoreConformance, EvictsSeveralForALargeOne) {
  limit_to(bytes_of_row(4));
  put_row("abcd");

  put_noise(store(), "e", 29'000);

  EXPECT_EQ(stats(store()), walked_stats(store()));
  EXPECT_LE(stats(store()).bytes, bytes_of_row(4));
  EXPECT_EQ(walk(store()), (Seen{":d", ":e"}));
}

TEST_P(StoreConformance, EvictsNothingWhileItsLimitIsKept) {
  limit_to(bytes_of_row(3));
  put_row("abc");
  put_row("bab");

  EXPECT_EQ(walk(store()), (Seen{":a", ":b", ":c"}));
}

TEST_P(StoreConformance, NeverEvictsWhatWasJustWritten) {
  limit_to(bytes_of_row(1));
  for (const char key : {'a', 'b', 'c'}) {
    put_row({&key, 1});
    EXPECT_EQ(walk(store()), (Seen{std::string(":") + key}));
  }
}

TEST_P(StoreConformance, RefusesAnEntryLargerThanItsLimitAndChangesNothing) {
  limit_to(bytes_of_row(2));
  put_row("ab");
  const std::string large = noise_text(40'000);

  EXPECT_EQ(code_of(store().put(key_of("c"), name_of("blob"), BlobSource::from_text(large))),
            ErrorCode::no_space);
  const NamedSource source = {name_of("blob"), BlobSource::from_text(large)};
  EXPECT_EQ(code_of(store().put_entry(key_of("a"), {&source, 1})), ErrorCode::no_space);

  EXPECT_EQ(walk(store()), (Seen{":a", ":b"}));
  EXPECT_TRUE(get(store(), "a", "blob") == noise_text(10'000));
  EXPECT_EQ(stats(store()), (StoreStats{2, bytes_of_row(2)}));
}

TEST_P(StoreConformance, RefusesABlobThatMakesAnEntryLargerThanItsLimit) {
  limit_to(bytes_of_row(2));
  put_row("ab");

  EXPECT_EQ(
      code_of(store().put(key_of("a"), name_of("more"), BlobSource::from_text(noise_text(20'000)))),
      ErrorCode::no_space);

  EXPECT_EQ(walk(store()), (Seen{":a", ":b"}));
  EXPECT_EQ(get_entry(store(), "a").size(), 1U);
}

TEST_P(StoreConformance, KeepsItsLimitForPutsThroughViews) {
  limit_to(bytes_of_row(3));
  const auto view = in_namespace(store(), "view");
  const auto nested = in_namespace(*view, "nested");
  put_row("ab");
  put_row(*view, "c");

  put_row(*nested, "d");
  EXPECT_EQ(walk(store()), (Seen{":b", "view:c", "view/nested:d"}));

  put_row("e");
  EXPECT_EQ(walk(store()), (Seen{":e", "view:c", "view/nested:d"}));
}

TEST_P(StoreConformance, RefusesThroughAViewWhatIsLargerThanItsLimit) {
  limit_to(bytes_of_row(2));
  const auto nested = in_namespace(*in_namespace(store(), "view"), "nested");
  put_row("a");

  EXPECT_EQ(
      code_of(nested->put(key_of("b"), name_of("blob"), BlobSource::from_text(noise_text(40'000)))),
      ErrorCode::no_space);

  EXPECT_EQ(walk(store()), (Seen{":a"}));
}

TEST_P(StoreConformance, GivesAViewALimitOfItsOwn) {
  const auto limited = in_namespace(store(), "limited", {.max_bytes = bytes_of_row(2)});
  const auto sibling = in_namespace(store(), "sibling");
  put_row("ab");
  put_row(*sibling, "ab");

  put_row(*limited, "abc");

  EXPECT_EQ(walk(*limited), (Seen{":b", ":c"}));
  EXPECT_EQ(walk(*sibling), (Seen{":a", ":b"}));
  EXPECT_EQ(stats(store()).entries, 6U);
}

TEST_P(StoreConformance, LeavesAViewWithoutALimitUnlimited) {
  limit_to(bytes_of_row(4));
  const auto one = in_namespace(store(), "one");
  const auto two = in_namespace(store(), "two");

  put_row(*one, "ab");
  put_row(*two, "ab");

  EXPECT_EQ(stats(store()).entries, 4U);
}

TEST_P(StoreConformance, KeepsTheLimitsOfAViewAndOfItsAncestors) {
  limit_to(bytes_of_row(4));
  const auto outer = in_namespace(store(), "outer", {.max_bytes = bytes_of_row(3)});
  const auto inner = in_namespace(*outer, "inner", {.max_bytes = bytes_of_row(2)});
  put_row("ab");
  put_row(*outer, "c");

  put_row(*inner, "def");
  EXPECT_EQ(walk(store()), (Seen{":b", "outer:c", "outer/inner:e", "outer/inner:f"}));

  put_row(*outer, "g");
  EXPECT_EQ(walk(store()), (Seen{":b", "outer/inner:e", "outer/inner:f", "outer:g"}));
}

TEST_P(StoreConformance, LetsAViewWithALargerLimitNotPassItsParents) {
  limit_to(bytes_of_row(2));
  const auto view = in_namespace(store(), "view", {.max_bytes = bytes_of_row(9)});

  put_row(*view, "abc");

  EXPECT_EQ(walk(*view), (Seen{":b", ":c"}));
  EXPECT_EQ(
      code_of(view->put(key_of("d"), name_of("blob"), BlobSource::from_text(noise_text(40'000)))),
      ErrorCode::no_space);
}

}  // namespace
}  // namespace larder::conformance
