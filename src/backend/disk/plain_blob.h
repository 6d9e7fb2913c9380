#pragma once

#include "store/blob_content.h"
#include "util/hash.h"
#include "util/unique_fd.h"

#include <functional>

#include <cstdint>

namespace larder::disk {

/// A blob that is a whole file, verified against length and checksum while it is read. One thread
/// at a time.
class PlainBlob final : public BlobContent {
 public:
  /// What the file must hold.
  struct Expected {
    std::uint64_t bytes = 0;
    util::Checksum checksum = {};
  };

  /// `on_corrupt`, if set, runs when reading finds something else.
  PlainBlob(util::UniqueFd fd, const Expected& expected, std::function<void()> on_corrupt)
      : fd_(std::move(fd)), expected_(expected), on_corrupt_(std::move(on_corrupt)) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return expected_.bytes; }
  [[nodiscard]] Result<void> read_into(const ByteSink& sink) const override;

 private:
  [[nodiscard]] tl::unexpected<Error> corrupt() const;

  util::UniqueFd fd_;
  Expected expected_;
  std::function<void()> on_corrupt_;
};

}  // namespace larder::disk
