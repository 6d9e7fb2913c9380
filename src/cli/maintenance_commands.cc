#include "cli/maintenance_commands.h"

#include "cli/json.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "store/quantity.h"
#include "util/try.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace larder::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string count_and_size(const StoreStats& stats) {
  return std::to_string(stats.entries) + (stats.entries == 1 ? " entry, " : " entries, ") +
         store::format_size(stats.bytes);
}

Json to_json(const StoreStats& stats) {
  return {{"entries", stats.entries}, {"bytes", stats.bytes}};
}

/// Prints entries as `ls` does, one by one.
class Lister {
 public:
  Lister(Output& out, bool as_json, bool is_long) : out_(out), json_(as_json), long_(is_long) {
    if (json_) out_.print("[");
  }

  void print(const EntryInfo& entry) {
    if (json_) {
      const Json row = {{"namespace", entry.ns},
                        {"key", entry.key.hex()},
                        {"bytes", entry.bytes},
                        {"last_use", utc_text(entry.last_use)}};
      out_.print(first_ ? "\n" : ",\n");
      out_.print(to_line(row));
      first_ = false;
      return;
    }
    std::string line;
    if (long_) {
      constexpr std::size_t kSizeWidth = 12;
      const std::string size = store::format_size(entry.bytes);
      line.append(kSizeWidth - std::min(size.size(), kSizeWidth), ' ').append(size);
      line.append("  ").append(utc_text(entry.last_use)).append("  ");
    }
    if (!entry.ns.empty()) line.append(entry.ns).append("/");
    out_.print(line.append(entry.key.hex()).append("\n"));
  }

  void finish() {
    if (json_) out_.print(first_ ? "]\n" : "\n]\n");
  }

 private:
  Output& out_;
  bool json_;
  bool long_;
  bool first_ = true;
};

std::string_view name_of(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::corrupt:
      return "corrupt";
    case Finding::Kind::misplaced:
      return "misplaced";
    case Finding::Kind::newer:
      return "newer";
    case Finding::Kind::foreign:
      return "foreign";
    case Finding::Kind::leftover:
      return "leftover";
    case Finding::Kind::drift:
      return "drift";
  }
  return "unknown";
}

/// What --max-size and --max-age ask for; without either, to get within a store's own limit.
Result<CleanOptions> clean_options(Invocation& invocation, std::optional<std::uint64_t> limit) {
  CleanOptions options = {.dry_run = invocation.has("--dry-run")};
  LARDER_TRY(options.max_bytes, invocation.size("--max-size"));
  LARDER_TRY(options.max_age, invocation.age("--max-age"));
  if (!options.max_bytes && !options.max_age) options.max_bytes = limit;
  return options;
}

/// Refuses to clean by nothing.
Result<void> check_clean_options(Invocation& invocation, const CleanOptions& options) {
  if (options.max_bytes || options.max_age) return {};
  return invocation.usage(
      Result<void>(fail(ErrorCode::invalid_argument,
                        "the store has no limit to get within; give --max-size or --max-age")));
}

/// What to clean each store by. One without a limit stays as it is where others have one.
Result<std::vector<CleanOptions>> options_for_all(Invocation& invocation, const Config& config) {
  std::vector<CleanOptions> all;
  for (const CacheConfig& cache : config.caches) {
    LARDER_TRY(const CleanOptions options, clean_options(invocation, cache.max_bytes.value));
    all.push_back(options);
  }
  const auto cleans = [](const CleanOptions& one) { return one.max_bytes || one.max_age; };
  const auto some = std::ranges::find_if(all, cleans);
  LARDER_CHECK(check_clean_options(invocation, some != all.end() ? *some : all.front()));
  return all;
}

std::string clean_text(const Store& store, const CleanReport& report, bool dry_run) {
  return (dry_run ? "would remove " : "removed ") + count_and_size(report.removed) + ", from " +
         store.dir() + (dry_run ? " and keep " : " and kept ") + count_and_size(report.kept) + "\n";
}

Json clean_json(const CleanReport& report, bool dry_run) {
  return {
      {"dry_run", dry_run}, {"removed", to_json(report.removed)}, {"kept", to_json(report.kept)}};
}

void add(StoreStats& sum, const StoreStats& part) {
  sum.entries += part.entries;
  sum.bytes += part.bytes;
}

void print_findings(Output& out, const VerifyReport& report, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    out.print(std::string(name_of(finding.kind)) + ": " + finding.where + ": " + finding.detail +
              "\n");
  }
  out.print("sound entries " + std::to_string(report.entries) + ", findings " +
            std::to_string(report.findings) + ", repaired " + std::to_string(report.repaired) +
            "\n");
}

Json verify_json(const VerifyReport& report, const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back(
        {{"kind", name_of(finding.kind)}, {"where", finding.where}, {"detail", finding.detail}});
  }
  return {{"entries", report.entries},
          {"findings", report.findings},
          {"repaired", report.repaired},
          {"list", std::move(list)}};
}

}  // namespace

Result<ExitCode> store_ls(Invocation& invocation) {
  LARDER_TRY(const auto target, invocation.open_target());
  Output& out = invocation.out();
  // On a terminal the list itself shows how it gets on.
  std::optional<Progress> progress;
  if (::isatty(STDOUT_FILENO) == 0) progress.emplace("ls", Progress::Unit::entries);
  Lister lister(out, invocation.has("--json"), invocation.has("--long"));
  std::uint64_t count = 0;
  LARDER_CHECK(target.store->entries([&](const EntryInfo& entry) {
    lister.print(entry);
    if (progress) progress->set(++count);
    return !out.has_failed();
  }));
  lister.finish();
  return ExitCode::done;
}

Result<ExitCode> store_stats(Invocation& invocation) {
  LARDER_TRY(const auto target, invocation.open_target());
  LARDER_TRY(const StoreStats stats, target.store->stats());
  if (invocation.has("--json")) {
    Json document = {{"dir", target.store->dir()}};
    document.update(to_json(stats));
    document["max_bytes"] = target.max_bytes ? Json(*target.max_bytes) : Json(nullptr);
    invocation.out().print(to_text(document));
    return ExitCode::done;
  }
  const std::string limit = target.max_bytes ? store::format_size(*target.max_bytes) : "none";
  invocation.out().print("directory  " + target.store->dir() + "\nentries    " +
                         std::to_string(stats.entries) + "\nsize       " +
                         store::format_size(stats.bytes) + "\nlimit      " + limit + "\n");
  return ExitCode::done;
}

Result<ExitCode> store_clean(Invocation& invocation) {
  LARDER_TRY(const auto target, invocation.open_target());
  LARDER_TRY(const CleanOptions options, clean_options(invocation, target.max_bytes));
  LARDER_CHECK(check_clean_options(invocation, options));
  const Progress progress("clean", Progress::Unit::none);
  LARDER_TRY(const CleanReport report, target.store->clean(options));
  if (invocation.has("--json")) {
    Json document = {{"dir", target.store->dir()}};
    document.update(clean_json(report, options.dry_run));
    invocation.out().print(to_text(document));
  } else {
    invocation.out().print(clean_text(*target.store, report, options.dry_run));
  }
  return ExitCode::done;
}

Result<ExitCode> store_verify(Invocation& invocation) {
  LARDER_TRY(const auto target, invocation.open_target());
  Progress progress("verify", Progress::Unit::entries);
  std::vector<Finding> findings;
  LARDER_TRY(const VerifyReport report,
             target.store->verify({
                 .repair = invocation.has("--repair"),
                 .on_finding = [&](const Finding& finding) { findings.push_back(finding); },
                 .on_progress = [&](std::uint64_t entries) { progress.set(entries); },
             }));
  if (invocation.has("--json")) {
    Json document = {{"dir", target.store->dir()}};
    document.update(verify_json(report, findings));
    invocation.out().print(to_text(document));
  } else {
    print_findings(invocation.out(), report, findings);
  }
  return report.findings > report.repaired ? ExitCode::error : ExitCode::done;
}

Result<ExitCode> clean(Invocation& invocation) {
  LARDER_TRY(const Config config, invocation.config());
  LARDER_TRY(const std::vector<CleanOptions> options, options_for_all(invocation, config));
  LARDER_TRY(const auto stores, invocation.open_stores(config));
  const Progress progress("clean", Progress::Unit::none);
  CleanReport sum;
  Json list = Json::array();
  std::string text;
  ExitCode code = ExitCode::done;
  for (std::size_t i = 0; i < stores.size(); ++i) {
    const auto report = stores[i]->clean(options[i]);
    if (!report) {
      // One that is away must not keep the others from being cleaned.
      print_error("clean " + stores[i]->dir() + ": " + report.error().message());
      code = ExitCode::error;
      continue;
    }
    add(sum.removed, report->removed);
    add(sum.kept, report->kept);
    list.push_back({{"dir", stores[i]->dir()}});
    list.back().update(clean_json(*report, options[i].dry_run));
    text += clean_text(*stores[i], *report, options[i].dry_run);
  }
  if (invocation.has("--json")) {
    Json document = clean_json(sum, invocation.has("--dry-run"));
    document["stores"] = std::move(list);
    text = to_text(document);
  }
  invocation.out().print(text);
  return code;
}

}  // namespace larder::cli
