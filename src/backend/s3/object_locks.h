#pragma once

#include "util/mutex.h"

#include <optional>
#include <set>
#include <string>

#include <cstddef>

namespace larder::s3 {

/// Locks on objects by their keys, among the threads of this process, and the memory of who was
/// written while somebody looks at a listing. Thread-safe. A thread that waits for one holds none.
class ObjectLocks {
 public:
  /// Holds an object's lock. Movable.
  class Lock {
   public:
    Lock(Lock&& other) noexcept;
    Lock& operator=(Lock&&) = delete;
    ~Lock();

   private:
    friend ObjectLocks;
    Lock(ObjectLocks& locks, std::string key) : locks_(&locks), key_(std::move(key)) {}

    ObjectLocks* locks_;
    std::string key_;
  };

  /// For who is about to write or remove the object. Waits.
  Lock take_to_write(const std::string& key) LARDER_EXCLUDES(mutex_);
  /// For who touches what is there. Waits.
  Lock take(const std::string& key) LARDER_EXCLUDES(mutex_);

  /// While it lives, what is locked to be written is remembered. One at a time.
  class Watch {
   public:
    explicit Watch(ObjectLocks& locks);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();

    /// Whether the object has been locked to be written since this was made, or was just then.
    [[nodiscard]] bool is_written(const std::string& key) const;

    /// The object's lock, if nobody holds it and it has not been written since this was made.
    std::optional<Lock> try_take(const std::string& key);

   private:
    ObjectLocks& locks_;
  };

 private:
  void release(const std::string& key) LARDER_EXCLUDES(mutex_);

  util::Mutex mutex_;
  util::ConditionVariable released_;
  std::set<std::string> held_ LARDER_GUARDED_BY(mutex_);
  bool is_watched_ LARDER_GUARDED_BY(mutex_) = false;
  std::set<std::string> written_ LARDER_GUARDED_BY(mutex_);  // since the watch began
};

}  // namespace larder::s3
