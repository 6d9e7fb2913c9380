#include "store/blob_content.h"
#include "sys/file.h"
#include "sys/new_file.h"
#include "util/assert.h"
#include "util/bytes.h"
#include "util/mutex.h"
#include "util/try.h"
#include <larder/blob.h>

#include <algorithm>
#include <utility>

namespace larder {

Result<void> BlobContent::write_to(int fd) const {
  return read_into([fd](util::ByteSpan piece) { return sys::write_all(fd, piece); });
}

Result<void> BlobContent::read_in_any_order(const PlacedSink& sink) const {
  std::uint64_t offset = 0;
  return read_into([&](util::ByteSpan piece) -> Result<void> {
    LARDER_CHECK(sink(offset, piece));
    offset += piece.size();
    return {};
  });
}

void BlobContent::read_ahead(util::Helper& /*helper*/) const {}

Blob::Blob(std::unique_ptr<const BlobContent> content) : content_(std::move(content)) {}
Blob::Blob(Blob&&) noexcept = default;
Blob& Blob::operator=(Blob&&) noexcept = default;
Blob::~Blob() = default;

std::uint64_t Blob::size() const noexcept { return content_->size(); }

Result<std::vector<std::byte>> Blob::read() const {
  std::vector<std::byte> bytes;
  util::Mutex sizing;  // with the first piece, since a corrupt blob may claim any size
  LARDER_CHECK(
      content_->read_in_any_order([&](std::uint64_t offset, util::ByteSpan piece) -> Result<void> {
        {
          const util::MutexLock lock(sizing);
          if (bytes.empty()) bytes.resize(size());
        }
        LARDER_ASSERT(offset + piece.size() <= bytes.size());
        std::ranges::copy(piece, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
        return {};
      }));
  return bytes;
}

Result<void> Blob::write_to(int fd) const { return content_->write_to(fd); }

Result<void> Blob::write_to(const std::string& path) const {
  LARDER_TRY(sys::NewFile file, sys::NewFile::create_beside(path));
  LARDER_CHECK(write_to(file.fd()));
  return file.commit(path);
}

const Blob* Entry::find(std::string_view name) const noexcept {
  const auto found = std::ranges::lower_bound(
      blobs, name, {}, [](const Item& item) { return std::string_view(item.name.text()); });
  return found != blobs.end() && found->name.text() == name ? &found->blob : nullptr;
}

}  // namespace larder
