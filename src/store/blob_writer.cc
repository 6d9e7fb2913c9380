#include "store/blob_writer.h"

#include "store/blob_checksum.h"
#include "store/pack_layout.h"
#include "store/piece_codec.h"
#include "util/assert.h"
#include "util/piece_line.h"
#include "util/scratch.h"
#include "util/try.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace larder::store {
namespace {

using util::ByteBuffer;
using util::ByteSpan;
using util::Scratch;

/// Compression = automatic leaves shorter blobs alone: an entry occupies whole 4 KiB anyway.
constexpr std::uint64_t kCompressFrom = 4096;

/// A piece on its way: read, hashed and compressed, then written.
struct Piece {
  Piece() : raw_buffer(layout::kPieceBytes), stored_buffer(layout::kMaxStoredPieceBytes) {}

  Scratch raw_buffer;
  Scratch stored_buffer;
  std::span<std::byte> raw = {};
  util::Checksum checksum = {};
  Result<std::optional<std::size_t>> stored_bytes = std::optional<std::size_t>();
};

}  // namespace

Result<void> check(const Compression& compression) {
  const bool is_in_range = compression.level >= 1 && compression.level <= 19;
  if (compression.mode != Compression::Mode::zstd || is_in_range) return {};
  return fail(ErrorCode::invalid_argument, "compression zstd:" + std::to_string(compression.level) +
                                               ": the level must be 1 to 19");
}

Result<void> BlobWriter::append(const BlobInput& input, PackRecord& record) {
  record.raw_bytes = input.size();
  const bool compress = is_to_be_compressed(record.raw_bytes);
  if (record.raw_bytes <= layout::kPieceBytes) return append_one_piece(input, record, compress);
  if (compress) {
    LARDER_CHECK(append_compressed_pieces(input, record));
    if (record.stored_bytes < record.raw_bytes) return {};
    LARDER_CHECK(output_.truncate(end_));
  }
  return append_raw_pieces(input, record);
}

Result<void> BlobWriter::append(const PackRecord& prepared, ByteSpan stored, PackRecord& record) {
  record.raw_bytes = prepared.raw_bytes;
  record.checksum = prepared.checksum;
  place(record, prepared.codec, stored.size());
  return output_.write_at(record.offset, stored);
}

bool BlobWriter::is_to_be_compressed(std::uint64_t raw_bytes) const {
  if (compression_.mode == Compression::Mode::none) return false;
  return compression_.mode == Compression::Mode::zstd || raw_bytes >= kCompressFrom;
}

int BlobWriter::level() const {
  return compression_.mode == Compression::Mode::zstd ? compression_.level : 1;
}

/// Sets where the record's blob starts and where the pack then ends.
void BlobWriter::place(PackRecord& record, Codec codec, std::uint64_t stored_bytes) {
  record.codec = codec;
  record.stored_bytes = stored_bytes;
  record.offset = util::round_up(end_, layout::alignment_of(codec == Codec::raw, stored_bytes));
  end_ = record.offset + stored_bytes;
}

Result<void> BlobWriter::append_one_piece(const BlobInput& input, PackRecord& record,
                                          bool compress) {
  std::optional<Scratch> read;
  ByteSpan raw;
  if (const auto bytes = input.in_memory()) {
    raw = *bytes;
  } else {
    read.emplace(record.raw_bytes);
    LARDER_CHECK(input.read_all(read->span));
    raw = read->span;
  }
  record.checksum = util::xxh3_128(raw);
  if (compress && raw.size() > 1) {
    const Scratch stored(raw.size() - 1);
    LARDER_TRY(const auto length, encode_piece(level(), raw, stored.span));
    if (length) {
      place(record, Codec::zstd, *length);
      return output_.write_at(record.offset, stored.span.first(*length));
    }
  }
  place(record, Codec::raw, raw.size());
  return output_.write_at(record.offset, raw);
}

/// Leaves end_ alone where the outcome is no smaller than the input.
Result<void> BlobWriter::append_compressed_pieces(const BlobInput& input, PackRecord& record) {
  const std::size_t pieces = layout::pieces_of(record.raw_bytes);
  const std::uint64_t offset = util::round_up(end_, layout::kAlignment);
  ByteBuffer lengths;
  std::uint64_t stored_bytes = pieces * sizeof(std::uint32_t);
  std::vector<util::Checksum> checksums;
  std::array<Piece, util::PieceLine::kPlaces> places;

  const auto compress = [&places, level = level()](std::size_t place) {
    Piece& piece = places[place];
    piece.checksum = util::xxh3_128(piece.raw);
    piece.stored_bytes = encode_piece(level, piece.raw, piece.stored_buffer.span);
  };
  const auto write = [&](std::size_t place) -> Result<void> {
    const Piece& piece = places[place];
    LARDER_TRY(const auto length, piece.stored_bytes);
    LARDER_ASSERT(length.has_value());  // a piece is never longer than its buffer
    checksums.push_back(piece.checksum);
    LARDER_CHECK(output_.write_at(offset + stored_bytes, piece.stored_buffer.span.first(*length)));
    stored_bytes += *length;
    util::append(lengths, static_cast<std::uint32_t>(*length));
    return {};
  };
  std::optional<util::Helper> helper;
  if (pieces >= kHelpFromPieces) helper.emplace();
  util::PieceLine line(helper ? &*helper : nullptr, compress, write);
  bool has_place = false;
  LARDER_CHECK(
      input.fill(layout::kPieceBytes, [&](std::size_t bytes) -> Result<std::span<std::byte>> {
        if (std::exchange(has_place, true)) line.submit();
        LARDER_TRY(const std::size_t place, line.claim());
        return places[place].raw = places[place].raw_buffer.span.first(bytes);
      }));
  line.submit();
  LARDER_CHECK(line.finish());
  LARDER_CHECK(output_.write_at(offset, lengths));
  record.checksum = checksum_of(checksums);
  record.stored_bytes = stored_bytes;
  if (stored_bytes < record.raw_bytes) place(record, Codec::zstd, stored_bytes);
  return {};
}

Result<void> BlobWriter::append_raw_pieces(const BlobInput& input, PackRecord& record) {
  place(record, Codec::raw, record.raw_bytes);
  std::vector<util::Checksum> checksums;
  const Scratch buffer(layout::kPieceBytes);
  ByteSpan piece;  // what was read last
  std::uint64_t offset = record.offset;
  const auto write = [&]() -> Result<void> {
    checksums.push_back(util::xxh3_128(piece));
    LARDER_CHECK(output_.write_at(offset, piece));
    offset += piece.size();
    return {};
  };
  LARDER_CHECK(
      input.fill(layout::kPieceBytes, [&](std::size_t bytes) -> Result<std::span<std::byte>> {
        if (!piece.empty()) LARDER_CHECK(write());
        piece = buffer.span.first(bytes);
        return buffer.span.first(bytes);
      }));
  LARDER_CHECK(write());
  record.checksum = checksum_of(checksums);
  return {};
}

}  // namespace larder::store
