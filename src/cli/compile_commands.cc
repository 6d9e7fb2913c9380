#include "cli/compile_commands.h"

#include "cli/json.h"
#include "cli/text.h"
#include "compile/counters.h"
#include "compile/manifest.h"
#include "compile/manifest_entry.h"
#include "compile/recall.h"
#include "compile/state_paths.h"
#include "compile/working_directory.h"
#include "store/quantity.h"
#include "util/hex.h"
#include "util/try.h"

#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <chrono>

namespace larder::cli {
namespace {

using Json = nlohmann::ordered_json;
using compile::Counter;

// Shown under hits, under misses, and as what kept misses from being stored.
constexpr std::array kHits = {Counter::direct_hit, Counter::preprocessed_hit};
constexpr std::array kMisses = {Counter::miss_new, Counter::miss_changed, Counter::miss_evicted,
                                Counter::miss_recache};
constexpr std::array kUnstored = {Counter::compile_failed,       Counter::input_changed,
                                  Counter::input_unsuitable,     Counter::output_unsuitable,
                                  Counter::dependencies_unknown, Counter::cache_error};

template <std::size_t N>
std::string rows(const compile::Counts& counts, const std::array<Counter, N>& counters) {
  std::string text;
  for (const Counter counter : counters) {
    if (counts[counter] == 0) continue;
    text += row(spaced(to_string(counter)), std::to_string(counts[counter]), 1);
  }
  return text;
}

std::string reasons_text(const compile::Counts& counts) {
  std::string text;
  for (std::size_t i = 0; i < compile::kPassThroughReasons; ++i) {
    if (counts.by_reason[i] == 0) continue;
    const auto reason = static_cast<compile::PassThroughReason>(i);
    text += row(spaced(to_string(reason)), std::to_string(counts.by_reason[i]), 1);
  }
  return text;
}

std::string stats_text(const compile::Counts& counts, const Store& store, const StoreStats& size,
                       std::optional<std::uint64_t> limit) {
  const std::uint64_t looked_up = counts.hits() + counts.misses();
  std::string text = row("hits", rate_text(counts.hits(), looked_up)) + rows(counts, kHits);
  text += row("misses", rate_text(counts.misses(), looked_up)) + rows(counts, kMisses);
  text += row("stored", std::to_string(counts[Counter::stored]));
  const std::string unstored = rows(counts, kUnstored);
  if (!unstored.empty()) text += "not stored\n" + unstored;
  text += row("passed through", std::to_string(counts[Counter::passed_through]));
  text += reasons_text(counts);
  text += row("compile time saved", time_text(counts[Counter::saved_ms]));
  text += row("compile time spent", time_text(counts[Counter::compile_ms]));
  text += row("store", store.dir());
  text += row("size", store::format_size(size.bytes) +
                          (limit ? " of " + store::format_size(*limit) : std::string()) + ", " +
                          std::to_string(size.entries) + " entries");
  return text;
}

Json stats_json(const compile::Counts& counts, const Store& store, const StoreStats& size,
                std::optional<std::uint64_t> limit) {
  Json document = {{"hits", counts.hits()}, {"misses", counts.misses()}};
  for (std::size_t i = 0; i < compile::kCounters; ++i) {
    const auto counter = static_cast<Counter>(i);
    document[std::string(to_string(counter))] = counts[counter];
  }
  Json& reasons = document["pass_through_reasons"] = Json::object();
  for (std::size_t i = 0; i < compile::kPassThroughReasons; ++i) {
    const auto reason = static_cast<compile::PassThroughReason>(i);
    if (counts.by_reason[i] != 0) reasons[std::string(to_string(reason))] = counts.by_reason[i];
  }
  document["store"] = {{"dir", store.dir()},
                       {"entries", size.entries},
                       {"bytes", size.bytes},
                       {"max_bytes", limit ? Json(*limit) : Json(nullptr)}};
  return document;
}

/// The entry of a key in one of the compiler cache's namespaces.
Result<std::optional<Entry>> read_entry(Store& root, std::string_view ns, const Key& key) {
  LARDER_TRY(const Name name, Name::parse(ns));
  LARDER_TRY(const auto view, root.in_namespace(name));
  return view->get_entry(key);
}

Result<void> describe_manifest(const Entry& entry, Json& document) {
  LARDER_TRY(const auto bytes, compile::manifest_in(entry));
  if (!bytes) return {};
  LARDER_TRY(const auto manifest, compile::Manifest::decode(*bytes));
  Json& results = document["results"] = Json::array();
  for (const compile::ManifestResult& result : manifest.results()) {
    Json files = Json::object();
    for (const compile::ManifestFile& file : result.files)
      files[file.path] = util::to_hex(std::as_bytes(std::span(&file.mark, 1)));
    std::size_t absent = 0;
    for (const compile::AbsentGroup& group : result.absent) absent += group.names.size();
    results.push_back({{"key", result.key.hex()},
                       {"compile_ms", result.compile_ms},
                       {"absent_names", absent},
                       {"files", std::move(files)}});
  }
  return {};
}

/// What is stored under a key as JSON, or nullopt.
Result<std::optional<Json>> describe_key(Store& root, const Key& key) {
  Json document = {{"key", key.hex()}};
  LARDER_TRY(const auto manifest, read_entry(root, "manifest", key));
  if (manifest) {
    document["namespace"] = "manifest";
    LARDER_CHECK(describe_manifest(*manifest, document));
    return std::optional(std::move(document));
  }
  LARDER_TRY(const auto result, read_entry(root, "compile", key));
  if (!result) return std::optional<Json>();
  document["namespace"] = "compile";
  for (const Entry::Item& item : result->blobs) {
    document["blobs"][item.name.text()] = item.blob.size();
  }
  if (const Blob* blob = result->find("metadata")) {
    LARDER_TRY(const auto bytes, blob->read());
    document["metadata"] = Json::parse(util::as_text(bytes), nullptr, false);
  }
  return std::optional(std::move(document));
}

/// The key that an operand means: its own digits, or those of the last result of a source or
/// object. Nullopt for a file that the history does not know.
Result<std::optional<Key>> key_of_operand(const Store& store, std::string_view operand) {
  auto key = Key::from_hex(operand);
  if (key) return std::optional(*std::move(key));
  const std::string path = compile::whole_path(compile::working_directory(), operand);
  std::optional<std::string> last;
  LARDER_CHECK(compile::read_history(
      compile::StatePaths::of(store).history, [&](const compile::HistoryRecord& record) {
        if (!record.manifest.empty() && compile::is_about(record, path)) last = record.result;
        return !last;
      }));
  if (!last || last->empty()) return std::optional<Key>();
  return Key::from_hex(*last).map([](const Key& found) { return std::optional(found); });
}

}  // namespace

Result<ExitCode> stats(Invocation& invocation) {
  LARDER_TRY(const CompileStore opened, invocation.open_compile_store());
  Store& store = *opened.store;
  const std::string counters = compile::StatePaths::of(store).counters;
  if (invocation.has("--zero")) {
    LARDER_CHECK(compile::zero_counts(counters, std::chrono::system_clock::now()));
    return ExitCode::done;
  }
  LARDER_TRY(const compile::Counts counts, compile::read_counts(counters));
  LARDER_TRY(const StoreStats size, store.stats());
  const auto limit = opened.max_bytes;
  invocation.out().print(invocation.has("--json") ? to_text(stats_json(counts, store, size, limit))
                                                  : stats_text(counts, store, size, limit));
  return ExitCode::done;
}

Result<ExitCode> inspect(Invocation& invocation) {
  LARDER_TRY(const CompileStore opened, invocation.open_compile_store());
  const auto& store = opened.store;
  LARDER_TRY(const auto key, key_of_operand(*store, invocation.operands().front()));
  if (!key) return ExitCode::not_found;
  LARDER_TRY(const auto document, describe_key(*store, *key));
  if (!document) return ExitCode::not_found;
  invocation.out().print(to_text(*document));
  return ExitCode::done;
}

}  // namespace larder::cli
