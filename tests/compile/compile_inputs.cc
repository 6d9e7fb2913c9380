#include "compile_inputs.h"

#include "compile/dependency_listing.h"
#include "compile/file_digests.h"
#include "compile/lookup.h"
#include "compile/parse_arguments.h"
#include "compile/search_path.h"
#include "compile/source_scan.h"
#include "compile/source_text.h"
#include "support/data.h"
#include "support/stamps.h"
#include "sys/process.h"
#include "util/bytes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <optional>

#include <climits>

namespace larder::compile {
namespace {

std::string working_directory() {
  std::string path(PATH_MAX, '\0');
  EXPECT_NE(::getcwd(path.data(), path.size()), nullptr);
  return path.c_str();
}

/// The files of a list, hashed and scanned.
class Reader {
 public:
  void read(const std::string& path) {
    paths_.push_back(path);
    const auto hashed = digests_.read(path.c_str(), [&](util::ByteSpan bytes) {
      scans_.push_back(scan_source(util::as_text(bytes)));
    });
    ASSERT_TRUE(hashed && *hashed) << path;
    files_.push_back({.path = paths_.back(),
                      .stamp = (*hashed)->stamp,
                      .digest = (*hashed)->digest,
                      .scan = &scans_.back()});
    inputs_.push_back({.path = path, .digest = (*hashed)->digest});
  }

  std::optional<ReadFile> adopt(const std::string& path) {
    read(path);
    return files_.empty() ? std::nullopt : std::optional(files_.back());
  }

  [[nodiscard]] std::vector<ReadFile> files() const { return files_; }
  [[nodiscard]] const std::vector<InputFile>& inputs() const { return inputs_; }

 private:
  FileDigests digests_{std::nullopt};
  std::deque<std::string> paths_;
  std::deque<SourceScan> scans_;
  std::vector<ReadFile> files_;
  std::vector<InputFile> inputs_;
};

Result<bool> holds_word(const ReadFile& file, std::string_view word) {
  const std::string text(support::text_of(support::content_of(std::string(file.path))));
  return without_splices(text).find(word) != std::string::npos;
}

/// What a list of files that were read leads to.
CompileInputs gather(const SearchQuery& query, const DependencyList& list, std::int64_t start_ns) {
  Reader reader;
  for (const std::string& file : list.files) reader.read(file);
  const auto search = find_search_path(query, "");
  EXPECT_TRUE(search);
  const std::vector<ReadFile> files = reader.files();
  CompileInputs inputs;
  inputs.absent =
      find_absent_files({.kind = query.compiler.kind,
                         .invocation = query.invocation,
                         .search = *search,
                         .files = files,
                         .origin = list.origin,
                         .start_ns = start_ns,
                         .holds = holds_word,
                         .adopt = [&](const std::string& path) { return reader.adopt(path); }});
  for (const std::string& file : inputs.absent.also_read) reader.read(file);
  inputs.result.set_files(reader.inputs());
  inputs.result.absent = inputs.absent.groups;
  return inputs;
}

}  // namespace

CompileInputs compile_and_gather(const std::string& driver,
                                 const std::vector<std::string>& arguments) {
  const std::string path = "/usr/bin/" + driver;
  const CompilerKind kind = driver.starts_with("clang") ? CompilerKind::clang : CompilerKind::gcc;
  auto parsed = parse_arguments(kind, arguments, {.is_cpp_driver = is_cpp_driver_name(driver)});
  const auto* invocation = std::get_if<Invocation>(&parsed);
  EXPECT_NE(invocation, nullptr) << "passed through";
  if (invocation == nullptr) return {};
  sys::Command command = {.program = path, .arguments = arguments};
  command.arguments.insert(command.arguments.begin(), driver);
  const auto listing = DependencyListing::prepare({.kind = kind, .path = path, .name = driver},
                                                  *invocation, command);
  support::let_stamps_move_on();
  const std::int64_t start_ns = coarse_now_ns();
  const auto outcome = sys::run_and_capture(command);
  EXPECT_TRUE(outcome && outcome->status.is_success()) << outcome->err.bytes;

  const auto list = listing->collect(*invocation);
  EXPECT_TRUE(list) << list.error().message();
  if (!list) return {};
  const Compiler compiler = {.kind = kind, .identity = {}};
  const std::string directory = working_directory();
  const SearchQuery query = {
      .path = path, .compiler = compiler, .invocation = *invocation, .directory = directory};
  CompileInputs inputs = gather(query, *list, start_ns);
  if (list->origin != DependencyList::Origin::user_headers) return inputs;
  inputs.has_adopted = inputs.absent.verdict == AbsentFiles::Verdict::sound;
  if (inputs.has_adopted) return inputs;
  const auto told = listing->ask_driver(*invocation);
  EXPECT_TRUE(told) << told.error().message();
  return told ? gather(query, *told, start_ns) : CompileInputs();
}

bool still_holds(const CompileInputs& inputs) {
  const util::ByteBuffer bytes = encode_manifest({&inputs.result, 1});
  const Manifest manifest = Manifest::decode(bytes).value();
  FileDigests digests(std::nullopt);
  util::Helper helper;
  return Lookup(manifest, digests, helper).run().result.has_value();
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin < line.size()) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    if (end > begin) words.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace larder::compile
