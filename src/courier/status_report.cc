#include "courier/status_report.h"

#include <nlohmann/json.hpp>

namespace larder::courier {
namespace {

using Json = nlohmann::ordered_json;

Json fetches_of(const ServerStats& stats) {
  return {{"all", stats.fetches},           {"found", stats.found},
          {"absent", stats.absent},         {"failed", stats.failed},
          {"remembered", stats.remembered}, {"collapsed", stats.collapsed},
          {"abandoned", stats.abandoned}};
}

Json spool_of(const CourierStatus& status) {
  const UploadStatus uploads = status.uploads.value_or(UploadStatus{});
  return {{"dir", status.spool},
          {"files", uploads.spool.files},
          {"bytes", uploads.spool.bytes},
          {"max_bytes", status.max_spool_bytes},
          {"full", uploads.spool.refused},
          {"uploaded", uploads.uploaded},
          {"refused", uploads.refused},
          {"failed", uploads.failed},
          {"last_error", uploads.last_error}};
}

Json tier_of(const TierStatus& tier) {
  const compose::TierStats& stats = tier.stats;
  return {{"name", stats.name},
          {"here", tier.is_here},
          {"left_alone",
           tier.left_alone_because ? Json(tier.left_alone_because->message()) : Json(nullptr)},
          {"hits", stats.hits},
          {"misses", stats.misses},
          {"puts", stats.puts},
          {"backfills", stats.backfills},
          {"errors", stats.errors},
          {"bytes_read", stats.bytes_read},
          {"bytes_written", stats.bytes_written},
          {"ms_reading", stats.time_reading.count() / 1000},
          {"ms_writing", stats.time_writing.count() / 1000}};
}

}  // namespace

std::string status_report(const CourierStatus& status) {
  Json report = {{"running", true},
                 {"pid", status.pid},
                 {"version", status.version},
                 {"up_seconds", status.up_for.count()},
                 {"clients", status.server.clients},
                 {"fetches", fetches_of(status.server)},
                 {"spool", spool_of(status)},
                 {"tiers", Json::array()}};
  for (const TierStatus& tier : status.tiers) report["tiers"].push_back(tier_of(tier));
  return report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace larder::courier
