#include "cli/courier_commands.h"

#include "backend/courier/connection.h"
#include "backend/courier/spool.h"
#include "cli/courier_place.h"
#include "cli/json.h"
#include "cli/text.h"
#include "compose/courier_endpoint.h"
#include "store/quantity.h"
#include "util/try.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>

#include <cerrno>
#include <chrono>
#include <cstdint>

namespace larder::cli {
namespace {

using courier::Connection;
using courier::Endpoint;
using courier::Kind;
using courier::Message;
using courier::SteadyTime;
using Json = nlohmann::ordered_json;

/// What a person waits for where a compile does not.
constexpr std::chrono::seconds kPatience{5};

SteadyTime after(std::chrono::seconds time) { return std::chrono::steady_clock::now() + time; }

bool needs_courier(const Config& config) {
  return compose::leading_local(config) < config.caches.size();
}

Result<ExitCode> say_that_none_is_needed(Invocation& invocation) {
  invocation.out().print("every configured store is on this machine: no courier is needed\n");
  return ExitCode::done;
}

/// A connection to the courier, or nullopt if none runs.
Result<std::optional<Connection>> connect(const Endpoint& endpoint) {
  auto connection = Connection::open(endpoint, after(kPatience));
  if (connection) return std::optional(*std::move(connection));
  if (courier::is_nobody(connection.error())) return std::optional<Connection>();
  return fail(std::move(connection).error());
}

/// The JSON that a request is answered with.
Result<Json> ask(Connection& connection, Kind kind, std::chrono::seconds time) {
  LARDER_TRY(const auto answer, connection.ask({.kind = kind}, after(kPatience), after(time)));
  const Message& message = answer.message;
  if (message.kind == Kind::failed) return fail(courier::error_of(message));
  Json report = Json::parse(message.text, nullptr, false);
  if (message.kind == Kind::report && report.is_object()) return report;
  return fail(ErrorCode::unavailable, "the courier has not said what was asked");
}

// status

/// What there is to say of a courier that does not run.
Result<Json> idle_report(const Endpoint& endpoint) {
  LARDER_TRY(const auto spool, courier::Spool::open(endpoint.spool));
  courier::SpoolContents contents;
  if (spool) {
    LARDER_TRY(contents, spool->contents(0));
  }
  return Json{{"running", false},
              {"spool",
               {{"dir", endpoint.spool},
                {"files", contents.count},
                {"bytes", contents.bytes},
                {"max_bytes", endpoint.max_spool_bytes}}}};
}

/// A figure of a report; 0 where it has none of that name.
std::uint64_t figure(const Json& report, const char* name) {
  const auto found = report.find(name);
  return found != report.end() && found->is_number() ? found->get<std::uint64_t>() : 0;
}

std::string text(const Json& report, const char* name) {
  const auto found = report.find(name);
  return found != report.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// "900 found, 300 absent": the figures of those names that are not 0.
std::string figures(const Json& report, std::initializer_list<const char*> names) {
  std::string list;
  for (const char* const name : names) {
    const std::uint64_t value = figure(report, name);
    if (value == 0) continue;
    list.append(list.empty() ? "" : ", ").append(std::to_string(value));
    list.append(" ").append(spaced(name));
  }
  return list.empty() ? "none" : list;
}

std::string spool_text(const Json& spool) {
  std::string out = row("waiting uploads", std::to_string(figure(spool, "files")) + ", " +
                                               store::format_size(figure(spool, "bytes")) + " of " +
                                               store::format_size(figure(spool, "max_bytes")));
  out += row("spool", text(spool, "dir"));
  return out;
}

std::string tier_text(const Json& tier) {
  std::string out = row("tier", text(tier, "name"));
  out += row("requests", figures(tier, {"hits", "misses", "puts", "backfills", "errors"}), 1);
  const std::string why = text(tier, "left_alone");
  if (!why.empty()) out += row("left alone", why, 1);
  return out;
}

std::string status_text(const Json& report) {
  if (!report.value("running", false)) {
    return row("courier", "does not run") + spool_text(report.at("spool"));
  }
  std::string out = row("courier", "process " + std::to_string(figure(report, "pid")) +
                                       ", version " + text(report, "version"));
  out += row("up for", time_text(figure(report, "up_seconds") * 1000));
  out += row("clients", std::to_string(figure(report, "clients")));
  const Json fetches = report.value("fetches", Json::object());
  out += row("fetches", figures(fetches, {"found", "absent", "failed"}));
  out += row("not asked anew", figures(fetches, {"remembered", "collapsed", "abandoned"}), 1);
  const Json spool = report.value("spool", Json::object());
  out += spool_text(spool);
  out += row("uploads", figures(spool, {"uploaded", "refused", "failed"}));
  const std::string error = text(spool, "last_error");
  if (!error.empty()) out += row("last error", error, 1);
  for (const Json& tier : report.value("tiers", Json::array())) out += tier_text(tier);
  return out;
}

}  // namespace

Result<ExitCode> courier_status(Invocation& invocation) {
  LARDER_TRY(const Config config, invocation.config());
  const bool as_json = invocation.has("--json");
  if (!needs_courier(config) && !as_json) return say_that_none_is_needed(invocation);
  LARDER_TRY(const Endpoint endpoint, find_courier(config));
  LARDER_TRY(auto connection, connect(endpoint));
  LARDER_TRY(const Json report,
             connection ? ask(*connection, Kind::status, kPatience) : idle_report(endpoint));
  invocation.out().print(as_json ? to_text(report) : status_text(report));
  return connection ? ExitCode::done : ExitCode::not_found;
}

// flush

Result<ExitCode> courier_flush(Invocation& invocation) {
  constexpr std::chrono::seconds kTimeout = std::chrono::minutes(5);
  LARDER_TRY(const auto given, invocation.age("--timeout"));
  LARDER_TRY(const Config config, invocation.config());
  if (!needs_courier(config)) return say_that_none_is_needed(invocation);
  LARDER_TRY(const Endpoint endpoint, find_courier(config));
  LARDER_TRY(auto connection, connect(endpoint));
  if (!connection) {
    LARDER_TRY(const Json report, idle_report(endpoint));
    if (figure(report.at("spool"), "files") == 0) return ExitCode::done;
    LARDER_TRY(connection,
               Connection::open_or_start(endpoint, after(kPatience), [] { return true; }));
  }
  const std::chrono::seconds timeout = given.value_or(kTimeout);
  auto report = ask(*connection, Kind::flush, timeout);
  if (!report && report.error().os_error() == ETIMEDOUT) {
    return fail(ErrorCode::unavailable,
                "not everything was uploaded within " + store::format_age(timeout));
  }
  LARDER_CHECK(report);
  const std::uint64_t remaining = figure(*report, "remaining");
  if (remaining == 0) return ExitCode::done;
  return fail(ErrorCode::unavailable,
              std::to_string(remaining) + " uploads still wait: " + text(*report, "error"));
}

// stop

Result<ExitCode> courier_stop(Invocation& invocation) {
  LARDER_TRY(const Config config, invocation.config());
  LARDER_TRY(const Endpoint endpoint, find_courier(config));
  LARDER_TRY(auto connection, connect(endpoint));
  if (!connection) return ExitCode::done;
  LARDER_TRY(const auto answer,
             connection->ask({.kind = Kind::stop}, after(kPatience), after(kPatience)));
  if (answer.message.kind != Kind::report) {
    return fail(ErrorCode::unavailable, "the courier has not understood");
  }
  if (connection->wait_for_end(after(kPatience))) return ExitCode::done;
  return fail(ErrorCode::unavailable, "the courier does not end");
}

}  // namespace larder::cli
