#include "store/pack.h"
#include "sys/file.h"
#include "util/scratch.h"
#include "util/try.h"

#include <algorithm>
#include <utility>

#include <cstring>

namespace larder::store {
namespace {

using util::ByteSpan;
using util::Scratch;

/// What is copied goes through memory in pieces of this length where the kernel does not do it.
constexpr std::size_t kCopyBytes = std::size_t{128} << 10;

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

std::shared_ptr<const PackBytes> pack_bytes_of(util::UniqueFd fd, std::uint64_t size) {
  return std::make_shared<FileBytes>(std::move(fd), size);
}

std::shared_ptr<const PackBytes> pack_bytes_of(std::shared_ptr<const util::ByteBuffer> bytes) {
  return std::make_shared<MemoryBytes>(std::move(bytes));
}

Result<void> copy_pack(const PackBytes& bytes, int fd) {
  if (const ByteSpan all = bytes.in_memory(); !all.empty()) return sys::write_all(fd, all);
  const std::uint64_t size = bytes.size();
  std::uint64_t done = bytes.fd() >= 0 ? sys::copy_in_kernel(bytes.fd(), 0, size, fd) : 0;
  if (done == size) return {};
  const Scratch buffer(std::min<std::uint64_t>(kCopyBytes, size - done));
  while (done < size) {
    const auto piece = buffer.span.first(std::min<std::uint64_t>(buffer.span.size(), size - done));
    LARDER_CHECK(bytes.read_at(done, piece));
    LARDER_CHECK(sys::write_all(fd, piece));
    done += piece.size();
  }
  return {};
}

}  // namespace larder::store
