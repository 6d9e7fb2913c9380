#pragma once

#include "util/bytes.h"
#include <larder/result.h>

#include <span>
#include <vector>

#include <cstddef>
#include <cstdint>

/// Tables of rows of equal length, such as an object's relocations, symbols and section headers.
/// They compress better, and decode faster, column by column with each value as its difference from
/// the one above: doc/format/pack.md.
namespace larder::store {

/// What is longer is several tables, so that one is put together within the processor's cache.
inline constexpr std::size_t kMaxTableBytes = std::size_t{64} << 10;

/// A table in a piece of a blob.
struct Table {
  std::uint32_t offset = 0;     ///< From the piece's start, in bytes.
  std::uint32_t row_bytes = 0;  ///< 24 or 64.
  std::uint32_t rows = 0;       ///< At least 1.

  [[nodiscard]] constexpr std::uint64_t bytes() const { return std::uint64_t{row_bytes} * rows; }
  friend bool operator==(const Table&, const Table&) = default;
};

/// What looks like tables in `piece`, of up to 4 GiB, in order. It depends on these bytes alone.
std::vector<Table> find_tables(util::ByteSpan piece);

/// Errors: corrupt, if `tables` are not in order, within `piece_bytes`, of known rows and of up to
/// kMaxTableBytes each.
Result<void> check_tables(std::span<const Table> tables, std::size_t piece_bytes);

/// Makes of the table's bytes what is compressed in their place, as long as they are.
void split(const Table& table, util::ByteSpan in, std::span<std::byte> out);
/// The other way round.
void join(const Table& table, util::ByteSpan in, std::span<std::byte> out);

}  // namespace larder::store
