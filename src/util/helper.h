#pragma once

#include "util/helper_thread.h"
#include "util/idle_processor.h"
#include "util/mutex.h"

#include <deque>
#include <functional>
#include <memory>
#include <utility>

namespace larder::util {

/// A second thread that does one task after the other beside its owner's, started for the first of
/// them. Where no processor is idle by then it would only cost, and nothing is begun: whoever has
/// something begun must be able to do without.
///
/// Thread-safe: a task may begin others, but must not wait for them.
class Helper {
  struct Job {
    enum class State { waiting, begun, done };

    std::function<void()> work;
    State state = State::waiting;  // guarded by the helper's mutex
  };

 public:
  /// What has been begun.
  class Task {
   public:
    Task() = default;
    Task(Task&&) noexcept = default;
    Task& operator=(Task&& other) noexcept;
    ~Task();

    /// Takes the work back if it has not been begun, else waits until it is done. Afterwards
    /// nothing of it is used any more. Gives whether it was done; once.
    bool finish();

   private:
    friend class Helper;
    Task(Helper& helper, std::unique_ptr<Job> job) : helper_(&helper), job_(std::move(job)) {}

    Helper* helper_ = nullptr;
    std::unique_ptr<Job> job_;
  };

  /// `is_worth_it`: asked for each task until the thread is started.
  explicit Helper(bool (*is_worth_it)() = is_processor_idle) : is_worth_it_(is_worth_it) {}
  /// Every Task must be gone.
  ~Helper();
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  /// Has this done after what was begun before.
  [[nodiscard]] Task begin(std::function<void()> work);
  /// The same, but starts no thread for it.
  [[nodiscard]] Task begin_if_started(std::function<void()> work);

 private:
  Task add(std::function<void()> work) LARDER_REQUIRES(mutex_);
  void run() LARDER_EXCLUDES(mutex_);

  bool (*is_worth_it_)();
  Mutex mutex_;
  ConditionVariable changed_;
  bool has_started_ LARDER_GUARDED_BY(mutex_) = false;
  std::deque<Job*> waiting_ LARDER_GUARDED_BY(mutex_);
  bool is_ended_ LARDER_GUARDED_BY(mutex_) = false;
  HelperThread thread_;  // last, since it uses all of the above
};

}  // namespace larder::util
