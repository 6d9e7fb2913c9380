#include "compile/explain.h"

#include "compile/argument_changes.h"
#include "compile/compiler_parts.h"
#include "compile/counters.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace larder::compile {
namespace {

using Kind = Cause::Kind;

std::string spaced(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

const InputFile* find_file(const std::vector<InputFile>& files, const std::string& path) {
  const auto found = std::ranges::find(files, path, &InputFile::path);
  return found == files.end() ? nullptr : &*found;
}

/// Which kinds tell that a file has changed, is new, is not there any more.
struct FileKinds {
  Kind changed = Kind::unknown;
  Kind added = Kind::unknown;
  Kind removed = Kind::unknown;
};

void compare_files(const std::vector<InputFile>& before, const std::vector<InputFile>& now,
                   const FileKinds& kinds, std::vector<Cause>& causes) {
  for (const InputFile& file : now) {
    const InputFile* old = find_file(before, file.path);
    if (old != nullptr && old->digest == file.digest) continue;
    causes.push_back({.kind = old != nullptr ? kinds.changed : kinds.added, .subject = file.path});
  }
  for (const InputFile& file : before) {
    if (find_file(now, file.path) != nullptr) continue;
    causes.push_back({.kind = kinds.removed, .subject = file.path});
  }
}

void compare_compilers(const HistoryRecord& before, const HistoryRecord& now,
                       const std::string& compilers, std::vector<Cause>& causes) {
  if (before.description.compiler == now.description.compiler) return;
  if (before.compiler_path != now.compiler_path) {
    causes.push_back(
        {.kind = Kind::compiler, .before = before.compiler_path, .now = now.compiler_path});
    return;
  }
  const auto old_parts = recall_parts(compilers, before.description.compiler);
  const auto parts = recall_parts(compilers, now.description.compiler);
  const std::size_t known = causes.size();
  if (old_parts && parts) {
    compare_files(old_parts->files, parts->files,
                  {Kind::compiler_file, Kind::compiler_file_added, Kind::compiler_file_removed},
                  causes);
    const auto flag = std::ranges::find_if(parts->flags, [&](const std::string& text) {
      return std::ranges::find(old_parts->flags, text) == old_parts->flags.end();
    });
    if (flag != parts->flags.end()) {
      causes.push_back({.kind = Kind::compiler_flags, .subject = *flag});
    }
  }
  if (causes.size() == known) causes.push_back({.kind = Kind::compiler});
}

/// "NAME=value", sorted, as pairs.
std::pair<std::string_view, std::string_view> split_variable(std::string_view variable) {
  const std::size_t equals = variable.find('=');
  if (equals == std::string_view::npos) return {variable, {}};
  return {variable.substr(0, equals), variable.substr(equals + 1)};
}

std::optional<std::string> value_of(const std::vector<std::string>& environment,
                                    std::string_view name) {
  for (const std::string& variable : environment) {
    const auto [its_name, value] = split_variable(variable);
    if (its_name == name) return std::string(value);
  }
  return std::nullopt;
}

void compare_environments(const std::vector<std::string>& before,
                          const std::vector<std::string>& now, std::vector<Cause>& causes) {
  std::vector<std::string_view> names;
  for (const auto* environment : {&before, &now}) {
    for (const std::string& variable : *environment) {
      names.push_back(split_variable(variable).first);
    }
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string_view name : names) {
    Cause cause = {.kind = Kind::variable, .subject = std::string(name)};
    cause.before = value_of(before, name);
    cause.now = value_of(now, name);
    if (cause.before != cause.now) causes.push_back(std::move(cause));
  }
}

/// The response files of a command line that is otherwise as it was: what differs is from them.
std::string changed_response_files(const HistoryRecord& before, const HistoryRecord& now) {
  std::string files;
  if (now.words.empty() || now.words != before.words) return files;
  for (const std::string& word : now.words) {
    if (word.starts_with('@')) files += (files.empty() ? "" : " ") + word;
  }
  return files;
}

/// What differs between two compiles beside their headers.
std::vector<Cause> differences(const HistoryRecord& before, const HistoryRecord& now,
                               const std::string& compilers) {
  const Description& old = before.description;
  const Description& own = now.description;
  std::vector<Cause> causes;
  compare_compilers(before, now, compilers, causes);
  for (Cause& cause : argument_changes(old.arguments, own.arguments)) {
    cause.origin = changed_response_files(before, now);
    causes.push_back(std::move(cause));
  }
  compare_environments(old.environment, own.environment, causes);
  if (own.source != old.source) {
    causes.push_back({.kind = Kind::source_spelling, .before = old.source, .now = own.source});
  }
  if (own.source_digest != old.source_digest) {
    causes.push_back({.kind = Kind::source_changed, .subject = own.source});
  }
  compare_files(old.named_files, own.named_files,
                {Kind::named_file, Kind::named_file_added, Kind::named_file_removed}, causes);
  // An argument decides whether the output can hold it.
  if (old.directory != own.directory && !old.directory.empty() && !own.directory.empty()) {
    causes.push_back({.kind = Kind::directory, .before = old.directory, .now = own.directory});
  }
  return causes;
}

std::vector<Cause> explain_new(const HistoryRecord& record,
                               const std::optional<Precedent>& precedent,
                               const std::string& compilers) {
  if (!precedent) return {{.kind = Kind::never_seen}};
  const HistoryRecord& before = precedent->record;
  if (precedent->relation == Precedent::Relation::same) {
    if (before.time_ms + static_cast<std::int64_t>(record.compile_ms) >= record.time_ms) {
      return {{.kind = Kind::concurrent}};
    }
    if (!before.result.empty()) return {{.kind = Kind::evicted}};
    // Version 1 of the history did not say which of both the detail is.
    const std::string why = why_unstored(before);
    return {{.kind = Kind::never_stored, .subject = why.empty() ? before.detail : why}};
  }
  std::vector<Cause> causes = differences(before, record, compilers);
  if (causes.empty()) causes.push_back({.kind = Kind::unknown});
  if (precedent->relation != Precedent::Relation::object) {
    const std::string other = before.object + " in " + before.directory;
    causes.insert(causes.begin(), {.kind = Kind::never_seen, .subject = other});
  }
  return causes;
}

Cause explain_change(const HistoryRecord& record) {
  Cause cause = {.kind = Kind::file_changed, .subject = record.detail};
  if (record.change == "gone") cause.kind = Kind::file_gone;
  if (record.change == "appeared") cause.kind = Kind::file_appeared;
  if (record.change == "moved") cause.kind = Kind::moved;
  return cause;
}

Cause explain_uncached(const HistoryRecord& record) {
  if (record.outcome == to_string(Counter::cache_error)) {
    return {.kind = Kind::error, .subject = record.detail};
  }
  Cause cause = {.kind = Kind::passed_through, .subject = spaced(record.outcome)};
  if (!record.detail.empty()) cause.now = record.detail;
  return cause;
}

}  // namespace

std::vector<Cause> explain(const HistoryRecord& record, const std::optional<Precedent>& precedent,
                           const std::string& compilers) {
  if (record.manifest.empty()) return {explain_uncached(record)};
  if (record.outcome == to_string(Counter::miss_changed)) return {explain_change(record)};
  if (record.outcome == to_string(Counter::miss_evicted)) {
    return {{.kind = Kind::evicted, .subject = record.detail}};
  }
  if (record.outcome == to_string(Counter::miss_recache)) return {{.kind = Kind::recache}};
  return explain_new(record, precedent, compilers);
}

std::string why_unstored(const HistoryRecord& record) {
  if (record.unstored.empty()) return {};
  const std::string detail =
      record.unstored_detail.empty() ? std::string() : ": " + record.unstored_detail;
  return spaced(record.unstored) + detail;
}

}  // namespace larder::compile
