#include "cli/explain_command.h"

#include "cli/explain_build.h"
#include "cli/json.h"
#include "cli/text.h"
#include "compile/recall.h"
#include "compile/state_paths.h"
#include "compile/working_directory.h"
#include "store/quantity.h"
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
using compile::Cause;
using std::chrono::system_clock;

// What fits on a screen.
constexpr std::size_t kMaxCauses = 12;

system_clock::time_point time_of(std::int64_t milliseconds) {
  return system_clock::time_point(std::chrono::milliseconds(milliseconds));
}

/// "2024-02-29T23:59:59Z (5m ago)".
std::string when_text(std::int64_t milliseconds) {
  const auto age =
      std::chrono::floor<std::chrono::seconds>(system_clock::now() - time_of(milliseconds));
  return utc_text(time_of(milliseconds)) + " (" +
         store::format_age(std::max(age, std::chrono::seconds(0))) + " ago)";
}

std::string explanation_text(const std::string& path, const compile::Recollection& found,
                             const std::vector<Cause>& causes) {
  const compile::HistoryRecord& last = found.last;
  std::string text = path + ": " + (last.manifest.empty() ? "run uncached" : "a miss") + " at " +
                     when_text(last.time_ms) + ", because\n";
  for (std::size_t i = 0; i < std::min(causes.size(), kMaxCauses); ++i) {
    text += "  " + sentence(causes[i]) + "\n";
  }
  if (causes.size() > kMaxCauses) {
    text += "  and " + std::to_string(causes.size() - kMaxCauses) + " more differences\n";
  }
  const std::string unstored = why_unstored(last);
  if (!unstored.empty()) text += "not stored: " + unstored + "\n";
  if (found.hit_ms) text += "hit since, at " + when_text(*found.hit_ms) + "\n";
  return text;
}

Json to_json(const Cause& cause) {
  Json document = {{"kind", to_string(cause.kind)}, {"sentence", sentence(cause)}};
  if (!cause.subject.empty()) document["subject"] = cause.subject;
  if (cause.before) document["before"] = *cause.before;
  if (cause.now) document["now"] = *cause.now;
  if (!cause.origin.empty()) document["origin"] = cause.origin;
  return document;
}

Json explanation_json(const std::string& path, const compile::Recollection& found,
                      const std::vector<Cause>& causes) {
  const compile::HistoryRecord& last = found.last;
  Json list = Json::array();
  for (const Cause& cause : causes) list.push_back(to_json(cause));
  const std::string unstored = why_unstored(last);
  return {{"path", path},
          {"source", last.source},
          {"object", last.object},
          {"directory", last.directory},
          {"outcome", last.outcome},
          {"time", utc_text(time_of(last.time_ms))},
          {"compile_ms", last.compile_ms},
          {"causes", std::move(list)},
          {"not_stored", unstored.empty() ? Json(nullptr) : Json(unstored)},
          {"hit_since", found.hit_ms ? Json(utc_text(time_of(*found.hit_ms))) : Json(nullptr)}};
}

}  // namespace

Result<ExitCode> explain(Invocation& invocation) {
  const bool has_file = !invocation.operands().empty();
  if (invocation.has("--build") == has_file) {
    return invocation.usage(
        Result<ExitCode>(fail(ErrorCode::invalid_argument, "expected either a file or --build")));
  }
  if (!has_file) return explain_build(invocation);
  if (invocation.has("--since")) {
    return invocation.usage(
        Result<ExitCode>(fail(ErrorCode::invalid_argument, "--since is for --build")));
  }
  LARDER_TRY(const CompileStore opened, invocation.open_compile_store());
  const auto& store = opened.store;
  const auto paths = compile::StatePaths::of(*store);
  const std::string path(invocation.operands().front());
  LARDER_TRY(const auto uses, compile::last_uses(*store));
  LARDER_TRY(const auto found,
             compile::recall(paths.history, compile::whole_path(compile::working_directory(), path),
                             uses));
  if (!found) {
    invocation.out().print(path + ": no miss and no uncached run is recorded\n");
    return ExitCode::not_found;
  }
  const auto causes = compile::explain(found->last, found->precedent, paths.compilers);
  invocation.out().print(invocation.has("--json") ? to_text(explanation_json(path, *found, causes))
                                                  : explanation_text(path, *found, causes));
  return ExitCode::done;
}

}  // namespace larder::cli
