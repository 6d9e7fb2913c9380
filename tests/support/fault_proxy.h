#pragma once

#include "support/http_server.h"
#include "sys/http/transport.h"
#include "util/mutex.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <chrono>
#include <cstdint>

/// What is wrong with the way to a real server.
namespace larder::support {

/// What becomes of requests.
struct Fault {
  enum class Kind {
    none,                ///< Only what else is set here.
    black_hole,          ///< Taken in and never answered.
    reset_after_upload,  ///< Carried out; then the connection breaks, without an answer.
    truncate,            ///< Of a longer body only the first `at` bytes come, and the end.
    stall,               ///< The same, and then nothing.
    corrupt,             ///< The byte at `at` of the answer's body is another.
    answer,              ///< `status`, `headers` and `body`, in place of the server's answer.
  };
  Kind kind = Kind::none;
  std::uint64_t at = 0;
  int status = 503;
  std::string body = {};
  sys::http::Headers headers = {};     ///< For Kind::none, in place of the server's own.
  std::chrono::milliseconds delay{0};  ///< Before the answer.
  std::string method = {};             ///< Only requests of this; empty for all.
  std::string target = {};             ///< Only requests whose path and query contain this.
  std::optional<unsigned> times = {};  ///< Only so many of them; absent for ever.
};

/// The fault that words spell, as `fault_proxy --help` lists them; nullopt for what is none.
std::optional<Fault> parse_fault(std::string_view words);

/// Passes requests on to a server, with a fault. On 127.0.0.1 and a port of its own. Thread-safe.
class FaultProxy {
 public:
  /// `server` is "http://host:port".
  explicit FaultProxy(std::string server);

  /// "http://127.0.0.1:PORT".
  [[nodiscard]] std::string url() const { return proxy_.url(); }

  /// In place of the one there was.
  void set(const Fault& fault) LARDER_EXCLUDES(mutex_);
  void clear() { set({}); }

  /// The requests that came in, in the order of coming.
  [[nodiscard]] std::vector<ReceivedRequest> requests() { return proxy_.requests(); }

 private:
  void handle(HttpExchange& exchange);
  Fault fault_for(const ReceivedRequest& request) LARDER_EXCLUDES(mutex_);
  void pass_on(HttpExchange& exchange, const Fault& fault);

  const std::string server_;
  const std::unique_ptr<sys::http::CountingTransport> transport_;
  util::Mutex mutex_;
  Fault fault_ LARDER_GUARDED_BY(mutex_);
  HttpServer proxy_;  // the last: it calls handle()
};

}  // namespace larder::support
