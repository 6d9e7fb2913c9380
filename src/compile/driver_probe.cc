#include "compile/driver_probe.h"

#include "compile/find_program.h"
#include "sys/environment.h"
#include "sys/file.h"
#include "sys/process.h"
#include "util/bytes.h"
#include "util/try.h"

#include <elf.h>
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <optional>

#include <cstring>

namespace larder::compile {
namespace {

/// The words of a command as `-###` prints it.
std::vector<std::string> split_command(std::string_view line) {
  std::vector<std::string> words;
  bool is_in_word = false;
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == ' ' && !is_quoted) {
      is_in_word = false;
      continue;
    }
    if (!is_in_word) words.emplace_back();
    is_in_word = true;
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == '\\' && i + 1 < line.size()) {
      words.back().push_back(line[++i]);
    } else {
      words.back().push_back(c);
    }
  }
  return words;
}

/// The rest of the line after `prefix`, if it begins so.
std::optional<std::string_view> after(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return std::nullopt;
  return line.substr(prefix.size());
}

void add_command(DriverProbe& probe, std::string_view line) {
  const auto words = split_command(line);
  if (words.empty() || words.front() == "(in-process)") return;
  if (auto program = find_program(words.front())) {
    if (std::ranges::find(probe.programs, *program) == probe.programs.end()) {
      probe.programs.push_back(*std::move(program));
    }
  }
  const auto option = std::ranges::find(words, "-resource-dir");
  if (option != words.end() && option + 1 != words.end()) probe.resource_directory = option[1];
  // Paths say where things lie, not what they are; the files that matter are hashed.
  for (const std::string& word : std::span(words).subspan(1)) {
    if (word.find('/') == std::string::npos) probe.flags.push_back(word);
  }
}

/// Whether a file is an ELF program that names a dynamic loader. Only such a one can be asked for
/// its libraries: any other would really run.
Result<bool> is_dynamic_program(const std::string& path) {
  LARDER_TRY(const auto fd, sys::open_at(AT_FDCWD, path, O_RDONLY));
  std::array<std::byte, 4096> bytes = {};
  LARDER_TRY(const std::size_t got, sys::read_at(fd.get(), bytes, 0));
  Elf64_Ehdr header = {};
  if (got < sizeof header) return false;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return false;
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_phentsize != sizeof(Elf64_Phdr)) {
    return false;
  }
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const std::size_t at = header.e_phoff + i * sizeof(Elf64_Phdr);
    if (at + sizeof(Elf64_Phdr) > got) return false;
    Elf64_Phdr segment = {};
    std::memcpy(&segment, bytes.data() + at, sizeof segment);
    if (segment.p_type == PT_INTERP) return true;
  }
  return false;
}

template <typename Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Result<DriverProbe> parse_driver_probe(std::string_view text) {
  DriverProbe probe;
  std::optional<CompilerKind> kind;
  for_each_line(text, [&](std::string_view line) {
    if (line.find("clang version ") != std::string_view::npos) kind = CompilerKind::clang;
    if (line.starts_with("gcc version ")) kind = CompilerKind::gcc;
    if (const auto specs = after(line, "Reading specs from ")) probe.specs.emplace_back(*specs);
    if (const auto file = after(line, "Configuration file: ")) probe.specs.emplace_back(*file);
    if (line.starts_with(' ')) add_command(probe, line);
  });
  if (!kind || probe.programs.empty()) {
    return fail(ErrorCode::unavailable, "ask the compiler what it runs: neither gcc nor clang");
  }
  probe.kind = *kind;
  return probe;
}

Result<DriverProbe> probe_driver(const CompilerQuery& query) {
  sys::Command command = {.program = query.path,
                          .arguments = {query.path},
                          .environment = sys::environment_with({"LC_ALL=C"})};
  auto& words = command.arguments;
  words.insert(words.end(), query.search_arguments.begin(), query.search_arguments.end());
  // -pipe: no names of temporaries, which differ each time.
  for (const char* word : {"-###", "-pipe", "-c", "-o", "/dev/null", "-x"}) {
    words.emplace_back(word);
  }
  words.emplace_back(to_string(query.language));
  words.emplace_back("/dev/null");
  LARDER_TRY(const auto ran, sys::run_and_capture(command));
  auto probe = parse_driver_probe(ran.err.bytes);
  if (!probe) return fail(std::move(probe).error().context(query.path));
  return probe;
}

Result<std::string> locate_tool(const CompilerQuery& query, std::string_view tool) {
  sys::Command command = {.program = query.path, .arguments = {query.path}};
  auto& words = command.arguments;
  words.insert(words.end(), query.search_arguments.begin(), query.search_arguments.end());
  words.push_back("-print-prog-name=" + std::string(tool));
  LARDER_TRY(const auto ran, sys::run_and_capture(command));
  const std::string name = ran.out.bytes.substr(0, ran.out.bytes.find('\n'));
  const auto program = name.empty() ? std::nullopt : find_program(name);
  if (program) return *program;
  return fail(ErrorCode::unavailable, "find " + std::string(tool) + " for " + query.path);
}

Result<std::vector<std::string>> list_shared_libraries(const std::string& program) {
  std::vector<std::string> libraries;
  LARDER_TRY(const bool is_dynamic, is_dynamic_program(program));
  if (!is_dynamic) return libraries;
  // ld.so(8): with this variable set the loader lists what it would load, and does not run it.
  LARDER_TRY(
      const auto ran,
      sys::run_and_capture({.program = program,
                            .arguments = {program},
                            .environment = sys::environment_with({"LD_TRACE_LOADED_OBJECTS=1"})}));
  for_each_line(ran.out.bytes, [&](std::string_view line) {
    const std::size_t begin = line.find('/');
    const std::size_t end = line.rfind(" (0x");
    if (begin != std::string_view::npos && end != std::string_view::npos && begin < end) {
      libraries.emplace_back(line.substr(begin, end - begin));
    }
  });
  return libraries;
}

}  // namespace larder::compile
