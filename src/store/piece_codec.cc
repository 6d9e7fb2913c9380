#include "store/piece_codec.h"

#include "store/pack_layout.h"
#include "store/tables.h"
#include "store/zstd_codec.h"
#include "util/scratch.h"
#include "util/try.h"

#include <array>
#include <vector>

#include <cstring>

namespace larder::store {
namespace {

using util::ByteSpan;
using util::Scratch;

/// A piece as it is stored.
struct StoredPiece {
  std::vector<Table> tables;
  ByteSpan frame;
};

constexpr std::size_t list_bytes(std::size_t tables) {
  return layout::kTableListBytes + tables * layout::kTableBytes;
}

void write_list(std::span<const Table> tables, std::span<std::byte> out) {
  util::store(out, 0, layout::kTableListMagic);
  util::store(out, layout::kTableListLengthAt,
              static_cast<std::uint32_t>(tables.size() * layout::kTableBytes));
  std::size_t at = layout::kTableListBytes;
  for (const Table& table : tables) {
    util::store(out, at + layout::kTableOffsetAt, table.offset);
    util::store(out, at + layout::kTableRowBytesAt, table.row_bytes);
    util::store(out, at + layout::kTableRowsAt, table.rows);
    at += layout::kTableBytes;
  }
}

/// Takes the list of tables, if there is one, from the frame.
Result<StoredPiece> parse(ByteSpan stored, std::size_t raw_bytes) {
  StoredPiece piece = {.tables = {}, .frame = stored};
  const bool has_list = stored.size() >= layout::kTableListBytes &&
                        util::load<std::uint32_t>(stored, 0) == layout::kTableListMagic;
  if (!has_list) return piece;
  const auto length = util::load<std::uint32_t>(stored, layout::kTableListLengthAt);
  ByteSpan list = stored.subspan(layout::kTableListBytes);
  if (length > list.size() || length % layout::kTableBytes != 0) {
    return fail(ErrorCode::corrupt, "its list of tables has an impossible length");
  }
  piece.frame = list.subspan(length);
  piece.tables.reserve(length / layout::kTableBytes);
  for (list = list.first(length); !list.empty(); list = list.subspan(layout::kTableBytes)) {
    piece.tables.push_back({.offset = util::load<std::uint32_t>(list, layout::kTableOffsetAt),
                            .row_bytes = util::load<std::uint32_t>(list, layout::kTableRowBytesAt),
                            .rows = util::load<std::uint32_t>(list, layout::kTableRowsAt)});
  }
  LARDER_CHECK(check_tables(piece.tables, raw_bytes));
  return piece;
}

Result<std::optional<std::size_t>> encode_with(std::span<const Table> tables, int level,
                                               ByteSpan raw, std::span<std::byte> out) {
  const std::size_t before = list_bytes(tables.size());
  if (before >= out.size()) return std::optional<std::size_t>();
  const Scratch content(raw.size());
  std::memcpy(content.span.data(), raw.data(), raw.size());
  for (const Table& table : tables) {
    split(table, raw.subspan(table.offset, table.bytes()),
          content.span.subspan(table.offset, table.bytes()));
  }
  LARDER_TRY(const auto length, zstd_encode(level, content.span, out.subspan(before)));
  if (!length) return length;
  write_list(tables, out);
  return std::optional(before + *length);
}

/// Not inlined: a compiler that has large frames of the stack touched at once would do that for
/// pieces without tables too.
[[gnu::noinline]] void join_all(std::span<const Table> tables, std::span<std::byte> raw) {
  std::array<std::byte, kMaxTableBytes> apart;
  for (const Table& table : tables) {
    const auto bytes = raw.subspan(table.offset, table.bytes());
    std::memcpy(apart.data(), bytes.data(), bytes.size());
    join(table, std::span(apart).first(bytes.size()), bytes);
  }
}

}  // namespace

Result<std::optional<std::size_t>> encode_piece(int level, ByteSpan raw, std::span<std::byte> out) {
  const std::vector<Table> tables = find_tables(raw);
  if (!tables.empty()) {
    LARDER_TRY(const auto length, encode_with(tables, level, raw, out));
    if (length) return length;
  }
  return zstd_encode(level, raw, out);
}

Result<void> decode_piece(ByteSpan stored, std::span<std::byte> raw) {
  LARDER_TRY(const StoredPiece piece, parse(stored, raw.size()));
  LARDER_CHECK(zstd_decode(piece.frame, raw));
  if (!piece.tables.empty()) join_all(piece.tables, raw);
  return {};
}

}  // namespace larder::store
