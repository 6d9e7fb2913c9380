#include "differential.h"

#include "support/files.h"
#include "support/stamps.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <ostream>
#include <set>
#include <string_view>

#include <cctype>
#include <cstdint>

namespace larder::e2e {
namespace {

namespace fs = std::filesystem;

/// Beside the compilers that a plain name calls, another version of each.
constexpr const char* kOtherGcc = "-11";
constexpr const char* kOtherClang = "-16";

/// What one command of a case came to.
struct Observation {
  Ran ran;
  Snapshot files;
  Snapshot temporaries;
  std::string outcome;
};

/// What `larder stats --json` says, by the name of the outcome that each count stands for.
using Statistics = std::map<std::string, std::uint64_t>;

Statistics read_statistics(const Sandbox& sandbox, const Subject& subject) {
  Statistics statistics;
  const Ran ran = sandbox.run("\"$LARDER\" stats --json", subject.environment);
  const auto document = nlohmann::json::parse(ran.out, nullptr, false);
  if (!document.is_object()) return statistics;
  statistics["hit"] = document.value("hits", std::uint64_t{0});
  static constexpr std::array kNames = {
      "stored",       "compiles_failed",    "inputs_changed",       "inputs_unsuitable",
      "cache_errors", "outputs_unsuitable", "dependencies_unknown", "disabled"};
  for (const char* name : kNames) statistics[name] = document.value(name, std::uint64_t{0});
  for (const auto& [reason, count] : document["pass_through_reasons"].items()) {
    statistics["passed through: " + reason] = count.get<std::uint64_t>();
  }
  return statistics;
}

std::string outcome_between(const Statistics& before, const Statistics& after) {
  std::string outcome;
  for (const auto& [name, count] : after) {
    const auto found = before.find(name);
    const std::uint64_t earlier = found == before.end() ? 0 : found->second;
    for (std::uint64_t i = earlier; i < count; ++i) outcome += (outcome.empty() ? "" : " ") + name;
  }
  return outcome;
}

/// The case as a C++ compiler gets it: "a.c" is "a.cc".
std::string as_cpp(const std::string& text) {
  std::string renamed;
  for (std::size_t i = 0; i < text.size(); ++i) {
    renamed += text[i];
    const bool ends_name = i + 1 == text.size() || std::isalnum(text[i + 1]) == 0;
    if (i > 0 && text[i] == 'c' && text[i - 1] == '.' && ends_name) renamed += 'c';
  }
  return renamed;
}

Case as_cpp(const Case& it) {
  Case renamed = it;
  renamed.files.clear();
  for (const auto& [path, text] : it.files) renamed.files[as_cpp(path)] = as_cpp(text);
  for (Step& step : renamed.steps) {
    step.change = as_cpp(step.change);
    step.command = as_cpp(step.command);
  }
  return renamed;
}

/// Plays one case with one subject.
class Player {
 public:
  Player(Sandbox& sandbox, const std::string& compiler, const Subject& subject)
      : sandbox_(sandbox), subject_(subject), variables_(subject.environment) {
    const bool is_bare = subject.launcher.empty();
    variables_.push_back("COMPILER=" + compiler);
    variables_.push_back("LAUNCHER=" + subject.launcher);
    variables_.push_back("CC=" + (is_bare ? compiler : subject.launcher + " " + compiler));
    if (is_bare) variables_.emplace_back("LARDER=");
  }

  std::vector<Observation> play(const Case& it) {
    sandbox_.clear();
    fs::remove_all(sandbox_.file("cache"));
    for (const auto& [path, text] : it.files) {
      support::write_file(sandbox_.file("work/" + path), text);
    }
    remember_files();
    std::vector<Observation> observations;
    for (const Step& step : it.steps) observations.push_back(play(step));
    return observations;
  }

 private:
  Observation play(const Step& step) {
    if (!step.keeps_outputs) remove_outputs();
    if (!step.change.empty()) sandbox_.must_run("set -e\n" + step.change, variables_);
    remember_files();
    support::let_stamps_move_on();
    Observation seen;
    const Statistics before = statistics();
    seen.ran = sandbox_.run(step.command, variables_);
    seen.outcome = outcome_between(before, statistics());
    seen.files = take_snapshot(sandbox_.file("work"));
    seen.temporaries = take_snapshot(sandbox_.file("tmp"));
    return seen;
  }

  Statistics statistics() {
    const bool can_tell = !subject_.launcher.empty() && subject_.has_statistics;
    return can_tell ? read_statistics(sandbox_, subject_) : Statistics();
  }

  /// What stands in the directory before a command is not what it wrote.
  void remember_files() {
    known_.clear();
    for (const auto& entry : fs::recursive_directory_iterator(sandbox_.file("work"))) {
      known_.insert(entry.path());
    }
  }

  void remove_outputs() {
    std::vector<fs::path> outputs;
    for (const auto& entry : fs::recursive_directory_iterator(sandbox_.file("work"))) {
      if (!known_.contains(entry.path())) outputs.push_back(entry.path());
    }
    for (const fs::path& output : outputs) fs::remove_all(output);
  }

  Sandbox& sandbox_;
  const Subject& subject_;
  std::vector<std::string> variables_;
  std::set<fs::path> known_;
};

std::string status_text(const sys::ExitStatus& status) {
  return status.signal != 0 ? "signal " + std::to_string(status.signal)
                            : "exit " + std::to_string(status.code);
}

std::vector<std::string> compare(const Observation& bare, const Observation& actual) {
  std::vector<std::string> lines = differences(bare.files, actual.files);
  for (const std::string& line : differences(bare.temporaries, actual.temporaries)) {
    lines.push_back("TMPDIR: " + line);
  }
  if (bare.ran.status != actual.ran.status) {
    lines.push_back(status_text(bare.ran.status) + " became " + status_text(actual.ran.status));
  }
  if (bare.ran.out != actual.ran.out) {
    lines.push_back("stdout:\n" + bare.ran.out + "--- became\n" + actual.ran.out);
  }
  if (bare.ran.err != actual.ran.err) {
    lines.push_back("stderr:\n" + bare.ran.err + "--- became\n" + actual.ran.err);
  }
  return lines;
}

const std::string& expected_outcome(const Step& step, const Subject& subject) {
  const bool is_other = subject.is_preprocessed && !step.preprocessed_outcome.empty();
  return is_other ? step.preprocessed_outcome : step.outcome;
}

}  // namespace

Subject larder_direct() { return {.launcher = larder_program()}; }

Subject larder_preprocessed() {
  return {.launcher = larder_program(),
          .environment = {"LARDER_MODE=preprocessed"},
          .is_preprocessed = true};
}

Subject naive_cache() { return {.launcher = NAIVE_CACHE, .has_statistics = false}; }

std::vector<std::string> play(const Case& written, const std::string& compiler,
                              const std::vector<Subject>& subjects) {
  const Case it = compiler.find("++") != std::string::npos ? as_cpp(written) : written;
  Sandbox sandbox;
  const std::vector<Observation> bare = Player(sandbox, compiler, Subject()).play(it);
  std::vector<std::string> found;
  for (const Subject& subject : subjects) {
    const std::vector<Observation> actual = Player(sandbox, compiler, subject).play(it);
    for (std::size_t i = 0; i < bare.size(); ++i) {
      std::vector<std::string> lines = compare(bare[i], actual[i]);
      const std::string& outcome = expected_outcome(it.steps[i], subject);
      if (outcome == kAnyOutcome) {
        if (!bare[i].ran.status.is_success()) {
          lines.push_back("the bare compiler fails:\n" + bare[i].ran.err);
        }
      } else if (subject.has_statistics && actual[i].outcome != outcome) {
        lines.push_back("outcome \"" + actual[i].outcome + "\" where \"" + outcome +
                        "\" was expected");
      }
      for (const std::string& line : lines) {
        found.push_back("step " + std::to_string(i + 1) +
                        (subject.is_preprocessed ? ", preprocessed: " : ": ") + line);
      }
    }
  }
  return found;
}

std::vector<Step> cold_and_warm(const std::string& command) {
  return {{.command = command, .outcome = "stored"}, {.command = command, .outcome = "hit"}};
}

std::vector<Step> after_change(const std::string& command, const std::string& change,
                               const std::string& outcome) {
  std::vector<Step> steps = cold_and_warm(command);
  steps.push_back({.change = change, .command = command, .outcome = outcome});
  steps.push_back({.command = command, .outcome = "hit"});
  return steps;
}

std::vector<Step> twice(const std::string& command, const std::string& outcome) {
  return {{.command = command, .outcome = outcome}, {.command = command, .outcome = outcome}};
}

std::ostream& operator<<(std::ostream& stream, const CaseWithCompiler& value) {
  return stream << test_name(value);
}

std::vector<CaseWithCompiler> with_compilers(const std::vector<Case>& cases, Versions versions) {
  std::vector<CaseWithCompiler> all;
  for (const Case& it : cases) {
    for (const std::string& compiler : it.compilers) {
      all.push_back({it, compiler});
      if (versions == Versions::plain) continue;
      all.push_back({it, compiler + (compiler.starts_with("clang") ? kOtherClang : kOtherGcc)});
    }
  }
  return all;
}

std::string test_name(const CaseWithCompiler& value) {
  std::string name = value.it.name + "_" + value.compiler;
  std::ranges::replace(name, '+', 'x');
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace larder::e2e
