#include "store/record_reading.h"

#include "store/blob_checksum.h"
#include "store/pack_body.h"
#include "store/pack_layout.h"
#include "store/piece_codec.h"
#include "util/try.h"

#include <algorithm>
#include <utility>

namespace larder::store {
namespace {

/// How many pieces are kept while there is no sink: a compile finds out whether a result holds, and
/// where it goes, in less time than two take.
constexpr std::size_t kMaxKept = 2;

}  // namespace

RecordContent::Reading::Reading(const RecordContent& content, Pieces pieces, util::Helper* helper)
    : content_(content), pieces_(std::move(pieces)), checksums_(pieces_.count()), helper_(helper) {}

RecordContent::Reading::~Reading() { end(); }

void RecordContent::Reading::begin() {
  if (helper_ != nullptr) ahead_ = helper_->begin([this] { work(nullptr); });
}

Result<void> RecordContent::Reading::give_in_order(const ByteSink& sink) {
  end();
  (void)ahead_.finish();  // what it has not read is read here
  LARDER_CHECK(failure());
  const std::vector<PlacePtr> kept = take_kept();
  for (const PlacePtr& place : kept) LARDER_CHECK(sink(place->raw));
  Place place;
  for (std::size_t piece = kept.size(); piece < pieces_.count(); ++piece) {
    if (!read(piece, place)) return failure();
    LARDER_CHECK(sink(place.raw));
  }
  return content_.check(checksum_of(checksums_));
}

Result<void> RecordContent::Reading::give(const PlacedSink& sink) {
  {
    const util::MutexLock lock(mutex_);
    sink_ = &sink;
  }
  std::vector<PlacePtr> kept = take_kept();  // after which nothing is kept any more
  // Behind what it may still be at, which goes on with the sink.
  if (helper_ != nullptr && kept.size() + 1 < pieces_.count())
    rest_ = helper_->begin([this] { work(nullptr); });
  for (const PlacePtr& place : kept) give(sink, *place);
  work(kept.empty() ? nullptr : std::move(kept.front()));
  (void)ahead_.finish();
  (void)rest_.finish();
  LARDER_CHECK(failure());
  return content_.check(checksum_of(checksums_));
}

/// Reads one piece after the other as long as there is one to be had, at first into `place`, if
/// that is any.
void RecordContent::Reading::work(PlacePtr place) {
  while (const auto piece = take()) {
    if (place == nullptr) place = std::make_unique<Place>();
    if (!read(*piece, *place)) return;
    place = give_or_keep(std::move(place));
  }
}

std::optional<std::size_t> RecordContent::Reading::take() {
  const util::MutexLock lock(mutex_);
  const bool may_be_given = sink_ != nullptr || kept_.size() < kMaxKept;
  if (is_ended_ || !may_be_given || next_ == pieces_.count()) return std::nullopt;
  return next_++;
}

/// Gives whether it could.
bool RecordContent::Reading::read(std::size_t piece, Place& place) {
  if (auto decoded = decode(piece, place); !decoded) {
    end({std::move(decoded).error()});
    return false;
  }
  checksums_[piece] = util::xxh3_128(place.raw);
  return true;
}

Result<void> RecordContent::Reading::decode(std::size_t piece, Place& place) const {
  const PackRecord& record = content_.record_;
  const PackBytes& bytes = *content_.body_->bytes;
  place.offset = piece * layout::kPieceBytes;
  const auto raw_bytes =
      std::min<std::uint64_t>(record.raw_bytes - place.offset, layout::kPieceBytes);
  // The first piece that comes here is as long as any.
  if (!place.raw_buffer) place.raw_buffer.emplace(raw_bytes);
  place.raw = place.raw_buffer->span.first(raw_bytes);
  const std::uint64_t begin = record.offset + pieces_.begin_of(piece);
  if (record.codec == Codec::raw) return bytes.read_at(begin, place.raw);
  const std::size_t stored_bytes = pieces_.stored_bytes(piece);
  if (const auto stored = content_.body_->in_head(record)) {
    return decode_piece(stored->subspan(pieces_.begin_of(piece), stored_bytes), place.raw);
  }
  if (!place.stored_buffer) place.stored_buffer.emplace(layout::kMaxStoredPieceBytes);
  const auto stored = place.stored_buffer->span.first(stored_bytes);
  LARDER_CHECK(bytes.read_at(begin, stored));
  return decode_piece(stored, place.raw);
}

/// Gives the place back if it can be used again.
RecordContent::Reading::PlacePtr RecordContent::Reading::give_or_keep(PlacePtr place) {
  const PlacedSink* sink = nullptr;
  {
    const util::MutexLock lock(mutex_);
    sink = sink_;
    if (sink == nullptr) {
      kept_.push_back(std::move(place));
      return nullptr;
    }
  }
  give(*sink, *place);
  return place;
}

void RecordContent::Reading::give(const PlacedSink& sink, const Place& place) {
  auto given = sink(place.offset, place.raw);
  if (!given) end({.error = std::move(given).error(), .is_of_sink = true});
}

/// What was read before there was a sink, in order.
std::vector<RecordContent::Reading::PlacePtr> RecordContent::Reading::take_kept() {
  const util::MutexLock lock(mutex_);
  return std::exchange(kept_, {});
}

void RecordContent::Reading::end() {
  const util::MutexLock lock(mutex_);
  is_ended_ = true;
}

void RecordContent::Reading::end(Failure failure) {
  const util::MutexLock lock(mutex_);
  is_ended_ = true;
  if (!failure_) failure_ = std::move(failure);
}

Result<void> RecordContent::Reading::failure() {
  const util::MutexLock lock(mutex_);
  if (!failure_) return {};
  if (failure_->is_of_sink) return fail(failure_->error);
  return content_.found_corrupt(failure_->error);
}

}  // namespace larder::store
