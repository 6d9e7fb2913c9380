#pragma once

#include "backend/courier/connection.h"
#include "backend/courier/socket.h"
#include "support/temp_dir.h"
#include "sys/file.h"
#include "util/unique_fd.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <thread>
#include <utility>

#include <chrono>

namespace larder::courier {

inline SteadyTime in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

/// Long enough for anything that has to happen, on a machine with other things to do.
inline constexpr std::chrono::seconds kPatience{20};

/// A directory for a courier's files, and the endpoint in it. The program that would be started is
/// /bin/false: it never comes up.
class CourierPlace {
 public:
  [[nodiscard]] Endpoint endpoint() const {
    return {.dir = RuntimeDir::open_at(dir_.file("run")).value(),
            .name = "c0ffee",
            .program = program_,
            .spool = dir_.file("store/.larder/spool/1"),
            .max_spool_bytes = max_spool_bytes_};
  }

  std::string program_ = "/bin/false";
  std::uint64_t max_spool_bytes_ = std::uint64_t{1} << 30;
  support::TempDir dir_;
};

/// Listens as a courier would, and does with each connection what a test wants, one after another,
/// on a thread of its own. Ends with the object.
class FakeCourier {
 public:
  using Serve = std::function<void(int connection)>;

  FakeCourier(const CourierPlace& place, Serve serve)
      : listener_(listen_on(place.endpoint().dir, place.endpoint().socket()).value()),
        thread_([this, serve = std::move(serve)] { run(serve); }) {}
  FakeCourier(const FakeCourier&) = delete;
  FakeCourier& operator=(const FakeCourier&) = delete;
  ~FakeCourier() {
    (void)::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

 private:
  void run(const Serve& serve) {
    pollfd event = {.fd = listener_.get(), .events = POLLIN, .revents = 0};
    while (::poll(&event, 1, -1) > 0 && (event.revents & POLLHUP) == 0) {
      const auto client = accept_client(listener_.get());
      if (client && *client) serve((*client)->get());
    }
  }

  util::UniqueFd listener_;
  std::thread thread_;
};

}  // namespace larder::courier
