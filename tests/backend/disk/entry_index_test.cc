#include "backend/disk/entry_index.h"

#include "support/data.h"

#include <gtest/gtest.h>

namespace larder::disk {
namespace {

using support::name_of;

EntryIndex some_index() {
  const auto checksum = util::xxh3_128(util::as_bytes("content"));
  return {.binding = util::xxh3_128(util::as_bytes("place")),
          .records = {{name_of("a name"), 0, checksum}, {name_of("output"), 7, checksum}}};
}

bool is_corrupt(std::string_view text) {
  const auto index = parse_index(text);
  return !index && index.error().code() == ErrorCode::corrupt;
}

TEST(EntryIndex, ReadsBackWhatItPrints) {
  EXPECT_EQ(parse_index(print_index(some_index())).value(), some_index());
}

TEST(EntryIndex, KeepsTheTextOfVersionOne) {
  EXPECT_EQ(print_index(some_index()),
            "larder entry 1\n"
            "binding 5cf9190959f415c6083e50296ef7338d\n"
            "blob 0 917e1274274fc195b27a2d2388d9568c a name\n"
            "blob 7 917e1274274fc195b27a2d2388d9568c output\n"
            "checksum 429287decc04a55a8ba535ebc2d95afe\n");
}

TEST(EntryIndex, FindsEveryChangedByte) {
  const std::string text = print_index(some_index());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);

    // The version's own digit may become another version's.
    const auto index = parse_index(changed);
    EXPECT_TRUE(is_corrupt(changed) || (index && !*index)) << i;
  }
}

TEST(EntryIndex, FindsEveryTruncation) {
  const std::string text = print_index(some_index());
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_TRUE(is_corrupt(std::string_view(text).substr(0, length))) << length;
  }
}

TEST(EntryIndex, RefusesRecordsThatAreUnorderedTwiceOrMissing) {
  EntryIndex index = some_index();
  std::swap(index.records[0], index.records[1]);
  EXPECT_TRUE(is_corrupt(print_index(index)));

  index.records[0] = index.records[1];
  EXPECT_TRUE(is_corrupt(print_index(index)));

  index.records.clear();
  EXPECT_TRUE(is_corrupt(print_index(index)));
}

TEST(EntryIndex, TellsANewerVersion) {
  EXPECT_EQ(parse_index("larder entry 2\nwhatever\n").value(), std::nullopt);
}

}  // namespace
}  // namespace larder::disk
