#pragma once

#include "store/record_content.h"
#include "util/hash.h"
#include "util/piece_line.h"
#include "util/scratch.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::store {

/// Reads, decodes, hashes and gives a compressed blob, piece after piece. Used once.
class RecordContent::Decoding {
 public:
  /// `content`, whose pieces these are, must outlive it. With `helper`, pieces are decoded by it
  /// from the first on; without, by a second thread where there are many.
  Decoding(const RecordContent& content, StoredPieces pieces, util::Helper* helper = nullptr);

  /// Reads the first few and has the helper begin with them. Errors: corrupt, io.
  Result<void> begin();

  /// Gives all of them, and succeeds only if they are what was stored. Errors: corrupt, io, and
  /// those of the sink.
  Result<void> give_to(const ByteSink& sink);

 private:
  struct Piece {
    std::optional<util::Scratch> stored_buffer;
    std::optional<util::Scratch> raw_buffer;
    util::ByteSpan stored = {};
    std::span<std::byte> raw = {};
    Result<void> decoded = {};
  };

  util::PieceLine line(util::Helper* helper);
  Result<void> read_next();
  Result<util::ByteSpan> next_stored(Piece& piece) const;
  void decode(std::size_t place);
  Result<void> hash_and_give(std::size_t place);

  const RecordContent& content_;
  StoredPieces pieces_;
  std::size_t next_ = 0;  // the piece that is to be read next
  std::uint64_t offset_;  // of what is stored of it
  std::uint64_t left_;    // raw bytes from it on
  util::Xxh3 checksum_;
  const ByteSink* sink_ = nullptr;
  std::array<Piece, util::PieceLine::kPlaces> places_;
  util::PieceLine line_;  // last, since it uses all of the above
};

}  // namespace larder::store
