#include "store/blob_content.h"
#include "store/pack.h"
#include "store/pack_header.h"
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
#include <optional>
#include <utility>

#include <cstring>

namespace larder::store {
namespace {

using util::ByteSpan;
using util::Scratch;

/// A pack up to this length is read whole when it is opened; of a longer one, a first part that
/// holds the header and often the small blobs.
constexpr std::uint64_t kWholeBytes = std::uint64_t{64} << 10;
constexpr std::uint64_t kFirstPartBytes = std::uint64_t{16} << 10;
/// What is not compressed is read in pieces of this length.
constexpr std::size_t kRawPieceBytes = std::size_t{128} << 10;
/// From this length on, asking for the space of a blob costs less than it saves in writing it.
constexpr std::uint64_t kReserveFromBytes = std::uint64_t{512} << 10;

class FileBytes final : public PackBytes {
 public:
  FileBytes(util::UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] Result<void> read_at(std::uint64_t offset,
                                     std::span<std::byte> out) const override {
    return sys::read_exactly_at(fd_.get(), out, offset);
  }
  [[nodiscard]] int fd() const noexcept override { return fd_.get(); }

 private:
  util::UniqueFd fd_;
  std::uint64_t size_;
};

class MemoryBytes final : public PackBytes {
 public:
  explicit MemoryBytes(std::shared_ptr<const util::ByteBuffer> bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_->size(); }
  [[nodiscard]] Result<void> read_at(std::uint64_t offset,
                                     std::span<std::byte> out) const override {
    if (offset > bytes_->size() || out.size() > bytes_->size() - offset) {
      return fail(ErrorCode::corrupt, "pack: it ends too early");
    }
    if (!out.empty()) std::memcpy(out.data(), bytes_->data() + offset, out.size());
    return {};
  }
  [[nodiscard]] ByteSpan in_memory() const noexcept override { return *bytes_; }

 private:
  std::shared_ptr<const util::ByteBuffer> bytes_;  // shared with whoever made the pack
};

}  // namespace

struct Pack::Body {
  State state = State::sound;
  std::shared_ptr<const PackBytes> bytes;  // shared with the caller of open
  std::unique_ptr<std::byte[]> owned;      // what `head` refers to, unless `bytes` is in memory
  ByteSpan head;                           // the pack's first bytes
  std::vector<PackRecord> records;

  /// Reads the pack's first `length` bytes into `head`.
  Result<void> read_head(std::uint64_t length) {
    if (const ByteSpan all = bytes->in_memory(); !all.empty()) {
      head = all;
      return {};
    }
    Scratch scratch(length);
    LARDER_CHECK(bytes->read_at(0, scratch.span));
    head = scratch.span;
    owned = std::move(scratch.bytes);
    return {};
  }

  /// The record's stored bytes in place, or nullopt if they have to be read.
  [[nodiscard]] std::optional<ByteSpan> in_head(const PackRecord& record) const {
    if (record.offset + record.stored_bytes > head.size()) return std::nullopt;
    return head.subspan(record.offset, record.stored_bytes);
  }
};

namespace {

/// Copies in the kernel from `from` to the position of `to` as far as that goes; gives how far.
std::uint64_t copy_in_kernel(int from, std::uint64_t offset, std::uint64_t length, int to) {
  std::uint64_t done = 0;
  while (done < length) {
    auto at = static_cast<off64_t>(offset + done);
    const ssize_t copied = ::copy_file_range(from, &at, to, nullptr, length - done, 0);
    // No error matters here: file systems and kinds of file that cannot do it, and real failures,
    // all come up in the write that follows.
    if (copied <= 0) break;
    done += static_cast<std::uint64_t>(copied);
  }
  return done;
}

/// A sink for who reads only to verify.
Result<void> ignore(ByteSpan /*piece*/) { return {}; }

/// The content of one blob of a pack.
class RecordContent final : public BlobContent {
 public:
  RecordContent(std::shared_ptr<const Pack::Body> body, const PackRecord& record,
                std::function<void()> on_corrupt)
      : body_(std::move(body)), record_(record), on_corrupt_(std::move(on_corrupt)) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return record_.raw_bytes; }

  [[nodiscard]] Result<void> read_into(const ByteSink& sink) const override {
    if (record_.raw_bytes == 0) return check(util::xxh3_128({}));
    if (record_.raw_bytes <= layout::kPieceBytes) return read_one_piece(sink);
    return record_.codec == Codec::raw ? stream_raw(sink) : decode_pieces(sink);
  }

  [[nodiscard]] Result<void> write_to(int fd) const override {
    if (record_.raw_bytes >= kReserveFromBytes) sys::reserve(fd, record_.raw_bytes);
    const bool is_copyable = record_.codec == Codec::raw && body_->bytes->fd() >= 0 &&
                             record_.raw_bytes >= layout::kPageAlignedFrom;
    if (!is_copyable) return BlobContent::write_to(fd);
    LARDER_CHECK(stream_raw(ignore));
    const std::uint64_t copied =
        copy_in_kernel(body_->bytes->fd(), record_.offset, record_.raw_bytes, fd);
    return stream_stored(copied, [fd](ByteSpan piece) { return sys::write_all(fd, piece); });
  }

 private:
  /// Passes an error on; the first time, it tells that the blob is corrupt.
  [[nodiscard]] tl::unexpected<Error> found_corrupt(Error error) const {
    if (error.code() == ErrorCode::corrupt && on_corrupt_) std::exchange(on_corrupt_, {})();
    return fail(std::move(error).context("blob " + record_.name));
  }

  [[nodiscard]] Result<void> check(const util::Checksum& checksum) const {
    if (checksum == record_.checksum) return {};
    return found_corrupt(Error(ErrorCode::corrupt, "its bytes have another checksum"));
  }

  /// Reads stored bytes of the record, `offset` counting from its start.
  [[nodiscard]] Result<void> read_stored(std::uint64_t offset, std::span<std::byte> out) const {
    auto outcome = body_->bytes->read_at(record_.offset + offset, out);
    return outcome ? Result<void>() : found_corrupt(std::move(outcome).error());
  }

  [[nodiscard]] Result<void> read_one_piece(const ByteSink& sink) const {
    std::optional<Scratch> read;
    auto stored = body_->in_head(record_);
    if (!stored) {
      read.emplace(record_.stored_bytes);
      LARDER_CHECK(read_stored(0, read->span));
      stored = read->span;
    }
    if (record_.codec == Codec::raw) return give(*stored, sink);
    const Scratch raw(record_.raw_bytes);
    if (auto decoded = zstd_decode(*stored, raw.span); !decoded) {
      return found_corrupt(std::move(decoded).error());
    }
    return give(raw.span, sink);
  }

  [[nodiscard]] Result<void> give(ByteSpan raw, const ByteSink& sink) const {
    LARDER_CHECK(check(util::xxh3_128(raw)));
    return sink(raw);
  }

  /// Gives the stored bytes from `offset` on, in pieces.
  [[nodiscard]] Result<void> stream_stored(std::uint64_t offset, const ByteSink& sink) const {
    if (offset == record_.stored_bytes) return {};
    const Scratch buffer(std::min<std::uint64_t>(kRawPieceBytes, record_.stored_bytes - offset));
    while (offset < record_.stored_bytes) {
      const auto length =
          std::min<std::uint64_t>(buffer.span.size(), record_.stored_bytes - offset);
      LARDER_CHECK(read_stored(offset, buffer.span.first(length)));
      LARDER_CHECK(sink(buffer.span.first(length)));
      offset += length;
    }
    return {};
  }

  [[nodiscard]] Result<void> stream_raw(const ByteSink& sink) const {
    util::Xxh3 checksum;
    LARDER_CHECK(stream_stored(0, [&](ByteSpan piece) {
      checksum.update(piece);
      return sink(piece);
    }));
    return check(checksum.finish());
  }

  /// The lengths of the pieces' frames, which fill the record's stored bytes.
  [[nodiscard]] Result<std::vector<std::uint32_t>> read_frame_lengths() const {
    std::vector<std::uint32_t> lengths(layout::pieces_of(record_.raw_bytes));
    const auto table = std::as_writable_bytes(std::span(lengths));
    const auto impossible = [this] {
      return found_corrupt(Error(ErrorCode::corrupt, "its frames have impossible lengths"));
    };
    if (table.size() > record_.stored_bytes) return impossible();
    LARDER_CHECK(read_stored(0, table));
    std::uint64_t end = table.size();
    for (std::uint32_t& length : lengths) {
      length = util::load<std::uint32_t>(std::as_bytes(std::span(&length, 1)), 0);
      if (length > layout::kMaxFrameBytes) return impossible();
      end += length;
    }
    if (end != record_.stored_bytes) return impossible();
    return lengths;
  }

  /// A piece on its way: read, decoded, then hashed and given.
  struct Piece {
    Piece() : stored(layout::kMaxFrameBytes), buffer(layout::kPieceBytes) {}

    Scratch stored;
    Scratch buffer;
    std::span<std::byte> frame = {};
    std::span<std::byte> raw = {};
    Result<void> decoded = {};
  };

  [[nodiscard]] Result<void> decode_pieces(const ByteSink& sink) const {
    LARDER_TRY(const auto lengths, read_frame_lengths());
    util::Xxh3 checksum;
    std::array<Piece, util::PieceLine::kPlaces> places;
    const auto decode = [&places](std::size_t place) {
      places[place].decoded = zstd_decode(places[place].frame, places[place].raw);
    };
    const auto hash_and_give = [&](std::size_t place) -> Result<void> {
      if (!places[place].decoded) return found_corrupt(std::move(places[place].decoded).error());
      checksum.update(places[place].raw);
      return sink(places[place].raw);
    };
    util::PieceLine line(lengths.size(), decode, hash_and_give);
    std::uint64_t offset = lengths.size() * sizeof(std::uint32_t);
    std::uint64_t left = record_.raw_bytes;
    for (const std::uint32_t length : lengths) {
      LARDER_TRY(const std::size_t place, line.claim());
      Piece& piece = places[place];
      piece.frame = piece.stored.span.first(length);
      piece.raw = piece.buffer.span.first(std::min<std::uint64_t>(left, layout::kPieceBytes));
      LARDER_CHECK(read_stored(offset, piece.frame));
      line.submit();
      offset += length;
      left -= piece.raw.size();
    }
    LARDER_CHECK(line.finish());
    return check(checksum.finish());
  }

  std::shared_ptr<const Pack::Body> body_;  // shared with the Pack and its other blobs
  const PackRecord& record_;                // one of body_'s
  mutable std::function<void()> on_corrupt_;
};

Result<void> check_gap(const PackBytes& bytes, std::uint64_t begin, std::uint64_t end) {
  std::array<std::byte, layout::kPageAlignment> gap;
  const auto span = std::span(gap).first(end - begin);
  LARDER_CHECK(bytes.read_at(begin, span));
  const auto is_zero = [](std::byte byte) { return byte == std::byte{0}; };
  if (std::ranges::all_of(span, is_zero)) return {};
  return fail(ErrorCode::corrupt, "pack: a gap is not zero");
}

}  // namespace

std::shared_ptr<const PackBytes> pack_bytes_of(util::UniqueFd fd, std::uint64_t size) {
  return std::make_shared<FileBytes>(std::move(fd), size);
}

std::shared_ptr<const PackBytes> pack_bytes_of(std::shared_ptr<const util::ByteBuffer> bytes) {
  return std::make_shared<MemoryBytes>(std::move(bytes));
}

Result<void> copy_pack(const PackBytes& bytes, int fd) {
  if (const ByteSpan all = bytes.in_memory(); !all.empty()) return sys::write_all(fd, all);
  const std::uint64_t size = bytes.size();
  std::uint64_t done = bytes.fd() >= 0 ? copy_in_kernel(bytes.fd(), 0, size, fd) : 0;
  if (done == size) return {};
  const Scratch buffer(std::min<std::uint64_t>(kRawPieceBytes, size - done));
  while (done < size) {
    const auto piece = buffer.span.first(std::min<std::uint64_t>(buffer.span.size(), size - done));
    LARDER_CHECK(bytes.read_at(done, piece));
    LARDER_CHECK(sys::write_all(fd, piece));
    done += piece.size();
  }
  return {};
}

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
    LARDER_CHECK(RecordContent(body_, *record, {}).read_into(ignore));
    end = record->offset + record->stored_bytes;
  }
  return {};
}

}  // namespace larder::store
