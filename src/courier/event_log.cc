#include "courier/event_log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <utility>

#include <cstddef>

namespace larder::courier {
namespace {

const char* reason_of(Server::End end) {
  switch (end) {
    case Server::End::idle:
      return "nobody has asked for long";
    case Server::End::stopped:
      return "it was told to";
    case Server::End::superseded:
      return "settings or program have changed";
  }
  return "";
}

}  // namespace

Result<EventLog> EventLog::open(const std::string& path) {
  if (path.empty()) return EventLog(nullptr);
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
    auto logger = std::make_shared<spdlog::logger>("courier", std::move(sink));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %P %l: %v");
    logger->flush_on(spdlog::level::info);
    return EventLog(std::move(logger));
  } catch (const spdlog::spdlog_ex& error) {
    return fail(ErrorCode::io, std::string("open log: ") + error.what());
  }
}

void EventLog::start(const std::string& socket) const {
  if (logger_) logger_->info("listens on {}", socket);
}

void EventLog::end(const Result<Server::End>& end) const {
  if (!logger_) return;
  if (end) {
    logger_->info("ends: {}", reason_of(*end));
  } else {
    logger_->error("ends: {}", end.error().message());
  }
}

void EventLog::note(const std::vector<TierStatus>& tiers, const UploadStatus& uploads) {
  if (!logger_) return;
  left_alone_.resize(tiers.size());
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const bool is_left_alone = tiers[i].left_alone_because.has_value();
    if (is_left_alone == left_alone_[i]) continue;
    left_alone_[i] = is_left_alone;
    if (is_left_alone) {
      logger_->warn("leaves {} alone: {}", tiers[i].stats.name,
                    tiers[i].left_alone_because->message());
    } else {
      logger_->info("asks {} again", tiers[i].stats.name);
    }
  }
  if (uploads.last_error == last_error_) return;
  last_error_ = uploads.last_error;
  if (!last_error_.empty()) logger_->warn("upload: {}", last_error_);
}

}  // namespace larder::courier
