#pragma once

#include "backend/courier/protocol.h"
#include "backend/courier/runtime_dir.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <optional>
#include <string>

#include <chrono>

/// A courier's socket, from both ends. No call raises SIGPIPE. Thread-safe.
namespace larder::courier {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Connects to the socket `name` in the directory and checks that whoever listens is this user.
/// Waits, until the deadline, for a listener with too many to accept. Errors: unavailable (with
/// os_error ENOENT or ECONNREFUSED if nobody listens), denied (another user listens), io.
Result<util::UniqueFd> connect_to(const RuntimeDir& dir, const std::string& name,
                                  SteadyTime deadline);

/// Listens on the socket `name` in the directory, which must not be there; does not block in
/// accept. Errors: io.
Result<util::UniqueFd> listen_on(const RuntimeDir& dir, const std::string& name);

/// The next client, who does not block; nullopt if there is none, or it was another user's.
/// Errors: unavailable (no descriptor left), io.
Result<std::optional<util::UniqueFd>> accept_client(int listener);

/// Sends the message, and a descriptor with it unless that is -1. Does not wait: a peer that does
/// not read what it is sent is lost. Errors: unavailable.
Result<void> send_message(int fd, const Message& message, int attached = -1);

/// A message and the descriptor that came with it, if any.
struct Received {
  Message message = {};
  util::UniqueFd attached = {};
};

/// The next message if there is one now, nullopt if not. Errors: unavailable (the peer has closed,
/// with os_error ECONNRESET; speaks another version), corrupt, io.
Result<std::optional<Received>> receive_now(int fd);

/// The next message, or nullopt after the deadline. Errors: as receive_now.
Result<std::optional<Received>> receive_until(int fd, SteadyTime deadline);

}  // namespace larder::courier
