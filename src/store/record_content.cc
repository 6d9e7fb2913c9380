#include "store/record_content.h"

#include "store/pack_body.h"
#include "store/pack_layout.h"
#include "store/piece_codec.h"
#include "store/record_decoding.h"
#include "sys/file.h"
#include "util/scratch.h"
#include "util/try.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace larder::store {
namespace {

using util::ByteSpan;
using util::Scratch;

/// What is not compressed is read in pieces of this length.
constexpr std::size_t kRawPieceBytes = std::size_t{128} << 10;
/// From this length on, asking for the space of a blob costs less than it saves in writing it.
constexpr std::uint64_t kReserveFromBytes = std::uint64_t{512} << 10;
/// From this length on, decoding takes longer than having a helper begin with it.
constexpr std::uint64_t kAheadFromBytes = std::uint64_t{64} << 10;

}  // namespace

RecordContent::RecordContent(std::shared_ptr<const Pack::Body> body, const PackRecord& record,
                             std::function<void()> on_corrupt)
    : body_(std::move(body)), record_(record), on_corrupt_(std::move(on_corrupt)) {}

RecordContent::~RecordContent() = default;

Result<void> RecordContent::read_into(const ByteSink& sink) const {
  if (const auto ahead = std::exchange(ahead_, nullptr)) return ahead->give_to(sink);
  if (record_.raw_bytes == 0) return check(util::xxh3_128({}));
  if (record_.raw_bytes <= layout::kPieceBytes) return read_one_piece(sink);
  if (record_.codec == Codec::raw) return stream_raw(sink);
  LARDER_TRY(StoredPieces pieces, this->pieces());
  return Decoding(*this, std::move(pieces)).give_to(sink);
}

Result<void> RecordContent::write_to(int fd) const {
  if (record_.raw_bytes >= kReserveFromBytes) sys::reserve(fd, record_.raw_bytes);
  const bool is_copyable = record_.codec == Codec::raw && body_->bytes->fd() >= 0 &&
                           record_.raw_bytes >= layout::kPageAlignedFrom;
  if (!is_copyable) return BlobContent::write_to(fd);
  LARDER_CHECK(stream_raw([](ByteSpan) -> Result<void> { return {}; }));
  const std::uint64_t copied =
      sys::copy_in_kernel(body_->bytes->fd(), record_.offset, record_.raw_bytes, fd);
  return stream_stored(copied, [fd](ByteSpan piece) { return sys::write_all(fd, piece); });
}

void RecordContent::read_ahead(util::Helper& helper) const {
  if (record_.codec != Codec::zstd || record_.raw_bytes < kAheadFromBytes) return;
  auto pieces = this->pieces();
  if (!pieces) return;
  ahead_ = std::make_unique<Decoding>(*this, *std::move(pieces), &helper);
  if (!ahead_->begin()) ahead_.reset();  // reading it will tell why
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

/// Reads stored bytes of the record, `offset` counting from its start.
Result<void> RecordContent::read_stored(std::uint64_t offset, std::span<std::byte> out) const {
  auto outcome = body_->bytes->read_at(record_.offset + offset, out);
  return outcome ? Result<void>() : found_corrupt(std::move(outcome).error());
}

Result<void> RecordContent::read_one_piece(const ByteSink& sink) const {
  std::optional<Scratch> read;
  auto stored = body_->in_head(record_);
  if (!stored) {
    read.emplace(record_.stored_bytes);
    LARDER_CHECK(read_stored(0, read->span));
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

/// Gives the stored bytes from `offset` on, in pieces.
Result<void> RecordContent::stream_stored(std::uint64_t offset, const ByteSink& sink) const {
  if (offset == record_.stored_bytes) return {};
  const Scratch buffer(std::min<std::uint64_t>(kRawPieceBytes, record_.stored_bytes - offset));
  while (offset < record_.stored_bytes) {
    const auto length = std::min<std::uint64_t>(buffer.span.size(), record_.stored_bytes - offset);
    LARDER_CHECK(read_stored(offset, buffer.span.first(length)));
    LARDER_CHECK(sink(buffer.span.first(length)));
    offset += length;
  }
  return {};
}

Result<void> RecordContent::stream_raw(const ByteSink& sink) const {
  util::Xxh3 checksum;
  LARDER_CHECK(stream_stored(0, [&](ByteSpan piece) {
    checksum.update(piece);
    return sink(piece);
  }));
  return check(checksum.finish());
}

/// They fill the record's stored bytes, behind the table of their lengths if there are several.
Result<RecordContent::StoredPieces> RecordContent::pieces() const {
  const auto impossible = [this] {
    return found_corrupt(Error(ErrorCode::corrupt, "its pieces have impossible lengths"));
  };
  if (record_.raw_bytes <= layout::kPieceBytes) {
    return StoredPieces{.lengths = {static_cast<std::uint32_t>(record_.stored_bytes)}};
  }
  std::vector<std::uint32_t> lengths(layout::pieces_of(record_.raw_bytes));
  const auto table = std::as_writable_bytes(std::span(lengths));
  if (table.size() > record_.stored_bytes) return impossible();
  LARDER_CHECK(read_stored(0, table));
  std::uint64_t end = table.size();
  for (std::uint32_t& length : lengths) {
    length = util::load<std::uint32_t>(std::as_bytes(std::span(&length, 1)), 0);
    if (length > layout::kMaxStoredPieceBytes) return impossible();
    end += length;
  }
  if (end != record_.stored_bytes) return impossible();
  return StoredPieces{.offset = table.size(), .lengths = std::move(lengths)};
}

}  // namespace larder::store
