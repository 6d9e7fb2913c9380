#pragma once

#include <condition_variable>
#include <mutex>

#include <chrono>

// Clang's thread-safety analysis, https://clang.llvm.org/docs/ThreadSafetyAnalysis.html; nothing
// elsewhere. The names are the ones that documentation uses.
#if defined(__clang__)
#define LARDER_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define LARDER_THREAD_ATTRIBUTE(x)
#endif

#define LARDER_GUARDED_BY(mutex) LARDER_THREAD_ATTRIBUTE(guarded_by(mutex))
#define LARDER_REQUIRES(mutex) LARDER_THREAD_ATTRIBUTE(requires_capability(mutex))
#define LARDER_EXCLUDES(mutex) LARDER_THREAD_ATTRIBUTE(locks_excluded(mutex))

namespace larder::util {

/// A mutex that clang can check the use of.
class LARDER_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void lock() LARDER_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void unlock() LARDER_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex for a scope.
class LARDER_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) LARDER_THREAD_ATTRIBUTE(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() LARDER_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// Waits for a change of what a Mutex guards.
class ConditionVariable {
 public:
  /// Releases `mutex`, waits for a notify or a spurious wake, and takes it again.
  void wait(Mutex& mutex) LARDER_REQUIRES(mutex) { condition_.wait(mutex); }
  /// The same, but not beyond `deadline`.
  void wait_until(Mutex& mutex, std::chrono::steady_clock::time_point deadline)
      LARDER_REQUIRES(mutex) {
    (void)condition_.wait_until(mutex, deadline);  // why it woke is for the caller's loop to see
  }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable_any condition_;
};

}  // namespace larder::util
