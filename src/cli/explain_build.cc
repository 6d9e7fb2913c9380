#include "cli/explain_build.h"

#include "cli/json.h"
#include "cli/text.h"
#include "compile/build_summary.h"
#include "compile/counters.h"
#include "compile/recall.h"
#include "compile/state_paths.h"
#include "compile/working_directory.h"
#include "util/try.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <chrono>
#include <cstdint>

namespace larder::cli {
namespace {

using Json = nlohmann::ordered_json;
using compile::BuildSummary;
using compile::CauseCount;
using std::chrono::milliseconds;
using std::chrono::system_clock;

// What fits on a screen.
constexpr std::size_t kMaxCauses = 10;

std::string time_text_of(std::int64_t time_ms) {
  return utc_text(system_clock::time_point(milliseconds(time_ms)));
}

std::int64_t now_ms() {
  return std::chrono::floor<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// The text with paths below the working directory relative to it.
std::string from_here(std::string text) {
  const std::string here = compile::working_directory() + "/";
  for (std::size_t at = text.find(here); at != std::string::npos; at = text.find(here, at)) {
    text.erase(at, here.size());
  }
  return text;
}

std::uint64_t total_of(const std::vector<CauseCount>& counts) {
  std::uint64_t total = 0;
  for (const CauseCount& cause : counts) total += cause.count;
  return total;
}

std::string reasons_text(std::string_view title, const std::vector<CauseCount>& reasons) {
  if (reasons.empty()) return {};
  std::string text = row(title, std::to_string(total_of(reasons)));
  for (const CauseCount& reason : reasons) {
    text += row(spaced(reason.what), std::to_string(reason.count), 1);
  }
  return text;
}

/// Figures before sentences, which may be long.
std::string causes_text(const std::vector<CauseCount>& causes) {
  std::string text;
  for (std::size_t i = 0; i < std::min(causes.size(), kMaxCauses); ++i) {
    text += "  " + std::to_string(causes[i].count) + "  " + from_here(causes[i].what) + "\n";
  }
  if (causes.size() > kMaxCauses) {
    text += "  and " + std::to_string(causes.size() - kMaxCauses) + " more causes\n";
  }
  return text;
}

std::string hits_text(const BuildSummary& summary) {
  if (!summary.hits) return row("hits", "not recorded");
  const std::uint64_t hits = summary.hits->hits;
  std::string text = row("hits", rate_text(hits, hits + summary.misses));
  // Which build these were of is not recorded.
  if (summary.hits_before_first != 0 && summary.hits_before_first != hits) {
    text += row("before the first record", std::to_string(summary.hits_before_first), 1);
  }
  if (summary.hits_after_last != 0 && summary.hits_after_last != hits) {
    text += row("after the last record", std::to_string(summary.hits_after_last), 1);
  }
  text += row(
      "counted since",
      time_text_of(summary.hits_from_ms) + (summary.was_zeroed ? ", set to zero meanwhile" : ""),
      1);
  return text;
}

std::string summary_text(const BuildSummary& summary) {
  std::string text =
      summary.begin_ms == 0
          ? "no miss and no uncached run is recorded in that time\n"
          : "from " + time_text_of(summary.begin_ms) + " to " + time_text_of(summary.end_ms) + "\n";
  text += hits_text(summary);
  const std::uint64_t hits = summary.hits ? summary.hits->hits : 0;
  text += row("misses", rate_text(summary.misses, hits + summary.misses));
  text += causes_text(summary.causes);
  text += reasons_text("not stored", summary.unstored);
  text += reasons_text("run uncached", summary.uncached);
  if (summary.hits) text += row("compile time saved", time_text(summary.hits->saved_ms));
  text += row("compile time spent", time_text(summary.compile_ms));
  if (!summary.costliest.empty()) text += "costliest misses\n";
  for (const compile::CostlyMiss& miss : summary.costliest) {
    text += "  " + time_text(miss.compile_ms) + "  " + from_here(miss.file) + ": " +
            from_here(miss.why) + "\n";
  }
  return text;
}

Json to_json(const std::vector<CauseCount>& counts) {
  Json list = Json::array();
  for (const CauseCount& cause : counts) {
    list.push_back({{"what", cause.what}, {"count", cause.count}});
  }
  return list;
}

Json time_json(std::int64_t time_ms) {
  return time_ms == 0 ? Json(nullptr) : Json(time_text_of(time_ms));
}

Json summary_json(const BuildSummary& summary) {
  Json costliest = Json::array();
  for (const compile::CostlyMiss& miss : summary.costliest) {
    costliest.push_back(
        {{"source", miss.file}, {"cause", miss.why}, {"compile_ms", miss.compile_ms}});
  }
  return {{"begin", time_json(summary.begin_ms)},
          {"end", time_json(summary.end_ms)},
          {"hits", summary.hits ? Json(summary.hits->hits) : Json(nullptr)},
          {"saved_ms", summary.hits ? Json(summary.hits->saved_ms) : Json(nullptr)},
          {"hits_from", time_json(summary.hits_from_ms)},
          {"hits_before_first", summary.hits_before_first},
          {"hits_after_last", summary.hits_after_last},
          {"was_zeroed", summary.was_zeroed},
          {"misses", summary.misses},
          {"compile_ms", summary.compile_ms},
          {"causes", to_json(summary.causes)},
          {"not_stored", to_json(summary.unstored)},
          {"uncached", to_json(summary.uncached)},
          {"costliest", std::move(costliest)}};
}

/// What --since means: an age, or a time as this program prints it.
Result<std::optional<std::int64_t>> since(Invocation& invocation) {
  const auto text = invocation.value("--since");
  if (!text) return std::optional<std::int64_t>();
  if (const auto time = parse_utc(*text)) {
    return std::optional(std::chrono::floor<milliseconds>(time->time_since_epoch()).count());
  }
  LARDER_TRY(const auto age, invocation.age("--since"));
  return std::optional(now_ms() - std::chrono::duration_cast<milliseconds>(*age).count());
}

}  // namespace

Result<ExitCode> explain_build(Invocation& invocation) {
  compile::BuildWindow window;
  LARDER_TRY(window.since_ms, since(invocation));
  LARDER_TRY(const CompileStore opened, invocation.open_compile_store());
  const auto& store = opened.store;
  const auto paths = compile::StatePaths::of(*store);
  LARDER_TRY(const auto counts, compile::read_counts(paths.counters));
  LARDER_TRY(const auto uses, compile::last_uses(*store));
  LARDER_TRY(
      const auto summary,
      compile::summarise_build(
          {.history = paths.history, .compilers = paths.compilers, .counts = counts, .uses = uses},
          window));
  if (summary.begin_ms == 0 && !summary.hits) {
    invocation.out().print("no miss and no uncached run is recorded\n");
    return ExitCode::not_found;
  }
  invocation.out().print(invocation.has("--json") ? to_text(summary_json(summary))
                                                  : summary_text(summary));
  return ExitCode::done;
}

}  // namespace larder::cli
