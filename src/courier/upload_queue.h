#pragma once

#include "backend/courier/spool.h"
#include <larder/result.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace larder::courier {

/// Which upload comes next: the files of the spool, in the order of their names, each to every
/// target. To a target a writer's files go one after another, so that a manifest never arrives
/// before the result it names; several writers' go at once. A target that has failed is left alone
/// for a while that grows. One thread at a time.
class UploadQueue {
 public:
  using Time = std::chrono::system_clock::time_point;

  /// At most so many files are kept in mind; the others wait in the spool for a later scan.
  static constexpr std::size_t kMaxFiles = 20'000;
  static constexpr std::chrono::seconds kFirstPause{1};
  static constexpr std::chrono::seconds kLongestPause{60};

  /// `targets` is their number, at least 1.
  explicit UploadQueue(std::size_t targets) : targets_(targets) {}

  /// One file for one target.
  struct Job {
    std::string file;
    SpoolEntry entry;
    std::size_t target = 0;
    unsigned failures = 0;  ///< Of this file before.
  };

  /// Adds a file unless it is there already; false if there are too many, or it is none of a
  /// spool's.
  bool add(const std::string& file);

  /// The next job that can be done now; it is under way until done(), failed() or refused().
  std::optional<Job> take(Time now);

  /// When take() gives something again without anything else happening; nullopt for never.
  [[nodiscard]] std::optional<Time> due() const;

  /// The target has taken the file, or never will; gives whether that was the last.
  bool done(const Job& job);

  /// The target could not take it now: the job is tried again, and no other of the target before.
  void failed(const Job& job, Time now);

  /// Ends the pauses.
  void retry_now();

  [[nodiscard]] bool is_empty() const noexcept { return files_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return files_.size(); }

 private:
  struct File {
    SpoolEntry entry;
    std::size_t targets = 0;  // that do not have it yet
    unsigned failures = 0;
  };
  struct Target {
    std::set<std::string_view> waiting;    // keys of files_, not under way
    std::set<std::string_view> under_way;  // keys of files_
    Time paused_until = {};
    std::chrono::seconds next_pause = kFirstPause;
  };

  [[nodiscard]] std::optional<std::string_view> next_for(const Target& target) const;

  std::vector<Target> targets_;
  std::map<std::string, File, std::less<>> files_;
};

}  // namespace larder::courier
