#include "backend/courier/connection.h"

#include "sys/detached.h"
#include "util/try.h"

#include <thread>

#include <cerrno>
#include <chrono>

namespace larder::courier {
namespace {

tl::unexpected<Error> too_late(const char* what) {
  return fail(ErrorCode::unavailable, std::string("the courier did not ") + what + " in time",
              ETIMEDOUT);
}

}  // namespace

bool is_nobody(const Error& error) noexcept {
  return error.os_error() == ENOENT || error.os_error() == ECONNREFUSED;
}

Result<Connection> Connection::open(const Endpoint& endpoint, SteadyTime deadline) {
  auto fd = connect_to(endpoint.dir, endpoint.socket(), deadline);
  if (fd) return Connection(*std::move(fd));
  // A listener whose queue stays full answers nobody.
  if (fd.error().os_error() == EAGAIN) return too_late("accept");
  return fail(std::move(fd).error());
}

Result<Connection> Connection::open_or_start(const Endpoint& endpoint, SteadyTime deadline,
                                             const std::function<bool()>& may_start) {
  auto connection = open(endpoint, deadline);
  if (connection || !is_nobody(connection.error())) return connection;
  if (may_start()) {
    LARDER_CHECK(sys::start_detached(endpoint.program, {endpoint.program, "serve"}));
  }
  constexpr std::chrono::microseconds kFirstPause{500};
  constexpr std::chrono::microseconds kLongestPause{4000};
  std::chrono::microseconds pause = kFirstPause;
  while (!connection && is_nobody(connection.error()) &&
         std::chrono::steady_clock::now() + pause < deadline) {
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, kLongestPause);
    connection = open(endpoint, deadline);
  }
  return connection;
}

Result<Received> Connection::ask(const Message& request, SteadyTime ack_by, SteadyTime answer_by) {
  LARDER_CHECK(send_message(fd_.get(), request));
  LARDER_TRY(auto received, receive_until(fd_.get(), ack_by));
  if (!received) return too_late("acknowledge");
  if (received->message.kind != Kind::ack) return *std::move(received);
  LARDER_TRY(received, receive_until(fd_.get(), answer_by));
  if (!received) return too_late("answer");
  return *std::move(received);
}

bool Connection::wait_for_end(SteadyTime deadline) {
  const auto received = receive_until(fd_.get(), deadline);
  return !received;
}

}  // namespace larder::courier
