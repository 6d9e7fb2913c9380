#pragma once

#include "util/mutex.h"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include <cstddef>

namespace larder::util {

/// Makes calls for one key that come at the same time into one. Thread-safe.
template <typename Outcome>
class SingleFlight {
 public:
  /// Runs `call`, which must not throw nor come here for the same key, and gives what it gives;
  /// but while another thread's call for `key` is running, waits for that one's outcome instead.
  template <typename Call>
  Outcome run(const std::string& key, Call&& call) LARDER_EXCLUDES(mutex_) {
    const auto flight = std::make_shared<Flight>();
    if (const auto running = join_or_begin(key, flight)) return wait_for(*running);
    Outcome outcome = call();
    end(key, *flight, outcome);
    return outcome;
  }

  /// How many threads wait for the outcome of another's call.
  [[nodiscard]] std::size_t waiting() LARDER_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return waiting_;
  }

 private:
  /// Guarded by mutex_.
  struct Flight {
    std::optional<Outcome> outcome;  // once it has ended
    ConditionVariable ended;
  };

  /// The flight that is under way for the key; or nullptr, and `flight` is now the one.
  std::shared_ptr<Flight> join_or_begin(const std::string& key,
                                        const std::shared_ptr<Flight>& flight)
      LARDER_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    const auto [at, is_new] = flights_.try_emplace(key, flight);
    return is_new ? nullptr : at->second;
  }

  Outcome wait_for(Flight& flight) LARDER_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    ++waiting_;
    while (!flight.outcome) flight.ended.wait(mutex_);
    --waiting_;
    return *flight.outcome;
  }

  void end(const std::string& key, Flight& flight, const Outcome& outcome) LARDER_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    flight.outcome = outcome;
    flights_.erase(key);
    flight.ended.notify_all();
  }

  Mutex mutex_;
  std::size_t waiting_ LARDER_GUARDED_BY(mutex_) = 0;
  // Shared with those who wait, who may still be reading when it has ended.
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::util
