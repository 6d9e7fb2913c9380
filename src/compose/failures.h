#pragma once

#include <larder/result.h>

#include <optional>
#include <utility>

#include <cstddef>

namespace larder::compose {

/// The errors of tiers that were asked one after the other. A value.
class Failures {
 public:
  void add(Error error) {
    ++count_;
    if (!corrupt_ && error.code() == ErrorCode::corrupt) corrupt_ = error;
    if (!first_) first_ = std::move(error);
  }

  [[nodiscard]] const std::optional<Error>& first() const noexcept { return first_; }

  /// What to say when `asked` tiers have given nothing: that what there is is corrupt, else that
  /// all of them failed; nullopt if it just is not there.
  [[nodiscard]] std::optional<Error> verdict(std::size_t asked) const {
    if (corrupt_) return corrupt_;
    return count_ == asked ? first_ : std::nullopt;
  }

 private:
  std::size_t count_ = 0;
  std::optional<Error> first_;
  std::optional<Error> corrupt_;
};

}  // namespace larder::compose
