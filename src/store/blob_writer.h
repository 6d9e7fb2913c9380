#pragma once

#include "store/blob_input.h"
#include "store/pack.h"
#include "store/pack_output.h"
#include "util/bytes.h"
#include <larder/open.h>
#include <larder/result.h>

#include <cstdint>

namespace larder::store {

/// Errors: invalid_argument (a level out of range).
Result<void> check(const Compression& compression);

/// Appends blobs to what is to be a pack, compressed as they are to be. One pack; one thread.
class BlobWriter {
 public:
  /// `begin`: where the first may lie. Refers to its arguments.
  BlobWriter(PackOutput& output, const Compression& compression, std::uint64_t begin)
      : output_(output), compression_(compression), end_(begin) {}

  /// Reads, hashes, compresses and writes a blob, and tells all but its name. Two threads work on
  /// one of 2 MiB and more that is compressed. Errors: those of the input and of the output.
  Result<void> append(const BlobInput& input, PackRecord& record);

  /// Writes a blob that has been prepared. `prepared`: what of it the pack shares.
  Result<void> append(const PackRecord& prepared, util::ByteSpan stored, PackRecord& record);

  /// Where the last one ends.
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }

 private:
  [[nodiscard]] bool is_to_be_compressed(std::uint64_t raw_bytes) const;
  [[nodiscard]] int level() const;
  void place(PackRecord& record, Codec codec, std::uint64_t stored_bytes);
  Result<void> append_one_piece(const BlobInput& input, PackRecord& record, bool compress);
  Result<void> append_compressed_pieces(const BlobInput& input, PackRecord& record);
  Result<void> append_raw_pieces(const BlobInput& input, PackRecord& record);

  PackOutput& output_;
  const Compression& compression_;
  std::uint64_t end_;
};

}  // namespace larder::store
