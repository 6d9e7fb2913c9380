#pragma once

#include "util/bytes.h"
#include <larder/result.h>

#include <cstdint>

namespace larder::store {

/// Where a pack goes. What is skipped reads as zero. One thread at a time.
class PackOutput {
 public:
  virtual ~PackOutput() = default;
  virtual Result<void> write_at(std::uint64_t offset, util::ByteSpan bytes) = 0;
  /// Drops what was written at and after `offset`.
  virtual Result<void> truncate(std::uint64_t offset) = 0;
};

/// An empty file, by one call for each write.
class FileOutput final : public PackOutput {
 public:
  explicit FileOutput(int fd) : fd_(fd) {}

  Result<void> write_at(std::uint64_t offset, util::ByteSpan bytes) override;
  Result<void> truncate(std::uint64_t offset) override;

 private:
  int fd_;
};

/// An empty buffer.
class BufferOutput final : public PackOutput {
 public:
  explicit BufferOutput(util::ByteBuffer& buffer) : buffer_(buffer) {}

  Result<void> write_at(std::uint64_t offset, util::ByteSpan bytes) override;
  Result<void> truncate(std::uint64_t offset) override;

 private:
  util::ByteBuffer& buffer_;
};

}  // namespace larder::store
