#include "store/blob_input.h"

#include "store/prepared_blob.h"
#include "sys/file.h"
#include "util/assert.h"
#include "util/try.h"

#include <algorithm>
#include <array>

#include <cstring>

namespace larder::store {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

Result<util::UniqueFd> open_file(const std::string& path) {
  // O_NONBLOCK: a FIFO is refused below and must not make the open wait for a writer.
  LARDER_TRY(auto fd, sys::open_existing_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK));
  if (!fd) return fail(ErrorCode::invalid_argument, "read " + path + ": no such file", ENOENT);
  return *std::move(fd);
}

Result<std::uint64_t> length_of_regular_file(int fd) {
  LARDER_TRY(const struct stat status, sys::stat_fd(fd));
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::invalid_argument, "a blob's source must be a regular file");
  }
  return static_cast<std::uint64_t>(status.st_size);
}

tl::unexpected<Error> changed() {
  return fail(ErrorCode::io, "a blob's source changed its length while it was read");
}

/// Copies bytes that come in any lengths into one buffer after another.
class Gatherer {
 public:
  Gatherer(std::uint64_t bytes, std::size_t piece_bytes, const BlobInput::NextBuffer& next)
      : left_(bytes), piece_bytes_(piece_bytes), next_(next) {}

  Result<void> add(util::ByteSpan bytes) {
    if (bytes.size() > left_) return changed();
    while (!bytes.empty()) {
      if (out_.empty()) {
        LARDER_TRY(out_, next_(std::min<std::uint64_t>(piece_bytes_, left_)));
      }
      const std::size_t taken = std::min(bytes.size(), out_.size());
      std::memcpy(out_.data(), bytes.data(), taken);
      bytes = bytes.subspan(taken);
      out_ = out_.subspan(taken);
      left_ -= taken;
    }
    return {};
  }
  [[nodiscard]] bool has_all() const { return left_ == 0; }

 private:
  std::uint64_t left_;
  std::size_t piece_bytes_;
  const BlobInput::NextBuffer& next_;
  std::span<std::byte> out_;  // what is still to be filled of the last buffer
};

}  // namespace

Result<BlobInput> BlobInput::open(const BlobSource& source) {
  const auto& variant = source.variant();
  if (const auto* bytes = std::get_if<BlobSource::Bytes>(&variant)) {
    return BlobInput(source, bytes->size(), {});
  }
  if (const auto* blob = std::get_if<const Blob*>(&variant)) {
    return BlobInput(source, (*blob)->size(), {});
  }
  if (const auto* prepared = std::get_if<const PreparedBlob*>(&variant)) {
    return open((*prepared)->source);
  }
  if (const auto* descriptor = std::get_if<BlobSource::Descriptor>(&variant)) {
    LARDER_TRY(const std::uint64_t size, length_of_regular_file(descriptor->fd));
    return BlobInput(source, size, {});
  }
  const auto& path = std::get<BlobSource::File>(variant).path;
  LARDER_TRY(util::UniqueFd fd, open_file(path));
  auto size = length_of_regular_file(fd.get());
  if (!size) return fail(std::move(size).error().context("read " + path));
  return BlobInput(source, *size, std::move(fd));
}

std::optional<util::ByteSpan> BlobInput::in_memory() const noexcept {
  const auto* bytes = std::get_if<BlobSource::Bytes>(&source_->variant());
  return bytes != nullptr ? std::optional(*bytes) : std::nullopt;
}

int BlobInput::fd() const noexcept {
  if (file_) return file_.get();
  const auto* descriptor = std::get_if<BlobSource::Descriptor>(&source_->variant());
  return descriptor != nullptr ? descriptor->fd : -1;
}

Result<void> BlobInput::read_into(const ByteSink& sink) const {
  if (const auto bytes = in_memory()) return bytes->empty() ? Result<void>() : sink(*bytes);
  if (fd() >= 0) return read_file_into(sink);
  return std::get<const Blob*>(source_->variant())->content().read_into(sink);
}

Result<void> BlobInput::read_file_into(const ByteSink& sink) const {
  // One byte more than is expected, so that growth shows.
  const auto buffer_bytes = std::min<std::uint64_t>(size_ + 1, kPieceBytes);
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes);
  std::uint64_t offset = 0;
  while (true) {
    LARDER_TRY(const std::size_t got,
               sys::read_at(fd(), std::span(buffer.get(), buffer_bytes), offset));
    offset += got;
    if (offset > size_ || (got < buffer_bytes && offset != size_)) return changed();
    if (got > 0) LARDER_CHECK(sink(std::span(buffer.get(), got)));
    if (got < buffer_bytes) return {};
  }
}

Result<void> BlobInput::fill(std::size_t piece_bytes, const NextBuffer& next) const {
  return fd() >= 0 ? fill_from_file(piece_bytes, next) : gather(piece_bytes, next);
}

/// Reads straight into the buffers, for the file's bytes are touched once so.
Result<void> BlobInput::fill_from_file(std::size_t piece_bytes, const NextBuffer& next) const {
  for (std::uint64_t offset = 0; offset < size_;) {
    LARDER_TRY(const auto out, next(std::min<std::uint64_t>(piece_bytes, size_ - offset)));
    LARDER_TRY(const std::size_t got, sys::read_at(fd(), out, offset));
    if (got < out.size()) return changed();
    offset += got;
  }
  std::array<std::byte, 1> beyond;
  LARDER_TRY(const std::size_t more, sys::read_at(fd(), beyond, size_));
  return more == 0 ? Result<void>() : changed();
}

Result<void> BlobInput::gather(std::size_t piece_bytes, const NextBuffer& next) const {
  Gatherer gatherer(size_, piece_bytes, next);
  LARDER_CHECK(read_into([&gatherer](util::ByteSpan bytes) { return gatherer.add(bytes); }));
  return gatherer.has_all() ? Result<void>() : changed();
}

Result<void> BlobInput::read_all(std::span<std::byte> out) const {
  LARDER_ASSERT(out.size() == size_);
  return fill(out.size(), [out](std::size_t) { return Result<std::span<std::byte>>(out); });
}

}  // namespace larder::store
