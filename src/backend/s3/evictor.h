#pragma once

#include "backend/s3/background.h"
#include "backend/s3/entry_writer.h"
#include "backend/s3/fill_estimates.h"
#include "backend/s3/session.h"
#include "store/namespace_path.h"
#include "util/mutex.h"
#include <larder/result.h>

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include <compare>
#include <cstdint>

namespace larder::s3 {

/// Keeps limits: looks when FillEstimates says so, and where it finds more than the limit, removes
/// the least recently used entries down to the low watermark, of a hundred or fewer to the limit.
/// In the background, one limit after the other, in the order in which they are asked for: each as
/// it was when it was asked for, without what was written later, which asks by itself. So an entry
/// does not go for one that its own namespace's limit is about to remove. Thread-safe.
class Evictor {
 public:
  /// Both must outlive it; it must outlive what it has posted.
  Evictor(Session& session, Background& background) : session_(session), background_(background) {}

  /// To be called for an entry that was written, while its lock is held.
  void on_written(const store::NamespacePath& ns, const Written& written) LARDER_EXCLUDES(mutex_);

  /// Has it looked, if it is time, whether the limit is kept. Never evicts `kept_key`. Does not
  /// wait for it.
  void keep_limit(const store::NamespacePath& below, std::uint64_t max_bytes,
                  const std::string& kept_key) LARDER_EXCLUDES(mutex_);

 private:
  struct Limit {
    store::NamespacePath below;
    std::uint64_t max_bytes = 0;

    friend auto operator<=>(const Limit&, const Limit&) = default;
  };

  /// That a limit be kept.
  struct Request {
    std::uint64_t turn = 0;              // of the last who asked
    std::vector<std::string> kept_keys;  // of all who did, in order
  };

  void run(const Limit& limit, std::uint64_t turn) LARDER_EXCLUDES(mutex_);
  Result<void> shrink(const Limit& limit, const Request& request);
  Result<bool> shrink_once(const Limit& limit, const Request& request);
  [[nodiscard]] bool is_written_after(const std::string& object_key, std::uint64_t turn)
      LARDER_EXCLUDES(mutex_);

  Session& session_;
  Background& background_;
  FillEstimates estimates_;
  util::Mutex mutex_;
  std::uint64_t turn_ LARDER_GUARDED_BY(mutex_) = 0;  // counts writes and requests
  std::map<Limit, Request> requests_ LARDER_GUARDED_BY(mutex_);
  // The turns of what was written since the oldest of the requests.
  std::unordered_map<std::string, std::uint64_t> written_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::s3
