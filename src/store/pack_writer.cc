#include "store/blob_input.h"
#include "store/blob_writer.h"
#include "store/pack.h"
#include "store/pack_layout.h"
#include "store/pack_output.h"
#include "store/prepared_blob.h"
#include "sys/file.h"
#include "util/assert.h"
#include "util/try.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include <cstring>

namespace larder::store {
namespace {

using util::ByteBuffer;
using util::ByteSpan;

/// Packs of blobs up to this length in all are put together in memory.
constexpr std::uint64_t kInMemoryBytes = std::uint64_t{1} << 20;
/// A blob on its way into a pack.
struct Item {
  std::string_view name;
  BlobInput input;
  const PreparedBlob* prepared;  // instead of what `input` reads, if any

  [[nodiscard]] std::uint64_t size() const {
    return prepared != nullptr ? prepared->record.raw_bytes : input.size();
  }
};

/// The source's prepared blob, if it has one that is good for packs compressed like this.
const PreparedBlob* prepared_of(const BlobSource& source, const Compression& compression) {
  const auto* const prepared = std::get_if<const PreparedBlob*>(&source.variant());
  if (prepared == nullptr || (*prepared)->compression != compression) return nullptr;
  return *prepared;
}

/// The items sorted by name, checked and opened.
Result<std::vector<Item>> open_items(std::span<const NamedSource> blobs,
                                     const PackOptions& options) {
  if (blobs.empty() || blobs.size() > layout::kMaxBlobs) {
    return fail(ErrorCode::invalid_argument,
                "an entry has 1 to 256 blobs, not " + std::to_string(blobs.size()));
  }
  std::vector<const NamedSource*> sorted;
  sorted.reserve(blobs.size());
  for (const NamedSource& blob : blobs) sorted.push_back(&blob);
  std::ranges::sort(sorted, {}, [](const NamedSource* blob) { return blob->name; });

  std::vector<Item> items;
  items.reserve(blobs.size());
  for (const NamedSource* blob : sorted) {
    const std::string& name = blob->name.text();
    if (!items.empty() && items.back().name == name) {
      return fail(ErrorCode::invalid_argument, "blob " + name + " is given twice");
    }
    auto input = BlobInput::open(blob->source);
    if (!input) return fail(std::move(input).error().context("blob " + name));
    const Item& item = items.emplace_back(
        Item{name, *std::move(input), prepared_of(blob->source, options.compression)});
    if (item.size() > options.max_blob_bytes) {
      return fail(ErrorCode::invalid_argument,
                  "blob " + name + " has " + std::to_string(item.size()) +
                      " bytes; the store takes up to " + std::to_string(options.max_blob_bytes));
    }
  }
  return items;
}

/// The order in which `count` blobs lie in a pack: by name, but the largest (the last of several)
/// at the end, where a shared last block costs nothing.
template <typename RawBytesOf>
std::vector<std::size_t> order_of_blobs(std::size_t count, RawBytesOf raw_bytes_of) {
  std::size_t largest = 0;
  for (std::size_t i = 1; i < count; ++i) {
    if (raw_bytes_of(i) >= raw_bytes_of(largest)) largest = i;
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(largest));
  order.push_back(largest);
  return order;
}

template <typename Named>
std::uint64_t header_bytes_of(std::span<const Named> blobs) {
  std::uint64_t bytes = layout::kPreambleBytes + util::Checksum::kBytes;
  for (const Named& blob : blobs) bytes += layout::kRecordBytes + blob.name.size();
  return bytes;
}

void put_bytes(ByteBuffer& buffer, std::size_t offset, ByteSpan bytes) {
  std::memcpy(buffer.data() + offset, bytes.data(), bytes.size());
}

void append_record(ByteBuffer& header, const PackRecord& record) {
  const std::size_t at = header.size();
  header.resize(at + layout::kRecordBytes);
  util::store(header, at + layout::kCodecAt, static_cast<std::uint8_t>(record.codec));
  util::store(header, at + layout::kNameBytesAt, static_cast<std::uint8_t>(record.name.size()));
  util::store(header, at + layout::kOffsetAt, record.offset);
  util::store(header, at + layout::kStoredBytesAt, record.stored_bytes);
  util::store(header, at + layout::kRawBytesAt, record.raw_bytes);
  put_bytes(header, at + layout::kRecordChecksumAt, record.checksum.bytes);
  util::append(header, util::as_bytes(record.name));
}

/// The whole header, checksum included.
ByteBuffer encode_header(const Address& address, std::span<const PackRecord> records,
                         std::uint64_t total_bytes) {
  const std::uint64_t header_bytes = header_bytes_of(records);
  ByteBuffer header;
  header.reserve(header_bytes);
  header.resize(layout::kPreambleBytes);
  put_bytes(header, 0, std::as_bytes(std::span(layout::kMagic)));
  util::store(header, layout::kMajorAt, layout::kMajor);
  util::store(header, layout::kMinorAt, layout::kMinor);
  util::store(header, layout::kHeaderBytesAt, static_cast<std::uint32_t>(header_bytes));
  util::store(header, layout::kTotalBytesAt, total_bytes);
  util::store(header, layout::kBlobsAt, static_cast<std::uint32_t>(records.size()));
  util::store(header, layout::kChecksumIdAt, layout::kChecksumXxh3);
  put_bytes(header, layout::kBindingAt, binding_of(address).bytes);
  for (const PackRecord& record : records) append_record(header, record);
  util::append(header, util::xxh3_128(header).bytes);
  LARDER_ASSERT(header.size() == header_bytes);
  return header;
}

/// Gives the pack's length.
Result<std::uint64_t> write(PackOutput& output, const Address& address,
                            const std::vector<Item>& items, const Compression& compression) {
  BlobWriter writer(output, compression, header_bytes_of(std::span(items)));
  std::vector<PackRecord> records(items.size());
  const auto size_of = [&](std::size_t i) { return items[i].size(); };
  for (const std::size_t i : order_of_blobs(items.size(), size_of)) {
    const Item& item = items[i];
    records[i].name = item.name;
    LARDER_CHECK(item.prepared != nullptr
                     ? writer.append(item.prepared->record, item.prepared->stored, records[i])
                     : writer.append(item.input, records[i]));
  }
  LARDER_CHECK(output.write_at(0, encode_header(address, records, writer.end())));
  return writer.end();
}

/// Checks the options and opens the blobs.
Result<std::vector<Item>> prepare(std::span<const NamedSource> blobs, const PackOptions& options) {
  LARDER_CHECK(check(options.compression));
  return open_items(blobs, options);
}

std::uint64_t raw_bytes_of(const std::vector<Item>& items) {
  std::uint64_t bytes = 0;
  for (const Item& item : items) bytes += item.size();
  return bytes;
}

}  // namespace

util::Checksum binding_of(const Address& address) {
  const std::string& ns = address.ns.text();
  const auto key = address.key.bytes();
  ByteBuffer bound;
  bound.reserve(2 * sizeof(std::uint32_t) + ns.size() + key.size());
  util::append(bound, static_cast<std::uint32_t>(ns.size()));
  util::append(bound, util::as_bytes(ns));
  util::append(bound, static_cast<std::uint32_t>(key.size()));
  util::append(bound, key);
  return util::xxh3_128(bound);
}

std::uint64_t packed_bytes(std::span<const BlobLength> blobs) {
  std::uint64_t end = header_bytes_of(blobs);
  const auto size_of = [&](std::size_t i) { return blobs[i].raw_bytes; };
  for (const std::size_t i : order_of_blobs(blobs.size(), size_of)) {
    const std::uint64_t raw_bytes = blobs[i].raw_bytes;
    end = util::round_up(end, layout::alignment_of(true, raw_bytes)) + raw_bytes;
  }
  return end;
}

Result<std::uint64_t> write_pack(int fd, const Address& address, std::span<const NamedSource> blobs,
                                 const PackOptions& options) {
  LARDER_TRY(const std::vector<Item> items, prepare(blobs, options));
  FileOutput file(fd);
  if (raw_bytes_of(items) > kInMemoryBytes) {
    return write(file, address, items, options.compression);
  }
  ByteBuffer pack;
  BufferOutput buffer(pack);
  LARDER_TRY(const std::uint64_t size, write(buffer, address, items, options.compression));
  LARDER_CHECK(file.write_at(0, pack));
  return size;
}

Result<std::shared_ptr<const PackBytes>> make_pack(const Address& address,
                                                   std::span<const NamedSource> blobs,
                                                   const PackOptions& options) {
  LARDER_TRY(const std::vector<Item> items, prepare(blobs, options));
  if (raw_bytes_of(items) > kInMemoryBytes) {
    LARDER_TRY(util::UniqueFd fd, sys::open_unnamed());
    FileOutput file(fd.get());
    LARDER_TRY(const std::uint64_t size, write(file, address, items, options.compression));
    return pack_bytes_of(std::move(fd), size);
  }
  auto pack = std::make_shared<ByteBuffer>();
  BufferOutput buffer(*pack);
  LARDER_CHECK(write(buffer, address, items, options.compression));
  return pack_bytes_of(std::move(pack));
}

Result<ByteBuffer> build_pack(const Address& address, std::span<const NamedSource> blobs,
                              const PackOptions& options) {
  LARDER_TRY(const std::vector<Item> items, prepare(blobs, options));
  ByteBuffer pack;
  BufferOutput buffer(pack);
  LARDER_CHECK(write(buffer, address, items, options.compression));
  return pack;
}

}  // namespace larder::store
