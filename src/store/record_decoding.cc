#include "store/record_decoding.h"

#include "store/pack_body.h"
#include "store/pack_layout.h"
#include "store/piece_codec.h"
#include "util/try.h"

#include <algorithm>
#include <utility>

namespace larder::store {

RecordContent::Decoding::Decoding(const RecordContent& content, StoredPieces pieces,
                                  util::Helper* helper)
    : content_(content),
      pieces_(std::move(pieces)),
      offset_(pieces_.offset),
      left_(content.record_.raw_bytes),
      line_(line(helper)) {}

util::PieceLine RecordContent::Decoding::line(util::Helper* helper) {
  auto work = [this](std::size_t place) { decode(place); };
  auto hand_over = [this](std::size_t place) { return hash_and_give(place); };
  if (helper == nullptr) return {pieces_.lengths.size(), std::move(work), std::move(hand_over)};
  return {*helper, std::move(work), std::move(hand_over)};
}

Result<void> RecordContent::Decoding::begin() {
  while (next_ < pieces_.lengths.size() && line_.has_place()) LARDER_CHECK(read_next());
  return {};
}

Result<void> RecordContent::Decoding::give_to(const ByteSink& sink) {
  sink_ = &sink;
  while (next_ < pieces_.lengths.size()) LARDER_CHECK(read_next());
  LARDER_CHECK(line_.finish());
  return content_.check(checksum_.finish());
}

Result<void> RecordContent::Decoding::read_next() {
  LARDER_TRY(const std::size_t place, line_.claim());
  Piece& piece = places_[place];
  const auto raw_bytes = std::min<std::uint64_t>(left_, layout::kPieceBytes);
  if (!piece.raw_buffer) piece.raw_buffer.emplace(raw_bytes);
  piece.raw = piece.raw_buffer->span.first(raw_bytes);
  LARDER_TRY(piece.stored, next_stored(piece));
  line_.submit();
  offset_ += piece.stored.size();
  left_ -= raw_bytes;
  ++next_;
  return {};
}

Result<util::ByteSpan> RecordContent::Decoding::next_stored(Piece& piece) const {
  const auto& lengths = pieces_.lengths;
  if (lengths.size() == 1) {
    if (const auto in_place = content_.body_->in_head(content_.record_)) return *in_place;
  }
  if (!piece.stored_buffer) piece.stored_buffer.emplace(*std::ranges::max_element(lengths));
  const auto stored = piece.stored_buffer->span.first(lengths[next_]);
  LARDER_CHECK(content_.read_stored(offset_, stored));
  return stored;
}

void RecordContent::Decoding::decode(std::size_t place) {
  Piece& piece = places_[place];
  piece.decoded = decode_piece(piece.stored, piece.raw);
}

Result<void> RecordContent::Decoding::hash_and_give(std::size_t place) {
  Piece& piece = places_[place];
  if (!piece.decoded) return content_.found_corrupt(std::move(piece.decoded).error());
  checksum_.update(piece.raw);
  return (*sink_)(piece.raw);
}

}  // namespace larder::store
