#include "store/tables.h"

#include "store/table_support.h"
#include "support/data.h"

#include <gtest/gtest.h>

#include <vector>

namespace larder::store {
namespace {

using support::noise;
using support::prose;
using util::ByteBuffer;
using util::ByteSpan;

/// What is found of a table may begin and end so much inside of it, or outside.
constexpr std::size_t kBlockBytes = 512;

ByteBuffer joined(std::initializer_list<ByteBuffer> parts) {
  ByteBuffer all;
  for (const ByteBuffer& part : parts) util::append(all, ByteSpan(part));
  return all;
}

ByteBuffer values(const std::vector<std::uint32_t>& numbers) {
  const auto bytes = std::as_bytes(std::span(numbers));
  return {bytes.begin(), bytes.end()};
}

void expect_between(const Table& table, std::size_t begin, std::size_t end) {
  EXPECT_GE(table.offset + kBlockBytes, begin);
  EXPECT_LE(table.offset, begin + kBlockBytes);
  EXPECT_GE(table.offset + table.bytes() + kBlockBytes + table.row_bytes, end);
  EXPECT_LE(table.offset + table.bytes(), end + kBlockBytes);
}

TEST(FindTables, TellsTablesFromWhatLiesAroundThem) {
  const ByteBuffer text = prose(10'000);
  const ByteBuffer symbols = relocations(1000);
  const ByteBuffer sections = section_headers(300);
  const std::size_t second = text.size() + symbols.size() + 5000;

  const auto tables = find_tables(joined({text, symbols, noise(5000), sections, text}));

  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].row_bytes, 24U);
  expect_between(tables[0], text.size(), text.size() + symbols.size());
  EXPECT_EQ(tables[1].row_bytes, 64U);
  expect_between(tables[1], second, second + sections.size());
}

TEST(FindTables, TellsTablesSideBySideApart) {
  const ByteBuffer symbols = relocations(1024);

  const auto tables = find_tables(joined({symbols, section_headers(384)}));

  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].row_bytes, 24U);
  expect_between(tables[0], 0, symbols.size());
  EXPECT_EQ(tables[1].row_bytes, 64U);
  expect_between(tables[1], symbols.size(), symbols.size() + 384 * 64);
}

TEST(FindTables, FindsThemWhereverTheirFirstRowBegins) {
  const ByteBuffer all = relocations(2000);

  for (std::size_t cut = 0; cut < 24; cut += 4) {
    const ByteSpan piece = ByteSpan(all).subspan(cut);
    const auto tables = find_tables(piece);

    ASSERT_EQ(tables.size(), 1U) << cut;
    expect_between(tables[0], 0, piece.size());
  }
}

TEST(FindTables, FindsNoneInTextInNoiseAndInWhatIsShort) {
  EXPECT_TRUE(find_tables(prose(100'000)).empty());
  EXPECT_TRUE(find_tables(noise(100'000)).empty());
  EXPECT_TRUE(find_tables({}).empty());
  EXPECT_TRUE(find_tables(relocations(20)).empty());
  EXPECT_TRUE(find_tables(relocations(150)).empty());
}

TEST(FindTables, FindsWhatTheReaderAccepts) {
  for (const std::size_t size : {4608U, 4609U, 5000U, 65536U, 524288U}) {
    ByteBuffer piece = relocations(size / 24 + 1);
    piece.resize(size);

    const auto tables = find_tables(piece);

    EXPECT_FALSE(tables.empty()) << size;
    EXPECT_TRUE(check_tables(tables, size)) << size;
  }
}

TEST(FindTables, MakesSeveralOfWhatIsLong) {
  for (const ByteBuffer& rows : {relocations(20'000), section_headers(7'500)}) {
    const auto tables = find_tables(rows);

    ASSERT_EQ(tables.size(), 8U);
    for (std::size_t i = 1; i < tables.size(); ++i) {
      EXPECT_EQ(tables[i].offset, tables[i - 1].offset + kMaxTableBytes);
    }
    EXPECT_TRUE(check_tables(tables, rows.size()));
  }
}

TEST(SplitTable, PutsTheDifferencesOfShortRowsColumnByColumn) {
  const ByteBuffer rows = values({10, 1, 2, 3, 4, 5,  //
                                  13, 1, 9, 2, 4, 5,  //
                                  15, 2, 9, 2, 4, 0});
  ByteBuffer out(rows.size());

  split({.offset = 0, .row_bytes = 24, .rows = 3}, rows, out);

  constexpr std::uint32_t kMinus1 = ~std::uint32_t{0};
  EXPECT_EQ(out, values({10, 3, 2,       //
                         1, 0, 1,        //
                         2, 7, 0,        //
                         3, kMinus1, 0,  //
                         4, 0, 0,        //
                         5, 0, kMinus1 - 4}));
}

TEST(SplitTable, LeavesTheDifferencesOfLongRowsWhereTheValuesAre) {
  const ByteBuffer rows = values({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,  //
                                  2, 2, 3, 9, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20});
  ByteBuffer out(rows.size());

  split({.offset = 0, .row_bytes = 64, .rows = 2}, rows, out);

  EXPECT_EQ(out, values({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,  //
                         1, 0, 0, 5, 0, 0, 0, 0, 0, 0,  0,  0,  0,  0,  0,  4}));
}

TEST(SplitTable, IsJoinedAgainWhateverItHolds) {
  for (const std::uint32_t row_bytes : {24U, 64U}) {
    for (const std::uint32_t rows : {1U, 2U, 3U, 100U, 8191U}) {
      const Table table = {.offset = 0, .row_bytes = row_bytes, .rows = rows};
      const ByteBuffer bytes = noise(table.bytes(), rows);
      ByteBuffer apart(bytes.size());
      ByteBuffer back(bytes.size());

      split(table, bytes, apart);
      join(table, apart, back);

      EXPECT_EQ(back, bytes) << rows << " of " << row_bytes;
    }
  }
}

TEST(CheckTables, TakesTablesInOrderThatFit) {
  const std::vector<Table> tables = {{.offset = 0, .row_bytes = 24, .rows = 2},
                                     {.offset = 48, .row_bytes = 64, .rows = 1}};

  EXPECT_TRUE(check_tables({}, 0));
  EXPECT_TRUE(check_tables(tables, 112));
  EXPECT_EQ(check_tables(tables, 111).error().code(), ErrorCode::corrupt);
}

TEST(CheckTables, TakesTablesUpToTheLongestThatIsWritten) {
  constexpr std::size_t kPieceBytes = 100'000;
  const std::vector<Table> longest = {{.offset = 0, .row_bytes = 64, .rows = 1024}};
  const std::vector<Table> longer = {{.offset = 0, .row_bytes = 64, .rows = 1025}};

  EXPECT_TRUE(check_tables(longest, kPieceBytes));
  EXPECT_EQ(check_tables(longer, kPieceBytes).error().code(), ErrorCode::corrupt);
}

TEST(CheckTables, RefusesWhatNoWriterMakes) {
  constexpr std::uint32_t kHuge = ~std::uint32_t{0};
  const std::vector<std::vector<Table>> wrong = {
      {{.offset = 0, .row_bytes = 0, .rows = 1}},
      {{.offset = 0, .row_bytes = 32, .rows = 1}},
      {{.offset = 0, .row_bytes = 24, .rows = 0}},
      {{.offset = 0, .row_bytes = 24, .rows = kHuge}},
      {{.offset = kHuge, .row_bytes = 24, .rows = 1}},
      {{.offset = 0, .row_bytes = 24, .rows = 2}, {.offset = 47, .row_bytes = 24, .rows = 1}},
      {{.offset = 100, .row_bytes = 24, .rows = 1}, {.offset = 0, .row_bytes = 24, .rows = 1}},
  };

  for (std::size_t i = 0; i < wrong.size(); ++i) {
    const auto checked = check_tables(wrong[i], 1000);
    ASSERT_FALSE(checked) << i;
    EXPECT_EQ(checked.error().code(), ErrorCode::corrupt) << i;
  }
}

}  // namespace
}  // namespace larder::store
