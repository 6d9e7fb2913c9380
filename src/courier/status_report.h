#pragma once

#include <optional>
#include <string>
#include <vector>

#include <chrono>
#include <cstdint>

#include "courier/courier_tiers.h"
#include "courier/server.h"
#include "courier/uploader.h"

namespace larder::courier {

/// All that a status report says.
struct CourierStatus {
  int pid = 0;
  std::string version = {};
  std::chrono::seconds up_for = {};
  std::string spool = {};  ///< Its directory.
  std::uint64_t max_spool_bytes = 0;
  ServerStats server = {};
  std::optional<UploadStatus> uploads = {};  ///< Absent where no tier takes any.
  std::vector<TierStatus> tiers = {};
};

/// The report, as JSON; doc/format/courier.md.
std::string status_report(const CourierStatus& status);

}  // namespace larder::courier
