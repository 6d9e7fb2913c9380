// usage: delay_proxy PORT
//
// Passes connections on to 127.0.0.1:PORT as a network would that takes its time and has any
// bandwidth: all bytes are half of a round trip on their way, in either direction, and making a
// connection takes a whole one.
//
// Prints the port that it listens at. Each line of its input is the microseconds of a round trip
// from then on, and is answered by "CONNECTIONS REQUESTS": how many have begun since the last line.
// A request is what a client says first, and after it was answered. Ends with its input.

#include "util/unique_fd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <deque>
#include <iostream>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;
using larder::util::UniqueFd;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

/// One direction of a connection.
class Way {
 public:
  Way(int from, int to) : from_(from), to_(to) {}

  [[nodiscard]] pollfd incoming() const { return {has_ended_ ? -1 : from_, POLLIN, 0}; }
  [[nodiscard]] pollfd outgoing() const { return {is_blocked_ ? to_ : -1, POLLOUT, 0}; }
  void unblock() { is_blocked_ = false; }

  /// Takes in what has come, which is to arrive then. Whether it was anything but the end.
  bool receive(Clock::time_point due);
  /// Hands on what has arrived by now.
  void deliver(Clock::time_point now);

  /// When there will be something to deliver; nullopt if nothing is on its way or `to` is full.
  [[nodiscard]] std::optional<Clock::time_point> due() const;
  /// Whether the end, too, was handed on.
  [[nodiscard]] bool is_done() const { return has_ended_ && pieces_.empty(); }

 private:
  /// What came at once; nothing for the end.
  struct Piece {
    Clock::time_point due;
    std::string bytes;
  };

  int from_;
  int to_;
  std::deque<Piece> pieces_;
  bool has_ended_ = false;   // nothing more will come
  bool is_blocked_ = false;  // `to` takes no more for now
};

bool Way::receive(Clock::time_point due) {
  std::array<char, 1U << 16U> buffer;
  const ssize_t size = ::recv(from_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN) return false;
  // A connection that breaks has ended, too.
  has_ended_ = size <= 0;
  pieces_.push_back({due, {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))}});
  return !has_ended_;
}

void Way::deliver(Clock::time_point now) {
  for (; !is_blocked_ && !pieces_.empty() && pieces_.front().due <= now; pieces_.pop_front()) {
    std::string& bytes = pieces_.front().bytes;
    if (bytes.empty()) (void)::shutdown(to_, SHUT_WR);  // Fails where the other end is gone.
    while (!bytes.empty()) {
      const ssize_t sent = ::send(to_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      is_blocked_ = sent < 0 && errno == EAGAIN;
      if (is_blocked_) return;
      // Who is gone is told no more; what he has to say ends by itself.
      bytes.erase(0, sent < 0 ? bytes.size() : static_cast<std::size_t>(sent));
    }
  }
}

std::optional<Clock::time_point> Way::due() const {
  if (pieces_.empty() || is_blocked_) return std::nullopt;
  return pieces_.front().due;
}

struct Connection {
  Connection(UniqueFd from_client, UniqueFd to_server, Clock::time_point made_at)
      : client(std::move(from_client)), server(std::move(to_server)), made(made_at) {}

  UniqueFd client;
  UniqueFd server;
  Clock::time_point made;  ///< When a client that is far away would know that it is.
  bool is_asking = false;  ///< Whether it was the client that spoke last.
  Way there{client.get(), server.get()};
  Way back{server.get(), client.get()};
};

sockaddr_in loopback(in_port_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(port);
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  return address;
}

UniqueFd new_socket() {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) fail("socket");
  return fd;
}

void send_at_once(int fd) {
  const int on = 1;
  if (::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) fail("TCP_NODELAY");
}

class Proxy {
 public:
  explicit Proxy(in_port_t server) : server_(loopback(server)), listener_(new_socket()) {
    sockaddr_in address = loopback(0);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    if (::bind(listener_.get(), generic, length) != 0) fail("bind");
    if (::listen(listener_.get(), SOMAXCONN) != 0) fail("listen");
    if (::getsockname(listener_.get(), generic, &length) != 0) fail("getsockname");
    std::cout << ::ntohs(address.sin_port) << std::endl;
  }

  void run() {
    while (wait()) {
      for (Connection& connection : connections_) {
        connection.there.deliver(Clock::now());
        connection.back.deliver(Clock::now());
      }
      connections_.remove_if([](const Connection& connection) {
        return connection.there.is_done() && connection.back.is_done();
      });
    }
  }

 private:
  /// Takes in what has come, or waits until something can be delivered; false when that was all.
  bool wait() {
    std::vector<pollfd> polled = {{STDIN_FILENO, POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    for (const Connection& connection : connections_) {
      for (const Way* way : {&connection.there, &connection.back}) {
        polled.push_back(way->incoming());
        polled.push_back(way->outgoing());
      }
    }
    const auto timeout = time_until_due();
    if (::ppoll(polled.data(), polled.size(), timeout ? &*timeout : nullptr, nullptr) < 0) {
      fail("ppoll");
    }
    take_in(polled);
    if (polled[1].revents != 0) accept();
    return polled[0].revents == 0 || answer();
  }

  [[nodiscard]] std::optional<timespec> time_until_due() const {
    std::optional<Clock::time_point> first;
    for (const Connection& connection : connections_) {
      for (const Way* way : {&connection.there, &connection.back}) {
        const auto due = way->due();
        if (due && (!first || *due < *first)) first = due;
      }
    }
    if (!first) return std::nullopt;
    const auto left = std::max<Clock::duration>(*first - Clock::now(), Clock::duration::zero());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    return timespec{seconds.count(), std::chrono::nanoseconds(left - seconds).count()};
  }

  void take_in(const std::vector<pollfd>& polled) {
    auto seen = polled.begin() + 2;
    for (Connection& connection : connections_) {
      const bool client_spoke = seen[0].revents != 0;
      const bool server_spoke = seen[2].revents != 0;
      if (seen[1].revents != 0) connection.there.unblock();
      if (seen[3].revents != 0) connection.back.unblock();
      seen += 4;
      const auto now = Clock::now();
      if (client_spoke && connection.there.receive(std::max(now, connection.made) + half_)) {
        if (!std::exchange(connection.is_asking, true)) ++requests_;
      }
      if (server_spoke && connection.back.receive(now + half_)) connection.is_asking = false;
    }
  }

  void accept() {
    UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;  // It has gone again.
    UniqueFd server = new_socket();
    if (::connect(server.get(), reinterpret_cast<sockaddr*>(&server_), sizeof server_) != 0) {
      fail("connect");
    }
    send_at_once(client.get());
    send_at_once(server.get());
    connections_.emplace_back(std::move(client), std::move(server), Clock::now() + 2 * half_);
    ++new_connections_;
  }

  /// Does what a line of the input says; false if there is none.
  bool answer() {
    long microseconds = 0;
    if (!(std::cin >> microseconds)) return false;
    half_ = std::chrono::microseconds(microseconds) / 2;
    std::cout << new_connections_ << ' ' << requests_ << std::endl;
    new_connections_ = requests_ = 0;
    return true;
  }

  sockaddr_in server_;
  UniqueFd listener_;
  std::list<Connection> connections_;               // of which each refers to itself
  Clock::duration half_ = Clock::duration::zero();  // of a round trip
  unsigned long new_connections_ = 0;
  unsigned long requests_ = 0;
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::invalid_argument("usage: delay_proxy PORT");
    // Otherwise the kernel wakes it when it is convenient, within 50 us.
    if (::prctl(PR_SET_TIMERSLACK, 1UL) != 0) bench::fail("timer slack");
    bench::Proxy(static_cast<in_port_t>(std::stoul(argv[1]))).run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "delay_proxy: " << error.what() << '\n';
    return 1;
  }
}
