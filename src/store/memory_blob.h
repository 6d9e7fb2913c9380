#pragma once

#include "store/blob_content.h"
#include "util/bytes.h"
#include <larder/blob.h>

#include <memory>
#include <utility>

namespace larder {

/// A blob of bytes in memory, which it keeps. Thread-safe.
class MemoryContent final : public BlobContent {
 public:
  explicit MemoryContent(std::shared_ptr<const util::ByteBuffer> bytes)
      : bytes_(std::move(bytes)) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_->size(); }
  [[nodiscard]] Result<void> read_into(const ByteSink& sink) const override {
    return bytes_->empty() ? Result<void>() : sink(*bytes_);
  }

 private:
  std::shared_ptr<const util::ByteBuffer> bytes_;
};

/// The handle to such a blob.
inline Blob memory_blob(std::shared_ptr<const util::ByteBuffer> bytes) {
  return Blob(std::make_unique<MemoryContent>(std::move(bytes)));
}

}  // namespace larder
