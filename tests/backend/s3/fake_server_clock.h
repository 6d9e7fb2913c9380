#pragma once

#include "sys/clock.h"
#include "sys/http/transport.h"
#include "util/mutex.h"

#include <map>
#include <string>

#include <chrono>

namespace larder::s3 {

/// Plays the clock of the service behind a transport: what the service calls last modified becomes
/// the time that `clock` had when the object was put or copied through here. All else is the
/// service's. Thread-safe.
class FakeServerClock final : public sys::http::Transport {
 public:
  /// Both must outlive it.
  FakeServerClock(sys::http::Transport& next, const sys::Clock& clock)
      : next_(next), clock_(clock) {}

  Result<sys::http::Response> send(const sys::http::Request& request) override;

 private:
  using Time = std::chrono::system_clock::time_point;

  void set_back(const std::string& key, sys::http::Response& response);
  void set_back_listing(sys::http::Response& response);

  sys::http::Transport& next_;
  const sys::Clock& clock_;
  util::Mutex mutex_;
  std::map<std::string, Time> times_ LARDER_GUARDED_BY(mutex_);  // by the object's key
};

}  // namespace larder::s3
