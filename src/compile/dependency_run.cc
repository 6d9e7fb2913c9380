#include "compile/dependency_run.h"

#include "compile/absent_files.h"
#include "compile/copies.h"
#include "compile/real_directories.h"
#include "compile/relocation.h"
#include "compile/search_path.h"
#include "compile/source_facts.h"
#include "util/try.h"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace larder::compile {
namespace {

bool is_cpp(Language language) {
  return language == Language::cpp || language == Language::cpp_preprocessed;
}

/// Why a file's content keeps a compile from being cached, or nothing.
std::string_view unsuitable_because(const SourceScan& scan, Language language) {
  if (scan.uses_time) return "uses the time";
  if (scan.pulls_in_files) return "pulls in files by #embed or by assembly";
  if (scan.uses_precompiled) return "uses a precompiled header";
  if (scan.uses_modules && is_cpp(language)) return "uses modules";
  return {};
}

SourceDialect dialect_of(Language language) {
  return language == Language::assembler ? SourceDialect::assembly : SourceDialect::c_family;
}

bool is_precompiled(std::string_view path) {
  return path.ends_with(".gch") || path.ends_with(".pch") || path.ends_with(".pcm") ||
         path.ends_with(".gcm");
}

/// What the files of a compile are searched for, where it has a root.
std::optional<RootMentions> mentions_of(const Job& job) {
  if (!job.root) return std::nullopt;
  return RootMentions(*job.root, maps_macros(job.invocation, *job.root));
}

/// Where what is found out about files is remembered, unless it cannot be opened.
std::optional<ContentFacts> open_facts(const std::string& path) {
  if (path.empty()) return std::nullopt;
  auto facts = ContentFacts::open_or_create(path);
  return facts ? std::optional(*std::move(facts)) : std::nullopt;
}

/// Reads the inputs of one compile. Keeps views of the paths that it is given, and pointers into it
/// are good as long as it lives.
class InputReader {
 public:
  InputReader(const Job& job, FileDigests& digests, const std::string& facts_path)
      : job_(job),
        digests_(digests),
        facts_(open_facts(facts_path)),
        mentions_(mentions_of(job)),
        sources_(digests, facts_ ? &*facts_ : nullptr, dialect_of(job.invocation.language),
                 mentions_ ? &*mentions_ : nullptr) {}

  void expect(std::size_t count) {
    read_.reserve(count);
    inputs_.files.reserve(count);
  }

  /// False once a file makes the compile impossible to cache.
  bool read(const std::string& path) {
    ReadFile file;
    if (!read(path, file)) return false;
    read_.push_back(file);
    return true;
  }

  /// The same, for a file that is not in the list. Keeps the path.
  std::optional<ReadFile> adopt(const std::string& path) {
    ReadFile file;
    return read(adopted_paths_.emplace_back(path), file) ? std::optional(file) : std::nullopt;
  }

  /// Reads the source, whose digest is in the key already.
  bool read_source(const std::string& path) {
    if (!read(path)) return false;
    const bool is_same = inputs_.files.back().digest == job_.source.digest;
    inputs_.files.pop_back();
    return is_same || reject(Inputs::Verdict::changed, path, "changed while it was compiled");
  }

  /// Makes sure that a file whose digest is in the key already has not changed.
  bool check(const std::string& path) {
    const auto hashed = digests_.hash(path.c_str());
    if (hashed && *hashed && is_settled((*hashed)->stamp)) return true;
    return reject(Inputs::Verdict::changed, path, "changed while it was compiled");
  }

  /// Finds out what was looked for and not found by the files read so far, the source first.
  bool find_absent(const SearchPath& search, DependencyList::Origin origin) {
    const auto holds = [this](const ReadFile& file, std::string_view word) {
      return sources_.holds(std::string(file.path), file.digest, word);
    };
    AbsentFiles absent =
        find_absent_files({.kind = job_.compiler.kind,
                           .invocation = job_.invocation,
                           .search = search,
                           .files = read_,
                           .origin = origin,
                           .start_ns = job_.start_ns,
                           .facts = facts_ ? &*facts_ : nullptr,
                           .holds = holds,
                           .adopt = [this](const std::string& path) { return adopt(path); }});
    if (inputs_.verdict != Inputs::Verdict::sound) return false;  // by what was adopted
    if (absent.verdict != AbsentFiles::Verdict::sound) {
      const bool is_changed = absent.verdict == AbsentFiles::Verdict::changed;
      return reject(is_changed ? Inputs::Verdict::changed : Inputs::Verdict::unsuitable,
                    absent.detail, "");
    }
    inputs_.absent = std::move(absent.groups);
    also_read_ = std::move(absent.also_read);
    return std::ranges::all_of(also_read_,
                               [this](const std::string& path) { return read(path); }) &&
           check_copies();
  }

  bool reject(Inputs::Verdict verdict, const std::string& what, std::string_view why) {
    inputs_ = {};
    inputs_.verdict = verdict;
    inputs_.detail = why.empty() ? what : what + " " + std::string(why);
    return false;
  }

  /// Notes by which paths the compiler may name what it found in directories of the user's.
  void note_real_directories() {
    auto directories = real_directories(job_.compiler.kind, job_.invocation, ::environ,
                                        inputs_.files, job_.root_if_any());
    std::ranges::move(directories, std::back_inserter(inputs_.files));
  }

  /// Gives what was read, or why that does not do.
  Inputs finish() {
    if (mentions_ && inputs_.verdict == Inputs::Verdict::sound) look_for_root();
    if (facts_) (void)facts_->save();  // A failure costs the next compile time, no more.
    return std::move(inputs_);
  }

 private:
  bool read(const std::string& path, ReadFile& read) {
    if (is_precompiled(path)) return reject(Inputs::Verdict::unsuitable, path, "is precompiled");
    const bool is_told = job_.root && ProjectRoot::is_in_terms_of_root(path);
    if (is_told || is_real_directory(path)) {
      return reject(Inputs::Verdict::unsuitable, path, "has a name that means something else here");
    }
    auto facts = sources_.read(path);
    if (!facts) return reject(Inputs::Verdict::changed, path, facts.error().message());
    if (!*facts) return reject(Inputs::Verdict::unsuitable, path, "is no regular file");
    const HashedFile& file = (*facts)->file;
    if (!is_settled(file.stamp)) {
      return reject(Inputs::Verdict::changed, path, "changed while it was compiled");
    }
    const SourceScan& scan = scans_.emplace_back(std::move((*facts)->scan));
    const auto why = unsuitable_because(scan, job_.invocation.language);
    if (!why.empty()) return reject(Inputs::Verdict::unsuitable, path, why);
    if (mentions_) see_mentions(path, file.digest, std::move((*facts)->mentions));
    if (job_.compiler.kind == CompilerKind::gcc) copies_.see(path, file, scan);
    inputs_.files.push_back({path, file.digest});
    read = {.path = path, .stamp = file.stamp, .digest = file.digest, .scan = &scan};
    return true;
  }

  void see_mentions(const std::string& path, const util::Digest& digest, OutsideMentions mentions) {
    if (mentions_->is_inside(path)) {
      inside_.push_back({path, digest});
    } else {
      mentions_->see_outside(path, std::move(mentions));
    }
  }

  /// Whether the outputs may follow from the spelling of the root.
  void look_for_root() {
    mentions_->find_telling();
    const auto& arguments = job_.description.arguments;
    inputs_.may_hold_root = mentions_->is_certain() ||
                            std::ranges::any_of(arguments, [this](const std::string& argument) {
                              return mentions_->uses_telling(argument);
                            });
    for (std::size_t i = 0; i < inside_.size() && !inputs_.may_hold_root; ++i) {
      const auto tells = sources_.tells_root(inside_[i].path, inside_[i].digest);
      if (!tells) return (void)reject(Inputs::Verdict::changed, tells.error().message(), "");
      inputs_.may_hold_root = *tells;
    }
  }

  bool check_copies() {
    const auto copy = copies_.find();
    return !copy || reject(Inputs::Verdict::unsuitable, *copy, "has a copy that is read once");
  }

  /// Strictly older than the compile: then nobody wrote to it since, for that would show.
  [[nodiscard]] bool is_settled(const FileStamp& stamp) const {
    return stamp.ctime_ns < job_.start_ns;
  }

  const Job& job_;
  FileDigests& digests_;
  std::deque<SourceScan> scans_;  // of read_: a deque, so that they stay where they are
  std::vector<ReadFile> read_;
  std::vector<std::string> also_read_;     // beside the files of the list,
  std::deque<std::string> adopted_paths_;  // or missing in it
  std::optional<ContentFacts> facts_;
  std::optional<RootMentions> mentions_;
  std::vector<InputFile> inside_;  // below the root
  SourceFactsReader sources_;
  Copies copies_;
  Inputs inputs_;
};

bool read_list(const Job& job, const DependencyList& list, InputReader& reader) {
  reader.expect(list.files.size());
  return reader.read_source(list.files.front()) &&
         std::ranges::all_of(std::span(list.files).subspan(1),
                             [&](const std::string& path) { return reader.read(path); }) &&
         std::ranges::all_of(job.description.named_files,
                             [&](const InputFile& file) { return reader.check(file.path); }) &&
         std::ranges::all_of(job.invocation.response_files,
                             [&](const std::string& path) { return reader.check(path); });
}

/// A source that is preprocessed already looks for nothing.
Result<SearchPath> search_path_of(const Job& job, const std::string& searches) {
  if (!is_preprocessed_by_compiler(job.invocation.language)) return SearchPath();
  return find_search_path({.path = job.command.path,
                           .compiler = job.compiler,
                           .invocation = job.invocation,
                           .directory = job.directory},
                          searches);
}

}  // namespace

sys::Command compiler_process(const Job& job) {
  const CompilerCommand& compiler = job.command;
  sys::Command command = {
      .program = compiler.prefix.empty() ? compiler.path : compiler.prefix.front(),
      .arguments = compiler.full_words()};
  // Its standard error is a pipe to us, which hides the terminal from it.
  const bool is_asked = job.invocation.diagnostics.colour == Diagnostics::Colour::always;
  if (!is_asked && asks_for_colour(job.invocation.diagnostics, job.is_terminal)) {
    command.arguments.emplace_back("-fdiagnostics-color=always");
  }
  return command;
}

Result<DependencyRun> DependencyRun::prepare(const Job& job, sys::Command& command) {
  LARDER_TRY(auto listing,
             DependencyListing::prepare({.kind = job.compiler.kind,
                                         .path = job.command.path,
                                         .name = job.command.words.front(),
                                         .has_prefix_command = !job.command.prefix.empty()},
                                        job.invocation, command));
  return DependencyRun(std::move(listing));
}

Inputs read_inputs(const Job& job, const DependencyList& list, FileDigests& digests,
                   const StatePaths& state) {
  InputReader reader(job, digests, state.facts);
  const auto search = search_path_of(job, state.searches);
  if (!search) {
    (void)reader.reject(Inputs::Verdict::unknown, search.error().message(), "");
  } else if (read_list(job, list, reader)) {
    if (reader.find_absent(*search, list.origin)) reader.note_real_directories();
  }
  return reader.finish();
}

Inputs DependencyRun::collect(const Job& job, FileDigests& digests, const StatePaths& state) const {
  auto list = listing_.collect(job.invocation);
  if (list && list->origin == DependencyList::Origin::user_headers) {
    Inputs inputs = read_inputs(job, *list, digests, state);
    if (inputs.verdict == Inputs::Verdict::sound) return inputs;
    list = listing_.ask_driver(job.invocation);
  }
  if (list) return read_inputs(job, *list, digests, state);
  Inputs unknown;
  unknown.verdict = Inputs::Verdict::unknown;
  unknown.detail = list.error().message();
  return unknown;
}

}  // namespace larder::compile
