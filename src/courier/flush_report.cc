#include "courier/flush_report.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace larder::courier {
namespace {

std::string text_of(std::uint64_t files, const std::string& error) {
  const nlohmann::ordered_json report = {{"remaining", files}, {"error", error}};
  return report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::optional<std::string> flush_report(const Uploader* uploader,
                                        std::chrono::system_clock::time_point since,
                                        std::chrono::system_clock::time_point now,
                                        std::chrono::seconds patience) {
  if (uploader == nullptr || uploader->is_drained()) return text_of(0, "");
  const UploadStatus status = uploader->status();
  if (now - std::max(since, status.last_success) <= patience) return std::nullopt;
  if (!status.is_in_charge) return text_of(status.spool.files, "another courier uploads them");
  // An upload may take as long as it takes, while it does not fail.
  if (status.last_failure < since || status.last_error.empty()) return std::nullopt;
  return text_of(status.spool.files, status.last_error);
}

}  // namespace larder::courier
