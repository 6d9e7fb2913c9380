#pragma once

#include "store/blob_content.h"
#include "store/pack.h"
#include "util/bytes.h"
#include "util/hash.h"
#include "util/helper.h"
#include <larder/result.h>

#include <functional>
#include <memory>
#include <utility>
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
  [[nodiscard]] Result<void> read_in_any_order(const PlacedSink& sink) const override;
  [[nodiscard]] Result<void> write_to(int fd) const override;
  void read_ahead(util::Helper& helper) const override;

  /// Reads all the bytes and succeeds only if they are the ones stored. Errors: corrupt, io.
  [[nodiscard]] Result<void> verify() const;

 private:
  class Reading;

  /// Where the record's pieces begin in its stored bytes, and where the last one ends.
  class Pieces {
   public:
    explicit Pieces(std::vector<std::uint64_t> bounds) : bounds_(std::move(bounds)) {}

    [[nodiscard]] std::size_t count() const noexcept { return bounds_.size() - 1; }
    [[nodiscard]] std::uint64_t begin_of(std::size_t piece) const { return bounds_[piece]; }
    [[nodiscard]] std::size_t stored_bytes(std::size_t piece) const {
      return bounds_[piece + 1] - bounds_[piece];
    }

   private:
    std::vector<std::uint64_t> bounds_;
  };

  [[nodiscard]] tl::unexpected<Error> found_corrupt(Error error) const;
  [[nodiscard]] Result<void> check(const util::Checksum& checksum) const;

  [[nodiscard]] Result<void> read_one_piece(const ByteSink& sink) const;
  [[nodiscard]] Result<void> give(util::ByteSpan raw, const ByteSink& sink) const;
  [[nodiscard]] Result<Pieces> pieces() const;

  std::shared_ptr<const Pack::Body> body_;  // shared with the Pack and its other blobs
  const PackRecord& record_;
  mutable std::function<void()> on_corrupt_;
  mutable std::unique_ptr<Reading> ahead_;  // what read_ahead() has begun
};

}  // namespace larder::store
