#pragma once

#include "backend/s3/background.h"
#include "backend/s3/bucket.h"
#include "backend/s3/session.h"
#include "util/mutex.h"

#include <atomic>
#include <set>
#include <string>

#include <chrono>

namespace larder::s3 {

/// Marks entries as used that were last written or refreshed a while ago, in the background: a get
/// neither waits for it nor fails with it. Thread-safe.
class Refresher {
 public:
  /// Both must outlive it; it must outlive what it has posted.
  Refresher(Session& session, Background& background)
      : session_(session), background_(background) {}

  /// To be called when an entry was got.
  void on_used(const std::string& object_key, const ObjectTag& tag) LARDER_EXCLUDES(mutex_);

 private:
  [[nodiscard]] bool is_due(const ObjectTag& tag) const;
  void refresh(const std::string& object_key, const std::string& etag) LARDER_EXCLUDES(mutex_);

  Session& session_;
  Background& background_;
  std::atomic<bool> is_refused_ = false;
  util::Mutex mutex_;
  std::set<std::string> waiting_ LARDER_GUARDED_BY(mutex_);  // or under way
  std::chrono::steady_clock::time_point pause_end_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::s3
