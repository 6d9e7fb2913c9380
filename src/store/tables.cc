#include "store/tables.h"

#include "util/assert.h"

#include <array>
#include <utility>

#include <cstring>

namespace larder::store {
namespace {

using util::ByteSpan;

using Value = std::uint32_t;

/// The rows that there are: of ELF's relocations and symbols, and of its section headers.
constexpr std::uint32_t kShortRowBytes = 24;
constexpr std::uint32_t kLongRowBytes = 64;

/// A piece is looked at in blocks of this length, each of which belongs to a table or does not.
constexpr std::size_t kBlockBytes = 512;
constexpr std::size_t kBlockValues = kBlockBytes / sizeof(Value);
/// So many of a block's values must be near those a row before. Found by trying: with half and with
/// four fifths of them packs are larger (doc/adr/0020-tables.md).
constexpr std::size_t kMinAlike = kBlockValues * 7 / 10;
/// Shorter tables make small objects larger.
constexpr std::size_t kMinTableBytes = 4096;

/// How many of the block's values differ by -128 to 127 from those a row before.
std::size_t count_alike(const std::byte* block, std::size_t row_bytes) {
  Value alike = 0;
  for (std::size_t i = 0; i < kBlockValues; ++i) {
    Value value = 0;
    Value above = 0;
    std::memcpy(&value, block + i * sizeof(Value), sizeof value);
    std::memcpy(&above, block + i * sizeof(Value) - row_bytes, sizeof above);
    // One comparison, of what the processor compares eight or four at a time.
    alike += ((value - above + 128) & ~Value{255}) == 0 ? 1 : 0;
  }
  return alike;
}

/// The length of the rows that the block seems to be made of, or 0.
std::uint32_t row_bytes_of(const std::byte* block) {
  std::size_t most = kMinAlike - 1;
  std::uint32_t best = 0;
  for (const std::uint32_t row_bytes : {kShortRowBytes, kLongRowBytes}) {
    const std::size_t alike = count_alike(block, row_bytes);
    if (alike > most) {
      most = alike;
      best = row_bytes;
    }
  }
  return best;
}

Value value_at(ByteSpan bytes, std::size_t index) {
  return util::load<Value>(bytes, index * sizeof(Value));
}

void set_value(std::span<std::byte> bytes, std::size_t index, Value value) {
  util::store(bytes, index * sizeof(Value), value);
}

/// How a table is compressed: the values of short rows column by column, those of long rows where
/// they are, for sixteen columns are slower and take more.
template <std::uint32_t kRowBytes>
struct RowsOf {
  static constexpr std::size_t kColumns = kRowBytes / sizeof(Value);
  using Columns = std::make_index_sequence<kColumns>;

  static std::size_t place(std::size_t rows, std::size_t row, std::size_t column) {
    return kRowBytes == kShortRowBytes ? column * rows + row : row * kColumns + column;
  }
};

using Short = RowsOf<kShortRowBytes>;
using Long = RowsOf<kLongRowBytes>;

/// The columns are told one by one, so that what is above stays in registers.
template <typename Rows, std::size_t... kColumn>
void split(std::index_sequence<kColumn...> /*columns*/, std::size_t rows, ByteSpan in,
           std::span<std::byte> out) {
  std::array<Value, Rows::kColumns> above = {};
  const auto split_value = [&](std::size_t row, std::size_t column, Value& above_it) {
    const Value value = value_at(in, row * Rows::kColumns + column);
    set_value(out, Rows::place(rows, row, column), value - std::exchange(above_it, value));
  };
  for (std::size_t row = 0; row < rows; ++row) (split_value(row, kColumn, above[kColumn]), ...);
}

template <typename Rows, std::size_t... kColumn>
void join(std::index_sequence<kColumn...> /*columns*/, std::size_t rows, ByteSpan in,
          std::span<std::byte> out) {
  std::array<Value, Rows::kColumns> above = {};
  const auto join_value = [&](std::size_t row, std::size_t column, Value& value) {
    value += value_at(in, Rows::place(rows, row, column));
    set_value(out, row * Rows::kColumns + column, value);
  };
  for (std::size_t row = 0; row < rows; ++row) (join_value(row, kColumn, above[kColumn]), ...);
}

}  // namespace

std::vector<Table> find_tables(ByteSpan piece) {
  std::vector<Table> tables;
  // The first block has nothing above it.
  std::size_t begin = kBlockBytes;
  std::uint32_t row_bytes = 0;
  for (std::size_t at = kBlockBytes; at <= piece.size(); at += kBlockBytes) {
    const bool is_block = at + kBlockBytes <= piece.size();
    const std::uint32_t found = is_block ? row_bytes_of(piece.data() + at) : 0;
    const bool is_full = at - begin == kMaxTableBytes;
    if (found == row_bytes && !is_full) continue;
    if (row_bytes != 0 && at - begin >= kMinTableBytes) {
      tables.push_back({.offset = static_cast<std::uint32_t>(begin),
                        .row_bytes = row_bytes,
                        .rows = static_cast<std::uint32_t>((at - begin) / row_bytes)});
    }
    begin = at;
    row_bytes = found;
  }
  return tables;
}

Result<void> check_tables(std::span<const Table> tables, std::size_t piece_bytes) {
  std::uint64_t end = 0;
  for (const Table& table : tables) {
    const bool is_known = table.row_bytes == kShortRowBytes || table.row_bytes == kLongRowBytes;
    if (!is_known) return fail(ErrorCode::corrupt, "a table's rows have an unknown length");
    if (table.offset < end || table.rows == 0) {
      return fail(ErrorCode::corrupt, "its tables are not in order");
    }
    if (table.bytes() > kMaxTableBytes) return fail(ErrorCode::corrupt, "a table is too long");
    end = table.offset + table.bytes();
    if (end > piece_bytes) return fail(ErrorCode::corrupt, "a table ends beyond its piece");
  }
  return {};
}

void split(const Table& table, ByteSpan in, std::span<std::byte> out) {
  LARDER_ASSERT(in.size() == table.bytes() && out.size() == table.bytes());
  if (table.row_bytes == kShortRowBytes) return split<Short>(Short::Columns(), table.rows, in, out);
  split<Long>(Long::Columns(), table.rows, in, out);
}

void join(const Table& table, ByteSpan in, std::span<std::byte> out) {
  LARDER_ASSERT(in.size() == table.bytes() && out.size() == table.bytes());
  if (table.row_bytes == kShortRowBytes) return join<Short>(Short::Columns(), table.rows, in, out);
  join<Long>(Long::Columns(), table.rows, in, out);
}

}  // namespace larder::store
