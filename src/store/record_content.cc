#include "store/record_content.h"

#include "store/pack_body.h"
#include "store/pack_layout.h"
#include "store/piece_codec.h"
#include "store/record_reading.h"
#include "sys/file.h"
#include "util/scratch.h"
#include "util/try.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace larder::store {
namespace {

using util::ByteBuffer;
using util::ByteSpan;
using util::Scratch;

/// From this length on, decoding takes longer than having a helper begin with it.
constexpr std::uint64_t kAheadFromBytes = std::uint64_t{64} << 10;

}  // namespace

RecordContent::RecordContent(std::shared_ptr<const Pack::Body> body, const PackRecord& record,
                             std::function<void()> on_corrupt)
    : body_(std::move(body)), record_(record), on_corrupt_(std::move(on_corrupt)) {}

RecordContent::~RecordContent() = default;

Result<void> RecordContent::read_into(const ByteSink& sink) const {
  if (const auto ahead = std::exchange(ahead_, nullptr)) return ahead->give_in_order(sink);
  if (record_.raw_bytes == 0) return check(util::xxh3_128({}));
  if (record_.raw_bytes <= layout::kPieceBytes) return read_one_piece(sink);
  LARDER_TRY(Pieces pieces, this->pieces());
  return Reading(*this, std::move(pieces), nullptr).give_in_order(sink);
}

Result<void> RecordContent::read_in_any_order(const PlacedSink& sink) const {
  if (record_.raw_bytes <= layout::kPieceBytes) return BlobContent::read_in_any_order(sink);
  if (const auto ahead = std::exchange(ahead_, nullptr)) return ahead->give(sink);
  LARDER_TRY(Pieces pieces, this->pieces());
  std::optional<util::Helper> helper;
  if (pieces.count() >= kHelpFromPieces) helper.emplace();
  return Reading(*this, std::move(pieces), helper ? &*helper : nullptr).give(sink);
}

Result<void> RecordContent::write_to(int fd) const {
  const bool is_shareable = record_.codec == Codec::raw && body_->bytes->fd() >= 0 &&
                            record_.raw_bytes >= layout::kPageAlignedFrom;
  const bool has_pieces = record_.raw_bytes > layout::kPieceBytes;
  const auto place = is_shareable || has_pieces ? sys::place_in_file(fd) : std::nullopt;
  if (!place) return BlobContent::write_to(fd);
  if (is_shareable &&
      sys::clone(body_->bytes->fd(), record_.offset, record_.raw_bytes, fd, *place)) {
    LARDER_CHECK(verify());
  } else {
    if (has_pieces) sys::reserve(fd, *place, record_.raw_bytes);
    LARDER_CHECK(read_in_any_order([&](std::uint64_t offset, ByteSpan piece) {
      return sys::write_all_at(fd, piece, *place + offset);
    }));
  }
  return sys::move_to(fd, *place + record_.raw_bytes);
}

void RecordContent::read_ahead(util::Helper& helper) const {
  if (record_.codec != Codec::zstd || record_.raw_bytes < kAheadFromBytes) return;
  auto pieces = this->pieces();
  if (!pieces) return;  // reading it will tell why
  ahead_ = std::make_unique<Reading>(*this, *std::move(pieces), &helper);
  ahead_->begin();
}

Result<void> RecordContent::verify() const {
  return read_in_any_order([](std::uint64_t, ByteSpan) -> Result<void> { return {}; });
}

/// Passes an error on; the first time, it tells that the blob is corrupt.
tl::unexpected<Error> RecordContent::found_corrupt(Error error) const {
  if (error.code() == ErrorCode::corrupt && on_corrupt_) std::exchange(on_corrupt_, {})();
  return fail(std::move(error).context("blob " + record_.name));
}

Result<void> RecordContent::check(const util::Checksum& checksum) const {
  if (checksum == record_.checksum) return {};
  return found_corrupt(Error(ErrorCode::corrupt, "its bytes have another checksum"));
}

Result<void> RecordContent::read_one_piece(const ByteSink& sink) const {
  std::optional<Scratch> read;
  auto stored = body_->in_head(record_);
  if (!stored) {
    read.emplace(record_.stored_bytes);
    if (auto outcome = body_->bytes->read_at(record_.offset, read->span); !outcome) {
      return found_corrupt(std::move(outcome).error());
    }
    stored = read->span;
  }
  if (record_.codec == Codec::raw) return give(*stored, sink);
  const Scratch raw(record_.raw_bytes);
  if (auto decoded = decode_piece(*stored, raw.span); !decoded) {
    return found_corrupt(std::move(decoded).error());
  }
  return give(raw.span, sink);
}

Result<void> RecordContent::give(ByteSpan raw, const ByteSink& sink) const {
  LARDER_CHECK(check(util::xxh3_128(raw)));
  return sink(raw);
}

/// They fill the record's stored bytes, behind the table of their lengths if there are several of
/// zstd.
Result<RecordContent::Pieces> RecordContent::pieces() const {
  const auto impossible = [this] {
    return found_corrupt(Error(ErrorCode::corrupt, "its pieces have impossible lengths"));
  };
  const std::size_t count = layout::pieces_of(record_.raw_bytes);
  const bool has_table = record_.codec == Codec::zstd && count > 1;
  if (has_table && count > record_.stored_bytes / sizeof(std::uint32_t)) return impossible();
  std::vector<std::uint64_t> bounds;
  bounds.reserve(count + 1);
  if (!has_table) {
    for (std::size_t i = 0; i < count; ++i) bounds.push_back(i * layout::kPieceBytes);
    bounds.push_back(record_.stored_bytes);
    return Pieces(std::move(bounds));
  }
  ByteBuffer table(count * sizeof(std::uint32_t));
  if (auto read = body_->bytes->read_at(record_.offset, table); !read) {
    return found_corrupt(std::move(read).error());
  }
  bounds.push_back(table.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto length = util::load<std::uint32_t>(table, i * sizeof(std::uint32_t));
    if (length > layout::kMaxStoredPieceBytes) return impossible();
    bounds.push_back(bounds.back() + length);
  }
  if (bounds.back() != record_.stored_bytes) return impossible();
  return Pieces(std::move(bounds));
}

}  // namespace larder::store
