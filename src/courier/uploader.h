#pragma once

#include "backend/courier/spool.h"
#include "store/backend.h"
#include "sys/clock.h"
#include "util/mutex.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "courier/upload_queue.h"

namespace larder::courier {

/// A tier that uploads go to. It keeps its own limit.
struct UploadTarget {
  std::string name;
  std::shared_ptr<store::Backend> store;  // shared with who shows its statistics
};

struct UploaderOptions {
  unsigned threads = 4;
  /// How often a spool that another courier is at is tried for.
  std::chrono::milliseconds takeover_interval{500};
};

/// How an uploader gets on.
struct UploadStatus {
  SpoolUsage spool = {};
  bool is_in_charge = false;    ///< False while another courier uploads from this spool.
  std::uint64_t uploaded = 0;   ///< Files taken by a target.
  std::uint64_t refused = 0;    ///< Files that a target will never take.
  std::uint64_t failed = 0;     ///< Attempts to be made again.
  std::string last_error = {};  ///< Empty once what had failed has worked again.
  std::chrono::system_clock::time_point last_success = {};
  std::chrono::system_clock::time_point last_failure = {};
};

/// Uploads what lies in a spool, on threads of its own, and removes each file that all targets have
/// or refuse for good. Of several couriers with one spool one is at it. Thread-safe.
class Uploader {
 public:
  /// `targets` is not empty. `on_change` is called after each file that is done with, with its
  /// address, and must return at once. `clock` must outlive it. Errors: denied, io.
  static Result<std::unique_ptr<Uploader>> start(Spool spool, std::vector<UploadTarget> targets,
                                                 const UploaderOptions& options,
                                                 std::function<void(const SpoolEntry&)> on_change,
                                                 const sys::Clock& clock = sys::system_clock());
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;

  /// Waits for the uploads that are under way; the others stay in the spool.
  ~Uploader();

  /// Tells of a new file. False if it is none of a spool's.
  bool add(const std::string& file) LARDER_EXCLUDES(mutex_);

  /// Has the spool read anew, for files that nobody told of.
  void rescan() LARDER_EXCLUDES(mutex_);

  /// To be called now and then: has it read anew if it holds files that nobody told of, and opened
  /// anew if it was removed.
  void look_after() LARDER_EXCLUDES(mutex_);

  /// Has what has failed tried again at once.
  void retry_now() LARDER_EXCLUDES(mutex_);

  /// Whether nothing waits: there was no file in the spool when it was last read, and none was
  /// added since.
  [[nodiscard]] bool is_drained() const LARDER_EXCLUDES(mutex_);

  [[nodiscard]] UploadStatus status() const LARDER_EXCLUDES(mutex_);

 private:
  using Time = std::chrono::system_clock::time_point;

  /// The spool, open.
  struct Site {
    Spool spool;
    util::UniqueFd lock;  // who holds its flock is in charge

    static Result<std::shared_ptr<const Site>> open(Spool spool);
  };
  using SitePtr = std::shared_ptr<const Site>;  // shared with the uploads from it

  Uploader(SitePtr site, std::vector<UploadTarget> targets, const UploaderOptions& options,
           std::function<void(const SpoolEntry&)> on_change, const sys::Clock& clock);

  /// What a thread does next, without the lock.
  struct Step {
    enum class Kind : std::uint8_t { end, reopen, take_charge, scan, upload };
    Kind kind = Kind::end;
    std::optional<UploadQueue::Job> job = {};
  };

  void work() LARDER_EXCLUDES(mutex_);
  [[nodiscard]] Step next_step() LARDER_EXCLUDES(mutex_);
  void wait() LARDER_REQUIRES(mutex_);
  [[nodiscard]] SitePtr site() const LARDER_EXCLUDES(mutex_);
  void reopen() LARDER_EXCLUDES(mutex_);
  void take_charge() LARDER_EXCLUDES(mutex_);
  void scan() LARDER_EXCLUDES(mutex_);
  void upload(const UploadQueue::Job& job) LARDER_EXCLUDES(mutex_);
  /// Gives whether there was something to upload.
  [[nodiscard]] Result<bool> upload_from(const Spool& spool, const UploadQueue::Job& job) const;
  /// Gives whether the file is done with.
  bool settle(const UploadQueue::Job& job, const Result<bool>& outcome) LARDER_EXCLUDES(mutex_);
  /// `what` is a target's number, or kOwnSpool.
  void set_error(std::size_t what, std::string error) LARDER_REQUIRES(mutex_);
  void clear_error(std::size_t what) LARDER_REQUIRES(mutex_);
  /// Gives whether the job is to be tried again.
  bool settle_failure(const UploadQueue::Job& job, const Error& error) LARDER_REQUIRES(mutex_);

  const std::vector<UploadTarget> targets_;
  const UploaderOptions options_;
  const std::function<void(const SpoolEntry&)> on_change_;
  const sys::Clock* clock_;
  mutable util::Mutex mutex_;
  util::ConditionVariable changed_;
  SitePtr site_ LARDER_GUARDED_BY(mutex_);
  UploadQueue queue_ LARDER_GUARDED_BY(mutex_);
  UploadStatus status_ LARDER_GUARDED_BY(mutex_);
  std::size_t failed_last_ LARDER_GUARDED_BY(mutex_) = 0;  // what status_.last_error is about
  Time try_charge_at_ LARDER_GUARDED_BY(mutex_) = {};
  bool is_in_charge_ LARDER_GUARDED_BY(mutex_) = false;
  bool needs_scan_ LARDER_GUARDED_BY(mutex_) = true;
  bool is_scanning_ LARDER_GUARDED_BY(mutex_) = false;
  std::size_t removing_ LARDER_GUARDED_BY(mutex_) = 0;  // files that all targets have
  bool has_more_ LARDER_GUARDED_BY(mutex_) = false;     // files that the queue had no room for
  bool needs_reopening_ LARDER_GUARDED_BY(mutex_) = false;
  bool is_ending_ LARDER_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace larder::courier
