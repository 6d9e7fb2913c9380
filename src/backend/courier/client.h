#pragma once

#include "backend/courier/connection.h"
#include "backend/courier/shared_state.h"
#include "store/address.h"
#include "sys/clock.h"
#include "util/mutex.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <chrono>
#include <cstdint>

namespace larder::courier {

/// How long a client waits. Of a request's time, connecting and starting are a part.
struct ClientDeadlines {
  std::chrono::milliseconds ack{50};
  std::chrono::milliseconds answer{2500};
};

/// A pack that the courier has handed over.
struct FetchedPack {
  util::UniqueFd file;
  std::uint64_t bytes = 0;
};

/// Speaks with the courier of this user and configuration, which is started when it is first
/// needed. One that does not answer in time is asked no more by this process, and for a while by no
/// other: see SharedState. Thread-safe.
class Client {
 public:
  /// `locate` is called once, at the first request. `clock` must outlive the client.
  explicit Client(std::function<Result<Endpoint>()> locate, ClientDeadlines deadlines = {},
                  const sys::Clock& clock = sys::system_clock());
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  /// The pack of the entry, unverified, or nullopt if there is none. Errors: unavailable; what the
  /// courier's tiers failed with.
  Result<std::optional<FetchedPack>> fetch(const store::Address& address, Reach reach);

  /// Tells of a new file in the spool. Errors: unavailable; it is uploaded all the same, sometime.
  Result<void> announce(const std::string& file, const store::Address& address);

  /// Where the courier is. Errors: `locate`'s, each time.
  Result<const Endpoint*> endpoint();

 private:
  /// What is known once the courier has been located.
  struct Site {
    Endpoint endpoint;
    SharedState state;
  };

  Result<Site> locate_site() const;
  Result<Received> ask(const Message& request);
  Result<Received> ask_anew(Site& site, const Message& request, SteadyTime begin);
  void judge(Site& site, SharedState::Leave leave, const Result<Received>& answer);
  [[nodiscard]] std::optional<Connection> take_idle() LARDER_EXCLUDES(mutex_);
  void keep_idle(Connection connection) LARDER_EXCLUDES(mutex_);

  std::function<Result<Endpoint>()> locate_;
  ClientDeadlines deadlines_;
  const sys::Clock* clock_;
  std::once_flag located_;
  std::optional<Result<Site>> site_;  // set once, by call_once
  util::Mutex mutex_;
  bool is_down_ LARDER_GUARDED_BY(mutex_) = false;
  std::vector<Connection> idle_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::courier
