#include "store/blob_input.h"
#include "store/pack.h"
#include "store/pack_layout.h"
#include "store/zstd_codec.h"
#include "sys/file.h"
#include "util/assert.h"
#include "util/piece_line.h"
#include "util/scratch.h"
#include "util/try.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include <cerrno>
#include <cstring>

namespace larder::store {
namespace {

using util::ByteBuffer;
using util::ByteSpan;
using util::Scratch;

/// Packs of blobs up to this length in all are put together in memory.
constexpr std::uint64_t kInMemoryBytes = std::uint64_t{1} << 20;
/// Compression = automatic leaves shorter blobs alone: an entry occupies whole 4 KiB anyway.
constexpr std::uint64_t kCompressFrom = 4096;

/// Where a pack goes. What is skipped reads as zero.
class PackOutput {
 public:
  virtual ~PackOutput() = default;
  virtual Result<void> write_at(std::uint64_t offset, ByteSpan bytes) = 0;
  /// Drops what was written at and after `offset`.
  virtual Result<void> truncate(std::uint64_t offset) = 0;
};

class FileOutput final : public PackOutput {
 public:
  explicit FileOutput(int fd) : fd_(fd) {}

  Result<void> write_at(std::uint64_t offset, ByteSpan bytes) override {
    return sys::write_all_at(fd_, bytes, offset);
  }
  Result<void> truncate(std::uint64_t offset) override {
    if (::ftruncate(fd_, static_cast<off_t>(offset)) == 0) return {};
    return fail(Error::from_errno(errno, "truncate a pack"));
  }

 private:
  int fd_;
};

class BufferOutput final : public PackOutput {
 public:
  explicit BufferOutput(ByteBuffer& buffer) : buffer_(buffer) {}

  Result<void> write_at(std::uint64_t offset, ByteSpan bytes) override {
    if (buffer_.size() < offset + bytes.size()) buffer_.resize(offset + bytes.size());
    if (!bytes.empty()) std::memcpy(buffer_.data() + offset, bytes.data(), bytes.size());
    return {};
  }
  Result<void> truncate(std::uint64_t offset) override {
    if (buffer_.size() > offset) buffer_.resize(offset);
    return {};
  }

 private:
  ByteBuffer& buffer_;
};

/// A blob on its way into a pack.
struct Item {
  std::string_view name;
  BlobInput input;
};

/// The items sorted by name, checked and opened.
Result<std::vector<Item>> open_items(std::span<const NamedSource> blobs,
                                     std::uint64_t max_blob_bytes) {
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
    if (input->size() > max_blob_bytes) {
      return fail(ErrorCode::invalid_argument,
                  "blob " + name + " has " + std::to_string(input->size()) +
                      " bytes; the store takes up to " + std::to_string(max_blob_bytes));
    }
    items.push_back({name, *std::move(input)});
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

/// Puts one pack together. One thread, one pack.
class PackWriter {
 public:
  PackWriter(PackOutput& output, const Compression& compression)
      : output_(output), compression_(compression) {}

  /// Gives the pack's length.
  Result<std::uint64_t> write(const Address& address, const std::vector<Item>& items) {
    end_ = header_bytes_of(std::span(items));
    std::vector<PackRecord> records(items.size());
    const auto size_of = [&](std::size_t i) { return items[i].input.size(); };
    for (const std::size_t i : order_of_blobs(items.size(), size_of)) {
      records[i].name = items[i].name;
      records[i].raw_bytes = items[i].input.size();
      LARDER_CHECK(append_blob(items[i].input, records[i]));
    }
    LARDER_CHECK(output_.write_at(0, encode_header(address, records, end_)));
    return end_;
  }

 private:
  [[nodiscard]] bool is_to_be_compressed(std::uint64_t raw_bytes) const {
    if (compression_.mode == Compression::Mode::none) return false;
    return compression_.mode == Compression::Mode::zstd || raw_bytes >= kCompressFrom;
  }

  [[nodiscard]] int level() const {
    return compression_.mode == Compression::Mode::zstd ? compression_.level : 1;
  }

  Result<void> append_blob(const BlobInput& input, PackRecord& record) {
    const bool compress = is_to_be_compressed(record.raw_bytes);
    if (record.raw_bytes <= layout::kPieceBytes) return append_one_piece(input, record, compress);
    if (compress) {
      LARDER_CHECK(append_compressed_pieces(input, record));
      if (record.stored_bytes < record.raw_bytes) return {};
      LARDER_CHECK(output_.truncate(end_));
    }
    return append_raw_stream(input, record);
  }

  /// Sets where the record's blob starts and where the pack then ends.
  void place(PackRecord& record, Codec codec, std::uint64_t stored_bytes) {
    record.codec = codec;
    record.stored_bytes = stored_bytes;
    record.offset = util::round_up(end_, layout::alignment_of(codec == Codec::raw, stored_bytes));
    end_ = record.offset + stored_bytes;
  }

  Result<void> append_one_piece(const BlobInput& input, PackRecord& record, bool compress) {
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
      const Scratch frame(raw.size() - 1);
      LARDER_TRY(const auto length, zstd_encode(level(), raw, frame.span));
      if (length) {
        place(record, Codec::zstd, *length);
        return output_.write_at(record.offset, frame.span.first(*length));
      }
    }
    place(record, Codec::raw, raw.size());
    return output_.write_at(record.offset, raw);
  }

  /// A piece on its way: read, compressed, then hashed and written.
  struct Piece {
    Piece() : raw_buffer(layout::kPieceBytes), frame_buffer(layout::kMaxFrameBytes) {}

    Scratch raw_buffer;
    Scratch frame_buffer;
    std::span<std::byte> raw = {};
    Result<std::optional<std::size_t>> frame_bytes = std::optional<std::size_t>();
  };

  /// Leaves end_ alone where the outcome is no smaller than the input.
  Result<void> append_compressed_pieces(const BlobInput& input, PackRecord& record) {
    const std::size_t pieces = layout::pieces_of(record.raw_bytes);
    const std::uint64_t offset = util::round_up(end_, layout::kAlignment);
    ByteBuffer lengths;
    std::uint64_t stored_bytes = pieces * sizeof(std::uint32_t);
    util::Xxh3 checksum;
    std::array<Piece, util::PieceLine::kPlaces> places;

    const auto compress = [&places, level = level()](std::size_t place) {
      Piece& piece = places[place];
      piece.frame_bytes = zstd_encode(level, piece.raw, piece.frame_buffer.span);
    };
    const auto write = [&](std::size_t place) -> Result<void> {
      const Piece& piece = places[place];
      LARDER_TRY(const auto frame_bytes, piece.frame_bytes);
      LARDER_ASSERT(frame_bytes.has_value());  // a frame is never longer than that
      checksum.update(piece.raw);
      LARDER_CHECK(
          output_.write_at(offset + stored_bytes, piece.frame_buffer.span.first(*frame_bytes)));
      stored_bytes += *frame_bytes;
      util::append(lengths, static_cast<std::uint32_t>(*frame_bytes));
      return {};
    };
    util::PieceLine line(pieces, compress, write);
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
    record.checksum = checksum.finish();
    record.stored_bytes = stored_bytes;
    if (stored_bytes < record.raw_bytes) place(record, Codec::zstd, stored_bytes);
    return {};
  }

  Result<void> append_raw_stream(const BlobInput& input, PackRecord& record) {
    place(record, Codec::raw, record.raw_bytes);
    util::Xxh3 checksum;
    std::uint64_t offset = record.offset;
    LARDER_CHECK(input.read_into([&](ByteSpan piece) -> Result<void> {
      checksum.update(piece);
      LARDER_CHECK(output_.write_at(offset, piece));
      offset += piece.size();
      return {};
    }));
    record.checksum = checksum.finish();
    return {};
  }

  PackOutput& output_;
  const Compression& compression_;
  std::uint64_t end_ = 0;  // of what has been placed
};

/// Checks the options and opens the blobs.
Result<std::vector<Item>> prepare(std::span<const NamedSource> blobs, const PackOptions& options) {
  const Compression& compression = options.compression;
  const bool is_in_range = compression.level >= 1 && compression.level <= 19;
  if (compression.mode == Compression::Mode::zstd && !is_in_range) {
    return fail(
        ErrorCode::invalid_argument,
        "compression zstd:" + std::to_string(compression.level) + ": the level must be 1 to 19");
  }
  return open_items(blobs, options.max_blob_bytes);
}

std::uint64_t raw_bytes_of(const std::vector<Item>& items) {
  std::uint64_t bytes = 0;
  for (const Item& item : items) bytes += item.input.size();
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
    return PackWriter(file, options.compression).write(address, items);
  }
  ByteBuffer pack;
  BufferOutput buffer(pack);
  LARDER_TRY(const std::uint64_t size,
             PackWriter(buffer, options.compression).write(address, items));
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
    LARDER_TRY(const std::uint64_t size,
               PackWriter(file, options.compression).write(address, items));
    return pack_bytes_of(std::move(fd), size);
  }
  auto pack = std::make_shared<ByteBuffer>();
  BufferOutput buffer(*pack);
  LARDER_CHECK(PackWriter(buffer, options.compression).write(address, items));
  return pack_bytes_of(std::move(pack));
}

Result<ByteBuffer> build_pack(const Address& address, std::span<const NamedSource> blobs,
                              const PackOptions& options) {
  LARDER_TRY(const std::vector<Item> items, prepare(blobs, options));
  ByteBuffer pack;
  BufferOutput buffer(pack);
  LARDER_CHECK(PackWriter(buffer, options.compression).write(address, items));
  return pack;
}

}  // namespace larder::store
