#pragma once

#include "store/backend.h"
#include "sys/clock.h"
#include <larder/result.h>

#include <memory>
#include <optional>
#include <string>

#include <chrono>
#include <cstdint>

namespace larder::compose {

struct BreakerOptions {
  unsigned max_failures = 3;  ///< In a row; a deadline that has passed is enough by itself.
  std::chrono::seconds retry_after{30};
  /// A reading call that has run so long counts as a passed deadline, for stores that have none.
  std::chrono::seconds stuck_after{10};
};

/// A store that is asked no more once it has turned out to be away or too slow. A store that is
/// away costs each call its deadline; behind a breaker it costs that once. Contracts are those of
/// the store behind it. Thread-safe.
///
///     closed --- max_failures `unavailable` in a row, a deadline, a stuck call ---> open
///     open   --- a probe that ends in anything but `unavailable` ----------------> closed
///
/// While it is open, every call fails with `unavailable` at once. Calls from before the last probe
/// open it no more.
class Breaker : public store::Backend {
 public:
  /// What it is open for, or nullopt while it is closed.
  [[nodiscard]] virtual std::optional<Error> open_because() const = 0;

  /// Calls that have failed with `unavailable`, those at once among them.
  [[nodiscard]] virtual std::uint64_t failures() const noexcept = 0;

  /// Whether it is open, and has been so or was last probed for `retry_after`.
  [[nodiscard]] virtual bool is_probe_due() const = 0;

  /// If it is open: makes one call, so that none of a user's has to wait for how that ends. Gives
  /// whether that has closed it. As long as the store takes.
  virtual bool probe() = 0;
};

/// A breaker before `store`; `name` is its name in errors. `clock` must outlive it.
std::unique_ptr<Breaker> make_breaker(std::string name, std::shared_ptr<store::Backend> store,
                                      const BreakerOptions& options = {},
                                      const sys::Clock& clock = sys::system_clock());

}  // namespace larder::compose
