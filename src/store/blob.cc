#include "store/blob_content.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"
#include <larder/blob.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>

#include <cerrno>

namespace larder {
namespace {

/// A new file beside the one that it shall replace; unlinked unless committed.
class Replacement {
 public:
  static Result<Replacement> create_beside(const std::string& path) {
    static std::atomic<unsigned> serial = 0;
    const std::string stem = sys::parent_path(path) + "/.larder-" + std::to_string(::getpid());
    while (true) {
      std::string name = stem + '-' + std::to_string(++serial);
      auto fd = sys::open_at(AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL);
      if (fd) return Replacement(std::move(name), *std::move(fd));
      // Left by a process of the same number, here or on another host: take the next name.
      if (fd.error().os_error() != EEXIST) return fail(std::move(fd).error());
    }
  }

  Replacement(Replacement&& other) noexcept
      : name_(std::exchange(other.name_, {})), fd_(std::move(other.fd_)) {}
  Replacement& operator=(Replacement&&) = delete;
  ~Replacement() {
    // Nothing can be done about a temporary that cannot be unlinked.
    if (!name_.empty()) (void)sys::unlink_at(AT_FDCWD, name_);
  }

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  Result<void> commit(const std::string& path) {
    LARDER_CHECK(sys::rename_at(AT_FDCWD, name_, AT_FDCWD, path));
    name_.clear();
    return {};
  }

 private:
  Replacement(std::string name, util::UniqueFd fd) : name_(std::move(name)), fd_(std::move(fd)) {}

  std::string name_;  // empty once there is nothing to unlink
  util::UniqueFd fd_;
};

}  // namespace

Result<void> BlobContent::write_to(int fd) const {
  return read_into([fd](util::ByteSpan piece) { return sys::write_all(fd, piece); });
}

Blob::Blob(std::unique_ptr<const BlobContent> content) : content_(std::move(content)) {}
Blob::Blob(Blob&&) noexcept = default;
Blob& Blob::operator=(Blob&&) noexcept = default;
Blob::~Blob() = default;

std::uint64_t Blob::size() const noexcept { return content_->size(); }

Result<std::vector<std::byte>> Blob::read() const {
  std::vector<std::byte> bytes;
  bytes.reserve(size());
  LARDER_CHECK(content_->read_into([&bytes](util::ByteSpan piece) -> Result<void> {
    util::append(bytes, piece);
    return {};
  }));
  return bytes;
}

Result<void> Blob::write_to(int fd) const { return content_->write_to(fd); }

Result<void> Blob::write_to(const std::string& path) const {
  LARDER_TRY(Replacement file, Replacement::create_beside(path));
  LARDER_CHECK(write_to(file.fd()));
  return file.commit(path);
}

const Blob* Entry::find(std::string_view name) const noexcept {
  const auto found = std::ranges::lower_bound(
      blobs, name, {}, [](const Item& item) { return std::string_view(item.name.text()); });
  return found != blobs.end() && found->name.text() == name ? &found->blob : nullptr;
}

}  // namespace larder
