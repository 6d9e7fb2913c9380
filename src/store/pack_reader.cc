#include "store/pack.h"
#include "store/pack_body.h"
#include "store/pack_header.h"
#include "store/pack_layout.h"
#include "store/record_content.h"
#include "util/assert.h"
#include "util/try.h"

#include <algorithm>
#include <array>
#include <utility>

namespace larder::store {
namespace {

using util::ByteSpan;

/// A pack up to this length is read whole when it is opened; of a longer one, a first part that
/// holds the header and often the small blobs.
constexpr std::uint64_t kWholeBytes = std::uint64_t{64} << 10;
constexpr std::uint64_t kFirstPartBytes = std::uint64_t{16} << 10;

Result<void> check_gap(const PackBytes& bytes, std::uint64_t begin, std::uint64_t end) {
  std::array<std::byte, layout::kPageAlignment> gap;
  const auto span = std::span(gap).first(end - begin);
  LARDER_CHECK(bytes.read_at(begin, span));
  const auto is_zero = [](std::byte byte) { return byte == std::byte{0}; };
  if (std::ranges::all_of(span, is_zero)) return {};
  return fail(ErrorCode::corrupt, "pack: a gap is not zero");
}

}  // namespace

Result<Pack> Pack::open(std::shared_ptr<const PackBytes> bytes, const Address& address,
                        std::uint64_t max_blob_bytes) {
  auto body = std::make_shared<Body>();
  body->bytes = std::move(bytes);
  const std::uint64_t size = body->bytes->size();
  LARDER_CHECK(body->read_head(size <= kWholeBytes ? size : kFirstPartBytes));
  LARDER_TRY(const PackPreamble preamble, parse_preamble(body->head, size));
  if (preamble.is_newer) {
    body->state = State::newer;
    return Pack(std::move(body));
  }
  if (preamble.header_bytes > body->head.size()) {
    LARDER_CHECK(body->read_head(preamble.header_bytes));
  }
  LARDER_TRY(PackHeader header,
             parse_header(body->head.first(preamble.header_bytes), preamble, size, max_blob_bytes));
  body->records = std::move(header.records);
  if (header.is_newer) {
    body->state = State::newer;
  } else if (header.binding != binding_of(address)) {
    body->state = State::misplaced;
  }
  return Pack(std::move(body));
}

Pack::State Pack::state() const noexcept { return body_->state; }

const std::vector<PackRecord>& Pack::records() const noexcept { return body_->records; }

const PackRecord* Pack::find(std::string_view name) const noexcept {
  const auto found = std::ranges::lower_bound(
      records(), name, {}, [](const PackRecord& record) { return std::string_view(record.name); });
  return found != records().end() && found->name == name ? &*found : nullptr;
}

Blob Pack::blob(const PackRecord& record, std::function<void()> on_corrupt) const {
  LARDER_ASSERT(&record >= records().data() && &record < records().data() + records().size());
  return Blob(std::make_unique<RecordContent>(body_, record, std::move(on_corrupt)));
}

Result<void> Pack::verify() const {
  if (body_->records.empty()) return {};
  std::uint64_t end = util::load<std::uint32_t>(body_->head, layout::kHeaderBytesAt);
  for (const PackRecord* record : sorted_by_offset(body_->records)) {
    LARDER_CHECK(check_gap(*body_->bytes, end, record->offset));
    LARDER_CHECK(RecordContent(body_, *record, {}).verify());
    end = record->offset + record->stored_bytes;
  }
  return {};
}

}  // namespace larder::store
