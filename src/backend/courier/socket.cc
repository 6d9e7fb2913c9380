#include "backend/courier/socket.h"

#include "util/try.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include <cerrno>
#include <climits>
#include <cstring>

namespace larder::courier {
namespace {

/// Clients that may wait to be accepted: a build's jobs, many times over.
constexpr int kBacklog = 4096;

Error lost(int os_error, std::string_view what) {
  // Whatever a socket fails with, asking again later is what can be done about it.
  return {ErrorCode::unavailable, Error::from_errno(os_error, what).message(), os_error};
}

std::chrono::microseconds time_left(SteadyTime deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::microseconds>(deadline - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::microseconds(1));  // 0 would mean for ever
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(ErrorCode::invalid_argument, path + ": too long for a socket");
  }
  std::ranges::copy(path, address.sun_path);
  return address;
}

/// Whether the process at the other end runs as this user.
bool is_own_peer(int fd) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

/// Room for the one descriptor that a message may carry.
struct alignas(cmsghdr) Control {
  std::array<char, CMSG_SPACE(sizeof(int))> bytes = {};
};

util::UniqueFd attached_to(msghdr& header) {
  const cmsghdr* control = CMSG_FIRSTHDR(&header);
  if (control == nullptr || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS ||
      control->cmsg_len != CMSG_LEN(sizeof(int))) {
    return {};
  }
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(control), sizeof fd);
  return util::UniqueFd(fd);
}

}  // namespace

Result<util::UniqueFd> connect_to(const RuntimeDir& dir, const std::string& name,
                                  SteadyTime deadline) {
  LARDER_TRY(const sockaddr_un address, address_of(dir.short_path(name)));
  util::UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd) return fail(Error::from_errno(errno, "socket"));
  const auto left = time_left(deadline);
  const auto whole = std::chrono::floor<std::chrono::seconds>(left);
  const timeval limit = {.tv_sec = whole.count(), .tv_usec = (left - whole).count()};
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);  // cannot fail
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail(lost(errno, "connect to the courier"));
  }
  if (!is_own_peer(fd.get())) {
    return fail(ErrorCode::denied, "connect to the courier: another user listens");
  }
  return fd;
}

Result<util::UniqueFd> listen_on(const RuntimeDir& dir, const std::string& name) {
  LARDER_TRY(const sockaddr_un address, address_of(dir.short_path(name)));
  util::UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail(Error::from_errno(errno, "socket"));
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail(Error::from_errno(errno, "bind " + dir.path() + "/" + name));
  }
  if (::listen(fd.get(), kBacklog) != 0) {
    return fail(Error::from_errno(errno, "listen on " + dir.path() + "/" + name));
  }
  return fd;
}

Result<std::optional<util::UniqueFd>> accept_client(int listener) {
  util::UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  const int os_error = errno;
  if (!fd) {
    const bool is_none = os_error == EAGAIN || os_error == ECONNABORTED || os_error == EINTR;
    if (is_none) return std::optional<util::UniqueFd>();
    return fail(Error::from_errno(os_error, "accept"));
  }
  if (!is_own_peer(fd.get())) return std::optional<util::UniqueFd>();
  return std::optional(std::move(fd));
}

Result<void> send_message(int fd, const Message& message, int attached) {
  util::ByteBuffer datagram = encode(message);
  iovec part = {.iov_base = datagram.data(), .iov_len = datagram.size()};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  Control control;
  if (attached >= 0) {
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    cmsghdr* const rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_len = CMSG_LEN(sizeof attached);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    std::memcpy(CMSG_DATA(rights), &attached, sizeof attached);
  }
  ssize_t sent = -1;
  do sent = ::sendmsg(fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) return fail(lost(errno, "send to the peer of a courier's socket"));
  return {};
}

Result<std::optional<Received>> receive_now(int fd) {
  const auto datagram = std::make_unique_for_overwrite<std::byte[]>(kMaxMessageBytes);
  iovec part = {.iov_base = datagram.get(), .iov_len = kMaxMessageBytes};
  Control control;
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t got = -1;
  do got = ::recvmsg(fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  const int os_error = errno;
  if (got < 0 && os_error == EAGAIN) return std::optional<Received>();
  if (got < 0) return fail(lost(os_error, "receive from the peer of a courier's socket"));
  Received received = {.attached = attached_to(header)};
  if (got == 0) return fail(ErrorCode::unavailable, "the courier's peer has closed", ECONNRESET);
  LARDER_TRY(received.message,
             decode(util::ByteSpan(datagram.get(), static_cast<std::size_t>(got))));
  return std::optional(std::move(received));
}

Result<std::optional<Received>> receive_until(int fd, SteadyTime deadline) {
  for (;;) {
    LARDER_TRY(auto received, receive_now(fd));
    if (received) return received;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::optional<Received>();
    pollfd event = {.fd = fd, .events = POLLIN, .revents = 0};
    const auto limit = std::min<std::int64_t>(left.count(), INT_MAX);
    if (::poll(&event, 1, static_cast<int>(limit)) < 0 && errno != EINTR) {
      return fail(Error::from_errno(errno, "poll"));
    }
  }
}

}  // namespace larder::courier
