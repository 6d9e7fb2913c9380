#include "support/server_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace larder::support {

bool ServerSocket::start_tls(const std::string& certificate_file) {
  const char* const file = certificate_file.c_str();
  context_.reset(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate_file(context_.get(), file, SSL_FILETYPE_PEM) != 1) return false;
  if (SSL_CTX_use_PrivateKey_file(context_.get(), file, SSL_FILETYPE_PEM) != 1) return false;
  session_.reset(SSL_new(context_.get()));
  return SSL_set_fd(session_.get(), fd_.get()) == 1 && SSL_accept(session_.get()) == 1;
}

std::optional<std::string> ServerSocket::receive() {
  std::array<char, 65'536> buffer;
  const ssize_t got = session_ != nullptr ? SSL_read(session_.get(), buffer.data(), buffer.size())
                                          : ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(got));
}

void ServerSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put =
        session_ != nullptr
            ? SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()))
            : ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

bool ServerSocket::wait_for_silence(std::chrono::milliseconds duration) {
  pollfd event = {.fd = fd_.get(), .events = POLLIN, .revents = 0};
  while (::poll(&event, 1, static_cast<int>(duration.count())) > 0) {
    if (!receive()) return false;
  }
  return true;
}

void ServerSocket::wait_for_end() {
  pollfd event = {.fd = fd_.get(), .events = POLLRDHUP, .revents = 0};
  while (event.revents == 0) (void)::poll(&event, 1, -1);  // Failing, it says nothing.
}

void ServerSocket::close() {
  if (session_ != nullptr) (void)SSL_shutdown(session_.get());  // The client may be gone.
  (void)::shutdown(fd_.get(), SHUT_WR);
  std::array<char, 65'536> rest;
  while (::recv(fd_.get(), rest.data(), rest.size(), 0) > 0) continue;
}

void ServerSocket::reset() {
  // Without lingering, what closes the last descriptor resets the connection. Another thread may
  // be in end(), so the number stays taken: by a socket that is connected to nothing.
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  (void)::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  const util::UniqueFd unconnected(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  (void)::dup3(unconnected.get(), fd_.get(), O_CLOEXEC);
}

void ServerSocket::end() { (void)::shutdown(fd_.get(), SHUT_RDWR); }

}  // namespace larder::support
