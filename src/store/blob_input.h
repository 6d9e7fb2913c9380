#pragma once

#include "store/blob_content.h"
#include "util/unique_fd.h"
#include <larder/blob.h>
#include <larder/result.h>

#include <functional>
#include <optional>
#include <span>

#include <cstdint>

namespace larder::store {

/// A BlobSource that has been opened: its length is known and its file is held. Refers to what the
/// source refers to. One thread at a time.
class BlobInput {
 public:
  /// One open for a file, one fstat for a file or descriptor.
  /// Errors: invalid_argument (no such file, not a regular file), denied, io.
  static Result<BlobInput> open(const BlobSource& source);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// The bytes in place, where the source is bytes in memory.
  [[nodiscard]] std::optional<util::ByteSpan> in_memory() const noexcept;

  /// Gives all the bytes in order, in pieces; may be called again. Errors: corrupt (a blob), io
  /// (the file no longer has the length it had when it was opened), the sink's.
  [[nodiscard]] Result<void> read_into(const ByteSink& sink) const;

  /// Where the next so many bytes go.
  using NextBuffer = std::function<Result<std::span<std::byte>>(std::size_t bytes)>;

  /// Gives all the bytes in order, in pieces of `piece_bytes` and one of what is left: asks for a
  /// place, and has filled it when it asks for the next, or returns. Errors: as read_into, and
  /// those of `next`.
  [[nodiscard]] Result<void> fill(std::size_t piece_bytes, const NextBuffer& next) const;

  /// Fills `out`, which has size() bytes. Errors: as read_into.
  [[nodiscard]] Result<void> read_all(std::span<std::byte> out) const;

 private:
  BlobInput(const BlobSource& source, std::uint64_t size, util::UniqueFd fd)
      : source_(&source), size_(size), file_(std::move(fd)) {}

  [[nodiscard]] int fd() const noexcept;
  [[nodiscard]] Result<void> read_file_into(const ByteSink& sink) const;
  [[nodiscard]] Result<void> fill_from_file(std::size_t piece_bytes, const NextBuffer& next) const;
  [[nodiscard]] Result<void> gather(std::size_t piece_bytes, const NextBuffer& next) const;

  const BlobSource* source_;
  std::uint64_t size_;
  util::UniqueFd file_;  // of a File source
};

}  // namespace larder::store
