#pragma once

#include "backend/courier/runtime_dir.h"
#include "backend/courier/socket.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <functional>
#include <string>
#include <utility>

#include <cstdint>

namespace larder::courier {

/// The courier that a client is to speak with, and where it leaves what is to be uploaded.
struct Endpoint {
  RuntimeDir dir;
  std::string name;     ///< Its identity in hex digits: what its files in `dir` are called.
  std::string program;  ///< The path of larder-courier.
  std::string spool;    ///< The spool's directory.
  std::uint64_t max_spool_bytes = 0;

  [[nodiscard]] std::string socket() const { return name + ".sock"; }
  [[nodiscard]] std::string lock() const { return name + ".lock"; }
  [[nodiscard]] std::string state() const { return name + ".state"; }
};

/// A client's end of a connection. Movable. One thread at a time.
class Connection {
 public:
  /// Errors: as connect_to().
  static Result<Connection> open(const Endpoint& endpoint, SteadyTime deadline);

  /// The same, but where nobody listens the courier is started if `may_start` says so, and waited
  /// for until the deadline. Errors: as connect_to(), and sys::start_detached().
  static Result<Connection> open_or_start(const Endpoint& endpoint, SteadyTime deadline,
                                          const std::function<bool()>& may_start);

  /// Sends a request and gives its answer, which may be a `failed`. Errors: unavailable (with
  /// os_error ETIMEDOUT if a deadline has passed; the courier has ended, or is of another version),
  /// corrupt. After an error the connection is of no more use.
  Result<Received> ask(const Message& request, SteadyTime ack_by, SteadyTime answer_by);

  /// Waits for the courier to close it; false after the deadline.
  bool wait_for_end(SteadyTime deadline);

 private:
  explicit Connection(util::UniqueFd fd) : fd_(std::move(fd)) {}

  util::UniqueFd fd_;
};

/// Whether the error of opening a connection says that nobody listens there.
bool is_nobody(const Error& error) noexcept;

}  // namespace larder::courier
