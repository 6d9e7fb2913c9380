#pragma once

#include "store/blob_content.h"
#include "store/pack.h"
#include "util/bytes.h"
#include "util/hash.h"
#include "util/helper.h"
#include <larder/result.h>

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::store {

/// The content of one blob of a pack.
class RecordContent final : public BlobContent {
 public:
  /// `record`: one of `body`'s. `on_corrupt`: see Pack::blob().
  RecordContent(std::shared_ptr<const Pack::Body> body, const PackRecord& record,
                std::function<void()> on_corrupt);
  ~RecordContent() override;

  [[nodiscard]] std::uint64_t size() const noexcept override { return record_.raw_bytes; }
  [[nodiscard]] Result<void> read_into(const ByteSink& sink) const override;
  [[nodiscard]] Result<void> write_to(int fd) const override;
  void read_ahead(util::Helper& helper) const override;

 private:
  class Decoding;

  /// The pieces of a compressed record as they are stored, and where the first begins in it.
  struct StoredPieces {
    std::uint64_t offset = 0;
    std::vector<std::uint32_t> lengths;
  };

  [[nodiscard]] tl::unexpected<Error> found_corrupt(Error error) const;
  [[nodiscard]] Result<void> check(const util::Checksum& checksum) const;
  [[nodiscard]] Result<void> read_stored(std::uint64_t offset, std::span<std::byte> out) const;

  [[nodiscard]] Result<void> read_one_piece(const ByteSink& sink) const;
  [[nodiscard]] Result<void> give(util::ByteSpan raw, const ByteSink& sink) const;
  [[nodiscard]] Result<void> stream_stored(std::uint64_t offset, const ByteSink& sink) const;
  [[nodiscard]] Result<void> stream_raw(const ByteSink& sink) const;
  [[nodiscard]] Result<StoredPieces> pieces() const;

  std::shared_ptr<const Pack::Body> body_;  // shared with the Pack and its other blobs
  const PackRecord& record_;
  mutable std::function<void()> on_corrupt_;
  mutable std::unique_ptr<Decoding> ahead_;  // what read_ahead() has begun
};

}  // namespace larder::store
