#include "compile/explain.h"

#include "compile/counters.h"
#include "util/try.h"

#include <algorithm>
#include <string_view>

namespace larder::compile {
namespace {

std::string absolute(const std::string& path, const std::string& directory) {
  std::string_view rest = path;
  while (rest.starts_with("./")) rest.remove_prefix(2);
  if (rest.starts_with('/')) return std::string(rest);
  return directory + "/" + std::string(rest);
}

bool concerns(const HistoryRecord& record, const std::string& wanted) {
  return (!record.source.empty() && absolute(record.source, record.directory) == wanted) ||
         (!record.object.empty() && absolute(record.object, record.directory) == wanted);
}

/// An argument of the normal form as a person writes it.
std::string shown(std::string argument) {
  std::ranges::replace(argument, '\0', ' ');
  return argument;
}

std::vector<std::string> missing_from(const std::vector<std::string>& all,
                                      const std::vector<std::string>& from) {
  std::vector<std::string> left = from;
  std::vector<std::string> missing;
  for (const std::string& text : all) {
    const auto found = std::ranges::find(left, text);
    if (found == left.end()) {
      missing.push_back(text);
    } else {
      left.erase(found);
    }
  }
  return missing;
}

void compare_lists(std::string_view what, const std::vector<std::string>& before,
                   const std::vector<std::string>& now, std::vector<std::string>& sentences) {
  if (before == now) return;
  const auto gone = missing_from(before, now);
  const auto come = missing_from(now, before);
  for (const std::string& text : come) {
    sentences.push_back("new " + std::string(what) + ": " + shown(text));
  }
  for (const std::string& text : gone) {
    sentences.push_back(std::string(what) + " no longer there: " + shown(text));
  }
  if (gone.empty() && come.empty()) {
    sentences.push_back("the same " + std::string(what) + "s in another order");
  }
}

std::vector<std::string> explain_new(const Recollection& recollection) {
  if (!recollection.before) return {"it had never been compiled before"};
  auto sentences = differences(recollection.before->description, recollection.last.description);
  if (sentences.empty()) {
    sentences.emplace_back("nothing differs from the compile before: what was stored is gone");
  }
  return sentences;
}

}  // namespace

Result<std::optional<Recollection>> recall(const std::string& history, const std::string& path,
                                           const std::string& directory) {
  const std::string wanted = absolute(path, directory);
  std::optional<Recollection> found;
  LARDER_CHECK(read_history(history, [&](const HistoryRecord& record) {
    if (!found) {
      if (concerns(record, wanted)) found = Recollection{record, {}};
      return true;
    }
    // The one to compare with was a compile of the same object, for a source may have several.
    if (record.manifest.empty() || record.object != found->last.object ||
        !concerns(record, wanted)) {
      return true;
    }
    found->before = record;
    return false;
  }));
  return found;
}

std::vector<std::string> differences(const Description& before, const Description& now) {
  std::vector<std::string> sentences;
  if (before.compiler != now.compiler) sentences.emplace_back("the compiler is another one");
  compare_lists("argument", before.arguments, now.arguments, sentences);
  compare_lists("variable", before.environment, now.environment, sentences);
  if (before.directory != now.directory) {
    sentences.push_back("the working directory was " + before.directory + " and is " +
                        now.directory);
  }
  if (before.source_digest != now.source_digest) sentences.emplace_back("the source has changed");
  return sentences;
}

std::vector<std::string> explain(const Recollection& recollection) {
  const HistoryRecord& last = recollection.last;
  if (last.manifest.empty()) {
    return {"it was run uncached: " + last.outcome +
            (last.detail.empty() ? "" : " (" + last.detail + ")")};
  }
  std::vector<std::string> sentences;
  if (last.outcome == to_string(Counter::miss_changed)) {
    sentences.emplace_back("a file that it reads has changed, appeared or gone");
  } else if (last.outcome == to_string(Counter::miss_evicted)) {
    sentences.emplace_back("its result had been evicted");
  } else if (last.outcome == to_string(Counter::miss_recache)) {
    sentences.emplace_back("looking it up was switched off (recache)");
  } else {
    sentences = explain_new(recollection);
  }
  if (!last.detail.empty()) sentences.push_back(last.detail);
  if (last.result.empty()) sentences.emplace_back("and its result was not stored");
  return sentences;
}

}  // namespace larder::compile
