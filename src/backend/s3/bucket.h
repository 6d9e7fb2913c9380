#pragma once

#include "backend/s3/client.h"
#include "backend/s3/xml.h"
#include "store/pack.h"
#include <larder/result.h>
#include <larder/s3.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <chrono>
#include <cstdint>

namespace larder::s3 {

/// Which generation of an object, and when it was made or copied.
struct ObjectTag {
  std::string etag;
  /// Absent where the service does not say.
  std::optional<std::chrono::system_clock::time_point> last_modified = {};
};

struct Object {
  std::shared_ptr<const store::PackBytes> bytes;
  ObjectTag tag;
};

/// An object that could not be removed.
struct NotRemoved {
  std::string key;
  Error error;
};

/// Objects by key, as S3 knows them. Each call is one request, as a rule; Client says when there
/// are more. Thread-safe.
///
/// Errors of all: as Client::send, and what the service answers. A bucket that does not exist is
/// unavailable, but with auto_create an empty one, which the first put makes.
class Bucket {
 public:
  /// A PUT takes no larger object, so none of a store is.
  static constexpr std::uint64_t kMaxObjectBytes = std::uint64_t{5} << 30;

  struct Options {
    std::string name;
    bool auto_create = false;
    S3Encryption encryption = {};
    unsigned page_keys = 0;  ///< Keys on a page of a listing; 0 for the service's own, 1,000.
  };

  /// `clock` must outlive it.
  Bucket(Options options, Location location, Service service, const sys::Clock& clock)
      : options_(std::move(options)), client_(std::move(location), std::move(service), clock) {}

  /// GET. Errors: no_space, before anything is kept, for an object over `max_bytes`.
  Result<std::optional<Object>> get(const std::string& key,
                                    std::uint64_t max_bytes = kMaxObjectBytes);
  /// HEAD, which cannot tell a bucket that is missing from an object that is.
  Result<bool> has(const std::string& key);
  /// PUT.
  Result<void> put(const std::string& key, const store::PackBytes& bytes);
  /// DELETE; absent is success.
  Result<void> remove(const std::string& key);

  /// DeleteObjects; gives those that are still there. One DELETE for each key where the service
  /// cannot do it at once.
  Result<std::vector<NotRemoved>> remove_all(std::span<const std::string> keys);
  static constexpr std::size_t kMaxKeysAtOnce = 1000;

  /// CopyObject onto itself, which sets the time it was last modified to now. False if another
  /// generation is there by now, or none.
  Result<bool> touch(const std::string& key, const std::string& etag);

  /// ListObjectsV2: the page of the keys that begin with `prefix` that `token` stands for, empty
  /// for the first.
  Result<ListPage> list(const std::string& prefix, const std::string& token);

  /// As Client's.
  [[nodiscard]] std::chrono::seconds clock_skew() const noexcept { return client_.clock_skew(); }

  /// "s3://bucket/key", for messages.
  [[nodiscard]] std::string url_of(const std::string& key) const;

 private:
  Result<void> create();
  [[nodiscard]] bool is_missing(const Reply& reply) const;
  [[nodiscard]] tl::unexpected<Error> failed(std::string_view what, const std::string& key,
                                             const Reply& reply) const;
  void add_storage_headers(sys::http::Headers& headers) const;
  Result<std::vector<NotRemoved>> remove_each(std::span<const std::string> keys);
  [[nodiscard]] Result<std::vector<NotRemoved>> read_removal(util::ByteSpan document) const;

  const Options options_;
  Client client_;
};

}  // namespace larder::s3
