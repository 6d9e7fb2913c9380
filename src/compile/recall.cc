#include "compile/recall.h"

#include "compile/find_program.h"
#include "compile/pass_through.h"
#include "compile/plain_path.h"
#include "compile/source_language.h"
#include "util/try.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>
#include <variant>

#include <chrono>

namespace larder::compile {
namespace {

/// Whether a word names a source, as the compilers of either kind see it.
bool is_source(std::string_view word) {
  if (word.starts_with('-') || word.starts_with('@')) return false;
  return std::holds_alternative<Language>(language_of_file(CompilerKind::gcc, false, word));
}

/// "dir/a.c" to "a.o", as -c without -o does.
std::string default_object(std::string_view source) {
  const std::string_view name = base_name(source);
  return std::string(name.substr(0, name.rfind('.'))) + ".o";
}

/// Whether a command line that was passed through reads or writes this file.
bool mentions(const HistoryRecord& record, const std::string& path) {
  const auto& words = record.description.arguments;
  const bool only_compiles = std::ranges::find(words, "-c") != words.end();
  const auto is_path = [&](std::string_view word) {
    return whole_path(record.directory, word) == path;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "-o" && i + 1 < words.size() && is_path(words[i + 1])) return true;
    if (word.starts_with("-o") && word.size() > 2 && is_path(word.substr(2))) return true;
    if (!is_source(word)) continue;
    if (is_path(word) || (only_compiles && is_path(default_object(word)))) return true;
  }
  return false;
}

bool runs_no_compile(const HistoryRecord& record) {
  using enum PassThroughReason;
  constexpr std::array kReasons = {preprocess_only, dependencies_only, syntax_only, information};
  return record.manifest.empty() && std::ranges::any_of(kReasons, [&](PassThroughReason reason) {
           return record.outcome == to_string(reason);
         });
}

std::string absolute(const HistoryRecord& record, const std::string& path) {
  return path.empty() ? std::string() : whole_path(record.directory, path);
}

std::size_t index_of(Precedent::Relation relation) { return static_cast<std::size_t>(relation); }

/// Notes a later hit: manifests of this source or object, and when each was last missed.
class HitSearch {
 public:
  explicit HitSearch(const LastUses& uses) : uses_(uses) {}

  /// Newest first.
  void see(const HistoryRecord& record, bool is_ours) {
    if (record.manifest.empty()) return;
    const auto missed = last_miss_.try_emplace(record.manifest, record.time_ms).first->second;
    const auto used = uses_.find(record.manifest);
    if (!is_ours || used == uses_.end() || used->second <= missed) return;
    hit_ms_ = std::max(hit_ms_.value_or(0), used->second);
  }

  /// The time of a hit after that time.
  [[nodiscard]] std::optional<std::int64_t> hit_after(std::int64_t time_ms) const {
    return hit_ms_ && *hit_ms_ > time_ms ? hit_ms_ : std::nullopt;
  }

 private:
  const LastUses& uses_;
  std::unordered_map<std::string, std::int64_t> last_miss_;
  std::optional<std::int64_t> hit_ms_;
};

}  // namespace

Result<LastUses> last_uses(Store& root) {
  LARDER_TRY(const Name name, Name::parse("manifest"));
  LARDER_TRY(const auto manifests, root.in_namespace(name));
  LastUses uses;
  LARDER_CHECK(manifests->entries([&](const EntryInfo& entry) {
    uses[entry.key.hex()] =
        std::chrono::duration_cast<std::chrono::milliseconds>(entry.last_use.time_since_epoch())
            .count();
    return true;
  }));
  return uses;
}

std::string whole_path(std::string_view directory, std::string_view path) {
  return std::filesystem::path(join_path(directory, path)).lexically_normal();
}

bool is_about(const HistoryRecord& record, const std::string& path) {
  if (record.source.empty() && record.object.empty()) return mentions(record, path);
  return absolute(record, record.source) == path || absolute(record, record.object) == path;
}

std::size_t PrecedentSearch::add(const HistoryRecord& record) {
  const std::size_t number = wanted_.size();
  wanted_.push_back({.time_ms = record.time_ms});
  if (record.manifest.empty()) return number;
  const Keys keys = keys_of(record);
  for (std::size_t i = 0; i < keys.size(); ++i) by_key_[i].emplace(keys[i], number);
  return number;
}

PrecedentSearch::Keys PrecedentSearch::keys_of(const HistoryRecord& record) {
  Keys keys;
  keys[index_of(Precedent::Relation::content)] =
      record.description.source_digest.hex() + std::string(base_name(record.source));
  keys[index_of(Precedent::Relation::source)] = absolute(record, record.source);
  keys[index_of(Precedent::Relation::object)] = absolute(record, record.object);
  keys[index_of(Precedent::Relation::same)] = record.manifest;
  return keys;
}

std::int64_t PrecedentSearch::last_used(const HistoryRecord& record, std::int64_t until_ms) const {
  const auto used = uses_.find(record.manifest);
  const bool is_known = used != uses_.end() && used->second < until_ms;
  return is_known ? std::max(used->second, record.time_ms) : record.time_ms;
}

void PrecedentSearch::see(const HistoryRecord& older) {
  if (older.manifest.empty()) return;
  const Keys keys = keys_of(older);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto [begin, end] = by_key_[i].equal_range(keys[i]);
    for (auto wanted = begin; wanted != end; ++wanted) {
      offer(wanted_[wanted->second], static_cast<Precedent::Relation>(i), older);
    }
  }
}

void PrecedentSearch::offer(Wanted& wanted, Precedent::Relation relation,
                            const HistoryRecord& older) {
  const std::int64_t used_ms = last_used(older, wanted.time_ms);
  const bool is_better = !wanted.best || relation > wanted.best->relation ||
                         (relation == wanted.best->relation && used_ms > wanted.used_ms);
  if (!is_better) return;
  wanted.best = Precedent{relation, older};
  wanted.used_ms = used_ms;
}

Result<std::optional<Recollection>> recall(const std::string& history, const std::string& path,
                                           const LastUses& uses) {
  std::optional<HistoryRecord> last;
  std::optional<HistoryRecord> no_compile;
  PrecedentSearch precedents(uses);
  HitSearch hits(uses);
  LARDER_CHECK(read_history(history, [&](const HistoryRecord& record) {
    const bool is_ours = is_about(record, path);
    hits.see(record, is_ours);
    if (last) {
      precedents.see(record);
    } else if (is_ours && runs_no_compile(record)) {
      if (!no_compile) no_compile = record;
    } else if (is_ours) {
      last = record;
      (void)precedents.add(record);  // the only one
    }
    return true;
  }));
  if (!last) {
    if (!no_compile) return std::optional<Recollection>();
    return std::optional(Recollection{.last = *std::move(no_compile)});
  }
  const std::int64_t time_ms = last->time_ms;
  return std::optional(Recollection{.last = *std::move(last),
                                    .precedent = precedents.found(0),
                                    .hit_ms = hits.hit_after(time_ms)});
}

}  // namespace larder::compile
