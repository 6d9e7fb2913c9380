#include "compile/build_summary.h"

#include "compile/explain.h"
#include "util/try.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace larder::compile {
namespace {

constexpr std::size_t kCostliest = 10;
constexpr std::int64_t kMsPerSecond = 1000;

/// Takes the records of a window from a walk that goes backwards.
class WindowReader {
 public:
  WindowReader(const BuildWindow& window, const LastUses& uses)
      : window_(window), precedents_(uses) {}

  void see(const HistoryRecord& record) {
    precedents_.see(record);
    if (!is_over_ && !belongs(record)) is_over_ = true;
    if (is_over_) {
      if (!before_) before_ = record;
      return;
    }
    const std::int64_t began = record.time_ms - static_cast<std::int64_t>(record.compile_ms);
    begin_ms_ = records_.empty() ? began : std::min(begin_ms_, began);
    (void)precedents_.add(record);  // by the same number as in records_
    records_.push_back(record);
  }

  [[nodiscard]] const std::vector<HistoryRecord>& records() const { return records_; }
  [[nodiscard]] const std::optional<HistoryRecord>& before() const { return before_; }
  [[nodiscard]] std::int64_t begin_ms() const { return begin_ms_; }
  [[nodiscard]] const std::optional<Precedent>& precedent(std::size_t number) const {
    return precedents_.found(number);
  }

 private:
  /// A compile that takes long is no pause.
  [[nodiscard]] bool belongs(const HistoryRecord& record) const {
    if (window_.since_ms) return record.time_ms >= *window_.since_ms;
    return records_.empty() || begin_ms_ - record.time_ms < window_.pause.count();
  }

  const BuildWindow& window_;
  PrecedentSearch precedents_;
  std::vector<HistoryRecord> records_;  // newest first
  std::optional<HistoryRecord> before_;
  std::int64_t begin_ms_ = 0;
  bool is_over_ = false;
};

std::uint64_t grown(std::uint64_t from, std::uint64_t to) { return to > from ? to - from : 0; }

/// Hits leave no record: they are the difference between the totals now and those before.
void sum_up_hits(const WindowReader& window, const Counts& counts, BuildSummary& summary) {
  const auto& records = window.records();
  const HistoryRecord* base = window.before() ? &*window.before() : nullptr;
  if (!base || !base->totals) base = records.empty() ? nullptr : &records.back();
  if (base == nullptr || !base->totals) return;
  summary.hits_from_ms = base->time_ms;
  const auto zeroed_ms = static_cast<std::int64_t>(counts[Counter::zeroed_at]) * kMsPerSecond;
  summary.was_zeroed = zeroed_ms > base->time_ms;
  const HitTotals from = summary.was_zeroed ? HitTotals{} : *base->totals;
  summary.hits = HitTotals{.hits = grown(from.hits, counts.hits()),
                           .saved_ms = grown(from.saved_ms, counts[Counter::saved_ms])};
  if (records.empty() || summary.was_zeroed) return;
  if (const auto& first = records.back().totals) {
    summary.hits_before_first = grown(from.hits, first->hits);
  }
  if (const auto& last = records.front().totals) {
    summary.hits_after_last = grown(last->hits, counts.hits());
  }
}

/// How often each of some texts was counted.
class Tally {
 public:
  void add(const std::string& what) { ++counts_[what]; }

  [[nodiscard]] std::vector<CauseCount> sorted() const {
    std::vector<CauseCount> list;
    for (const auto& [what, count] : counts_) list.push_back({what, count});
    std::ranges::stable_sort(list, std::ranges::greater(), &CauseCount::count);
    return list;
  }

 private:
  std::map<std::string, std::uint64_t> counts_;
};

bool names_a_file(Cause::Kind kind) {
  using enum Cause::Kind;
  return kind == file_changed || kind == file_gone || kind == file_appeared;
}

/// The first cause, so said that it is the same for compiles in other directories.
std::string first_sentence(const HistoryRecord& record, std::vector<Cause> causes) {
  Cause& cause = causes.front();
  if (names_a_file(cause.kind)) cause.subject = whole_path(record.directory, cause.subject);
  if (cause.kind == Cause::Kind::source_changed) return "the source has changed";
  if (cause.kind == Cause::Kind::never_seen) cause.subject.clear();
  return sentence(cause);
}

void sum_up_misses(const WindowReader& window, const std::string& compilers,
                   BuildSummary& summary) {
  Tally causes;
  Tally unstored;
  Tally uncached;
  const auto& records = window.records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const HistoryRecord& record = records[i];
    if (record.manifest.empty()) {
      uncached.add(record.outcome);
      continue;
    }
    ++summary.misses;
    summary.compile_ms += record.compile_ms;
    if (!record.unstored.empty()) unstored.add(record.unstored);
    std::string why = first_sentence(record, explain(record, window.precedent(i), compilers));
    causes.add(why);
    summary.costliest.push_back(
        {whole_path(record.directory, record.source), std::move(why), record.compile_ms});
  }
  summary.causes = causes.sorted();
  summary.unstored = unstored.sorted();
  summary.uncached = uncached.sorted();
  std::ranges::stable_sort(summary.costliest, std::ranges::greater(), &CostlyMiss::compile_ms);
  if (summary.costliest.size() > kCostliest) summary.costliest.resize(kCostliest);
}

}  // namespace

Result<BuildSummary> summarise_build(const BuildSources& sources, const BuildWindow& window) {
  WindowReader reader(window, sources.uses);
  LARDER_CHECK(read_history(sources.history, [&](const HistoryRecord& record) {
    reader.see(record);
    return true;
  }));
  BuildSummary summary;
  if (!reader.records().empty()) {
    summary.begin_ms = reader.begin_ms();
    summary.end_ms = reader.records().front().time_ms;
  }
  sum_up_hits(reader, sources.counts, summary);
  sum_up_misses(reader, sources.compilers, summary);
  return summary;
}

}  // namespace larder::compile
