#include "sys/http/transport.h"

#include "sys/file.h"
#include "sys/http/connection.h"
#include "util/mutex.h"
#include "util/try.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <strings.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

namespace larder::sys::http {
namespace {

/// The scheme, host and port of a URL: what a connection can be kept for.
std::string_view origin_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return url;
  return url.substr(0, url.find_first_of("/?#", scheme_end + 3));
}

/// Thread-safe: a connection is one thread's from being taken to being given back.
class CurlTransport final : public CountingTransport {
 public:
  explicit CurlTransport(TransportOptions options) : options_(std::move(options)) {}

  Result<Response> send(const Request& request) override {
    const std::string origin(origin_of(request.url));
    LARDER_TRY(auto connection, take(origin));
    const std::uint64_t opened_before = connection->opened();
    auto response = connection->send(request);
    const std::uint64_t opened = connection->opened() - opened_before;
    // What failed may have left the connection anywhere.
    if (!response) connection.reset();
    give_back({.origin = origin, .connection = std::move(connection)}, opened);
    return response;
  }

  [[nodiscard]] TransportCounts counts() const override {
    const util::MutexLock lock(mutex_);
    return counts_;
  }

 private:
  struct Idle {
    std::string origin;
    std::unique_ptr<Connection> connection;
  };

  /// The connection to `origin` that was used last, which is the least likely to have been closed
  /// by the server; or a new one.
  Result<std::unique_ptr<Connection>> take(const std::string& origin) LARDER_EXCLUDES(mutex_) {
    {
      const util::MutexLock lock(mutex_);
      const auto found = std::find_if(idle_.rbegin(), idle_.rend(),
                                      [&](const Idle& idle) { return idle.origin == origin; });
      if (found != idle_.rend()) {
        auto connection = std::move(found->connection);
        idle_.erase(std::next(found).base());
        return connection;
      }
    }
    return Connection::make(options_);
  }

  /// Counts a request that is over and keeps its connection, if there still is one.
  void give_back(Idle used, std::uint64_t opened) LARDER_EXCLUDES(mutex_) {
    Idle dropped;  // Closed without the lock.
    const util::MutexLock lock(mutex_);
    ++counts_.requests;
    counts_.connections += opened;
    if (used.connection == nullptr) return;
    idle_.push_back(std::move(used));
    if (idle_.size() <= options_.max_idle_connections) return;
    dropped = std::move(idle_.front());
    idle_.erase(idle_.begin());
  }

  const TransportOptions options_;
  mutable util::Mutex mutex_;
  std::vector<Idle> idle_ LARDER_GUARDED_BY(mutex_);  // The one used last is the last.
  TransportCounts counts_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace

bool is_named(const Header& header, std::string_view name) {
  return header.name.size() == name.size() &&
         ::strncasecmp(header.name.data(), name.data(), name.size()) == 0;
}

std::string_view find_header(const Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [name](const Header& header) { return is_named(header, name); });
  return found == headers.end() ? std::string_view() : found->value;
}

Result<std::unique_ptr<CountingTransport>> make_transport(const TransportOptions& options) {
  static std::once_flag is_started;
  std::call_once(is_started, [] { (void)curl_global_init(CURL_GLOBAL_DEFAULT); });
  if (!options.ca_file.empty()) {
    auto opened = open_at(AT_FDCWD, options.ca_file, O_RDONLY);
    if (!opened) return fail(std::move(opened).error().context("the CA file"));
  }
  return std::make_unique<CurlTransport>(options);
}

}  // namespace larder::sys::http
