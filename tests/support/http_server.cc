#include "support/http_server.h"

#include "support/server_socket.h"
#include "sys/file.h"
#include "sys/spawn.h"
#include "util/assert.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>

#include <cstdlib>

namespace larder::support {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(port);
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  return address;
}

std::string_view take_until(std::string_view& text, std::string_view end) {
  const std::string_view taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), taken.size() + end.size()));
  return taken;
}

ReceivedRequest parse_head(std::string_view head) {
  ReceivedRequest request;
  std::string_view line = take_until(head, "\r\n");
  request.method = take_until(line, " ");
  request.target = take_until(line, " ");
  while (!head.empty()) {
    line = take_until(head, "\r\n");
    const std::string_view name = take_until(line, ":");
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    request.headers.push_back({.name = std::string(name), .value = std::string(line)});
  }
  return request;
}

/// Receives until `buffer` has `size` bytes; false if the client ended before.
bool fill(std::string& buffer, std::size_t size, ServerSocket& socket) {
  while (buffer.size() < size) {
    const auto more = socket.receive();
    if (!more) return false;
    buffer += *more;
  }
  return true;
}

/// The next head, taken off what has come; nullopt if the client ended before.
std::optional<ReceivedRequest> receive_head(std::string& buffer, ServerSocket& socket) {
  while (buffer.find(kHeadEnd) == std::string::npos) {
    if (!fill(buffer, buffer.size() + 1, socket)) return std::nullopt;
  }
  std::string_view rest = buffer;
  auto request = parse_head(take_until(rest, kHeadEnd));
  buffer = std::string(rest);
  return request;
}

bool receive_body(ReceivedRequest& request, std::string& buffer, ServerSocket& socket) {
  const std::string length = request.header("Content-Length");
  const auto size = static_cast<std::size_t>(std::strtoull(length.c_str(), nullptr, 10));
  if (!fill(buffer, size, socket)) return false;
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  return true;
}

}  // namespace

void HttpExchange::respond(int status, std::string_view body, const sys::http::Headers& headers) {
  std::string answer = "HTTP/1.1 " + std::to_string(status) + " Status\r\n";
  for (const auto& header : headers) answer += header.name + ": " + header.value + "\r\n";
  answer += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  if (request_.method != "HEAD") answer += body;
  send(answer);
}

void HttpExchange::send(std::string_view bytes) { socket_.send(bytes); }
void HttpExchange::close() { socket_.close(); }
void HttpExchange::reset() { socket_.reset(); }
void HttpExchange::stall() { socket_.wait_for_end(); }
bool HttpExchange::wait_for_silence(std::chrono::milliseconds duration) {
  return socket_.wait_for_silence(duration);
}

HttpServer::HttpServer(Handler handler, HttpServerOptions options)
    : handler_(std::move(handler)), options_(std::move(options)) {
  listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  LARDER_ASSERT(::bind(listener_.get(), generic, length) == 0);
  LARDER_ASSERT(::listen(listener_.get(), SOMAXCONN) == 0);
  LARDER_ASSERT(::getsockname(listener_.get(), generic, &length) == 0);
  port_ = ::ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_connections(); });
}

HttpServer::~HttpServer() {
  {
    const util::MutexLock lock(mutex_);
    is_closing_ = true;
  }
  (void)::shutdown(listener_.get(), SHUT_RDWR);  // Wakes the acceptor.
  acceptor_.join();
  close_connections();
}

std::string HttpServer::url(std::string_view path) const {
  std::string url = options_.certificate_file ? "https" : "http";
  return url.append("://127.0.0.1:").append(std::to_string(port_)).append(path);
}

std::vector<ReceivedRequest> HttpServer::requests() {
  const util::MutexLock lock(mutex_);
  return requests_;
}

std::size_t HttpServer::connections() {
  const util::MutexLock lock(mutex_);
  return connections_;
}

void HttpServer::close_connections() {
  std::vector<std::unique_ptr<ServerSocket>> sockets;
  std::vector<std::thread> threads;
  {
    const util::MutexLock lock(mutex_);
    sockets.swap(sockets_);
    threads.swap(threads_);
  }
  for (const auto& socket : sockets) socket->end();
  for (std::thread& thread : threads) thread.join();
}

void HttpServer::accept_connections() {
  while (true) {
    util::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const util::MutexLock lock(mutex_);
    if (is_closing_) return;
    if (!fd) continue;
    const int at_once = 1;
    (void)::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    sockets_.push_back(std::make_unique<ServerSocket>(std::move(fd)));
    ServerSocket& socket = *sockets_.back();
    const std::size_t connection = connections_++;
    threads_.emplace_back([this, &socket, connection] { serve(socket, connection); });
  }
}

void HttpServer::serve(ServerSocket& socket, std::size_t connection) {
  // OpenSSL writes without MSG_NOSIGNAL. Only here: what the client does about it is its own.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  LARDER_ASSERT(::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr) == 0);
  if (options_.certificate_file && !socket.start_tls(*options_.certificate_file)) {
    return socket.close();
  }
  std::string buffer;
  while (auto request = receive_head(buffer, socket)) {
    if (!options_.answers_before_body && !receive_body(*request, buffer, socket)) break;
    request->connection = connection;
    {
      const util::MutexLock lock(mutex_);
      requests_.push_back(*request);
    }
    const bool has_body = request->header("Content-Length") > "0";
    HttpExchange exchange(*std::move(request), socket);
    handler_(exchange);
    if (options_.answers_before_body && has_body) exchange.stall();
  }
  socket.close();
}

std::string make_certificate(const std::string& path) {
  const auto log = sys::open_at(AT_FDCWD, "/dev/null", O_WRONLY).value();
  const pid_t child =
      sys::spawn({
                     .program = "/usr/bin/openssl",
                     .arguments = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                   "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2", "-subj",
                                   "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                                   path, "-out", path},
                     .inherited = {{.ours = log.get(), .theirs = STDERR_FILENO}},
                 })
          .value();
  int status = 0;
  LARDER_ASSERT(::waitpid(child, &status, 0) == child && status == 0);
  return path;
}

}  // namespace larder::support
