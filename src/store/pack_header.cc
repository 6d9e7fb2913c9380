#include "store/pack_header.h"

#include "store/pack_layout.h"
#include "util/try.h"

#include <algorithm>

#include <cstring>

namespace larder::store {
namespace {

using util::ByteSpan;

tl::unexpected<Error> corrupt(const char* why) {
  return fail(ErrorCode::corrupt, std::string("pack: ") + why);
}

util::Checksum load_checksum(ByteSpan bytes, std::size_t offset) {
  util::Checksum checksum;
  std::memcpy(checksum.bytes.data(), bytes.data() + offset, util::Checksum::kBytes);
  return checksum;
}

bool is_zero(ByteSpan bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

/// Takes one record's bytes from the front of `rest`, or none if it is cut off.
ByteSpan take_record(ByteSpan& rest) {
  if (rest.size() < layout::kRecordBytes) return {};
  const std::size_t length =
      layout::kRecordBytes + util::load<std::uint8_t>(rest, layout::kNameBytesAt);
  if (rest.size() < length) return {};
  const ByteSpan record = rest.first(length);
  rest = rest.subspan(length);
  return record;
}

enum class Extensions { understood, newer, broken };

/// Looks at the extensions, which fill `rest`. None is known to this version.
Extensions check_extensions(ByteSpan rest) {
  auto outcome = Extensions::understood;
  while (!rest.empty()) {
    if (rest.size() < layout::kExtensionBytes) return Extensions::broken;
    const auto flags = util::load<std::uint16_t>(rest, layout::kExtensionFlagsAt);
    const auto length = util::load<std::uint32_t>(rest, layout::kExtensionLengthAt);
    rest = rest.subspan(layout::kExtensionBytes);
    if (rest.size() < length) return Extensions::broken;
    rest = rest.subspan(length);
    if ((flags & layout::kRequired) != 0) outcome = Extensions::newer;
  }
  return outcome;
}

PackRecord load_record(ByteSpan bytes) {
  PackRecord record;
  record.name = util::as_text(bytes.subspan(layout::kRecordBytes));
  record.codec = static_cast<Codec>(util::load<std::uint8_t>(bytes, layout::kCodecAt));
  record.offset = util::load<std::uint64_t>(bytes, layout::kOffsetAt);
  record.stored_bytes = util::load<std::uint64_t>(bytes, layout::kStoredBytesAt);
  record.raw_bytes = util::load<std::uint64_t>(bytes, layout::kRawBytesAt);
  record.checksum = load_checksum(bytes, layout::kRecordChecksumAt);
  return record;
}

/// Checks a record by itself.
Result<void> check_record(const PackRecord& record, const PackPreamble& preamble,
                          std::uint64_t pack_bytes, std::uint64_t max_blob_bytes) {
  if (!Name::parse(record.name)) return corrupt("a blob's name breaks the rules");
  if (record.raw_bytes > max_blob_bytes) return corrupt("a blob is larger than the store allows");
  const bool is_raw = record.codec == Codec::raw;
  if (is_raw ? record.stored_bytes != record.raw_bytes : record.stored_bytes >= record.raw_bytes) {
    return corrupt("a blob's stored length does not fit its length");
  }
  if (record.offset < preamble.header_bytes || record.offset > pack_bytes ||
      record.stored_bytes > pack_bytes - record.offset) {
    return corrupt("a blob lies outside");
  }
  if (record.offset % layout::alignment_of(is_raw, record.stored_bytes) != 0) {
    return corrupt("a blob is not aligned");
  }
  return {};
}

/// Checks that the blobs, with gaps of less than a page, fill the pack from header to end.
Result<void> check_placing(const std::vector<PackRecord>& records, std::uint64_t header_bytes,
                           std::uint64_t pack_bytes) {
  std::uint64_t end = header_bytes;
  for (const PackRecord* record : sorted_by_offset(records)) {
    if (record->offset < end) return corrupt("two blobs overlap");
    if (record->offset - end >= layout::kPageAlignment) return corrupt("a gap is too long");
    end = record->offset + record->stored_bytes;
  }
  return end == pack_bytes ? Result<void>() : corrupt("bytes follow the last blob");
}

/// The header between preamble and checksum, taken apart.
struct Parts {
  std::vector<ByteSpan> records;
  bool is_newer = false;
};

Result<Parts> take_apart(ByteSpan rest, std::uint32_t blobs) {
  Parts parts;
  parts.records.reserve(blobs);
  for (std::uint32_t i = 0; i < blobs; ++i) {
    const ByteSpan record = take_record(rest);
    if (record.empty()) return corrupt("a record is cut off");
    // A version that adds a codec need not mark the pack in another way.
    const auto codec = util::load<std::uint8_t>(record, layout::kCodecAt);
    if (codec > static_cast<std::uint8_t>(Codec::zstd)) parts.is_newer = true;
    parts.records.push_back(record);
  }
  switch (check_extensions(rest)) {
    case Extensions::broken:
      return corrupt("an extension is cut off");
    case Extensions::newer:
      parts.is_newer = true;
      break;
    case Extensions::understood:
      break;
  }
  return parts;
}

}  // namespace

Result<PackPreamble> parse_preamble(ByteSpan start, std::uint64_t pack_bytes) {
  if (start.size() < layout::kMinorAt) return corrupt("it is too short");
  if (std::memcmp(start.data(), layout::kMagic.data(), layout::kMagic.size()) != 0) {
    return corrupt("it does not begin as one");
  }
  PackPreamble preamble;
  const auto major = util::load<std::uint16_t>(start, layout::kMajorAt);
  if (major > layout::kMajor) {
    preamble.is_newer = true;
    return preamble;
  }
  if (major == 0) return corrupt("there is no version 0");
  if (start.size() < layout::kPreambleBytes) return corrupt("it is too short");
  preamble.header_bytes = util::load<std::uint32_t>(start, layout::kHeaderBytesAt);
  preamble.blobs = util::load<std::uint32_t>(start, layout::kBlobsAt);
  if (preamble.header_bytes < layout::kMinHeaderBytes ||
      preamble.header_bytes > layout::kMaxHeaderBytes || preamble.header_bytes > pack_bytes) {
    return corrupt("its header's length is impossible");
  }
  if (util::load<std::uint64_t>(start, layout::kTotalBytesAt) != pack_bytes) {
    return corrupt("it does not have the length it says");
  }
  if (preamble.blobs == 0 || preamble.blobs > layout::kMaxBlobs) {
    return corrupt("its number of blobs is impossible");
  }
  preamble.is_newer =
      util::load<std::uint32_t>(start, layout::kChecksumIdAt) != layout::kChecksumXxh3;
  return preamble;
}

Result<PackHeader> parse_header(ByteSpan header, const PackPreamble& preamble,
                                std::uint64_t pack_bytes, std::uint64_t max_blob_bytes) {
  const std::size_t checked_bytes = header.size() - util::Checksum::kBytes;
  if (util::xxh3_128(header.first(checked_bytes)) != load_checksum(header, checked_bytes)) {
    return corrupt("its header has another checksum");
  }
  LARDER_TRY(
      const Parts parts,
      take_apart(header.first(checked_bytes).subspan(layout::kPreambleBytes), preamble.blobs));
  PackHeader parsed;
  parsed.is_newer = parts.is_newer;
  if (parts.is_newer) return parsed;
  parsed.binding = load_checksum(header, layout::kBindingAt);
  parsed.records.reserve(parts.records.size());
  for (const ByteSpan bytes : parts.records) {
    if (!is_zero(bytes.subspan(layout::kReservedAt, layout::kReservedBytes))) {
      return corrupt("a record's reserved bytes are not zero");
    }
    PackRecord record = load_record(bytes);
    if (!parsed.records.empty() && parsed.records.back().name >= record.name) {
      return corrupt("its blobs are not sorted by name");
    }
    LARDER_CHECK(check_record(record, preamble, pack_bytes, max_blob_bytes));
    parsed.records.push_back(std::move(record));
  }
  LARDER_CHECK(check_placing(parsed.records, preamble.header_bytes, pack_bytes));
  return parsed;
}

std::vector<const PackRecord*> sorted_by_offset(const std::vector<PackRecord>& records) {
  std::vector<const PackRecord*> sorted;
  sorted.reserve(records.size());
  for (const PackRecord& record : records) sorted.push_back(&record);
  // An empty blob may share its offset with the one that follows it.
  std::ranges::sort(sorted, [](const PackRecord* a, const PackRecord* b) {
    return std::pair(a->offset, a->stored_bytes) < std::pair(b->offset, b->stored_bytes);
  });
  return sorted;
}

}  // namespace larder::store
