#pragma once

#include <larder/result.h>

#include <memory>
#include <string>
#include <vector>

#include "courier/courier_tiers.h"
#include "courier/server.h"
#include "courier/uploader.h"

namespace spdlog {
class logger;
}

namespace larder::courier {

/// What a courier tells of itself in a file: its start and end, tiers that are left alone and that
/// are back, uploads that fail. Copies share the file. Thread-safe, but for note().
class EventLog {
 public:
  /// Appends to the file; nothing is told where `path` is empty. Errors: io.
  static Result<EventLog> open(const std::string& path);

  void start(const std::string& socket) const;
  void end(const Result<Server::End>& end) const;

  /// Tells what has changed since it was called last. One thread at a time.
  void note(const std::vector<TierStatus>& tiers, const UploadStatus& uploads);

 private:
  explicit EventLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}

  std::shared_ptr<spdlog::logger> logger_;  // shared with copies; null where nothing is told
  std::vector<bool> left_alone_;
  std::string last_error_;
};

}  // namespace larder::courier
