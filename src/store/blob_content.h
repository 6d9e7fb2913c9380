#pragma once

#include "util/bytes.h"
#include "util/helper.h"
#include <larder/result.h>

#include <functional>

#include <cstdint>

namespace larder {

/// Takes the next piece of a blob; an Error stops the reading.
using ByteSink = std::function<Result<void>(util::ByteSpan)>;

/// Takes bytes of a blob, and where in it they begin; an Error stops the reading. May be called by
/// two threads at once.
using PlacedSink = std::function<Result<void>(std::uint64_t offset, util::ByteSpan)>;

/// What a Blob reads from: a record of a pack, a plain file, bytes in memory. Implementations pin
/// one generation of the entry and verify what they give. One thread at a time.
class BlobContent {
 public:
  virtual ~BlobContent() = default;

  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;

  /// Gives all the bytes in order, in pieces; succeeds only if they are the ones stored.
  [[nodiscard]] virtual Result<void> read_into(const ByteSink& sink) const = 0;

  /// Gives all the bytes in pieces, in no particular order, to the same end: faster where there are
  /// many. In order, as it stands here.
  [[nodiscard]] virtual Result<void> read_in_any_order(const PlacedSink& sink) const;

  /// Writes the bytes at the descriptor's position, by the cheapest way that verifies.
  [[nodiscard]] virtual Result<void> write_to(int fd) const;

  /// Has `helper`, which must outlive this, begin with what read_into() and write_to() will do, if
  /// they will take long. Nothing, as it stands here.
  virtual void read_ahead(util::Helper& helper) const;
};

}  // namespace larder
