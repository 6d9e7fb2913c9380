#pragma once

#include "backend/courier/connection.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <utility>

namespace larder::courier {

/// The right to be the courier of an endpoint: its lock, and the socket that clients find. Given up
/// when destroyed. Movable. One thread at a time.
class Listener {
 public:
  /// Nullopt if another process is that courier; one that is about to end is waited for. Sweeps
  /// away what couriers that are long gone have left in the directory. Errors: denied, io.
  static Result<std::optional<Listener>> claim(const Endpoint& endpoint);

  Listener(Listener&& other) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener() { close(); }

  /// The listening socket, to be taken once.
  [[nodiscard]] util::UniqueFd take_socket() noexcept { return std::move(socket_); }

  /// Lets clients find nobody, and then another one be the courier. Whoever has connected and was
  /// not accepted sees the connection closed with the socket.
  void close() noexcept;

 private:
  Listener(util::UniqueFd dir, std::string name, util::UniqueFd lock, util::UniqueFd socket)
      : dir_(std::move(dir)),
        name_(std::move(name)),
        lock_(std::move(lock)),
        socket_(std::move(socket)) {}

  util::UniqueFd dir_;
  std::string name_;  // of the socket
  util::UniqueFd lock_;
  util::UniqueFd socket_;
};

}  // namespace larder::courier
