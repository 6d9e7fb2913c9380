#pragma once

#include "util/mutex.h"
#include "util/unique_fd.h"

#include <sys/eventfd.h>

#include <utility>
#include <vector>

#include <cstdint>

namespace larder::courier {

/// Hands values from any thread to one that sleeps in epoll. Thread-safe.
template <typename Letter>
class Mailbox {
 public:
  Mailbox() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  /// Readable when there may be letters; -1 if the system had no descriptor left.
  [[nodiscard]] int fd() const noexcept { return wake_.get(); }

  void put(Letter letter) LARDER_EXCLUDES(mutex_) {
    {
      const util::MutexLock lock(mutex_);
      letters_.push_back(std::move(letter));
    }
    const std::uint64_t one = 1;
    // Fails only where the figure is at its end already, and so readable.
    (void)!::write(wake_.get(), &one, sizeof one);
  }

  /// All that have come.
  [[nodiscard]] std::vector<Letter> take() LARDER_EXCLUDES(mutex_) {
    std::uint64_t count = 0;
    // Fails where it has been taken already.
    (void)!::read(wake_.get(), &count, sizeof count);
    const util::MutexLock lock(mutex_);
    return std::exchange(letters_, {});
  }

 private:
  util::UniqueFd wake_;
  util::Mutex mutex_;
  std::vector<Letter> letters_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::courier
