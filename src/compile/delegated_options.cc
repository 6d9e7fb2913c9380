#include "compile/delegated_options.h"

#include <algorithm>
#include <array>

#include <cstddef>

namespace larder::compile {
namespace {

constexpr auto kAssemblerFlags = std::to_array<std::string_view>({
    "--32",
    "--64",
    "--x32",
    "--noexecstack",
    "--execstack",
    "--fatal-warnings",
    "--warn",
    "--no-warn",
    "-W",
    "--divide",
    "--compress-debug-sections",
    "--nocompress-debug-sections",
    "-L",
    "--keep-locals",
    "--strip-local-absolute",
    "--no-pad-sections",
    "-n",
});

constexpr auto kAssemblerPrefixes = std::to_array<std::string_view>({
    "-m",
    "--compress-debug-sections=",
    "--size-check=",
    "--generate-missing-build-notes=",
    "--elf-stt-common=",
});

constexpr auto kFrontendOptions = std::to_array<std::string_view>({
    "-disable-O0-optnone",
    "-disable-llvm-passes",
    "-discard-value-names",
    "-fno-pch-timestamp",
    "-no-opaque-pointers",
    "-opaque-pointers",
    "-target-feature",
});

// Words that options about files, outputs and measurements are made of.
constexpr auto kSuspectWords = std::to_array<std::string_view>({
    "bitcode", "cache",   "cuda",    "dir",       "doc",  "dump",   "embed", "file",    "filename",
    "files",   "hip",     "index",   "interface", "list", "log",    "map",   "mapper",  "module",
    "modules", "offload", "output",  "path",      "pch",  "plugin", "print", "profile", "record",
    "report",  "save",    "session", "stats",     "sycl", "temps",  "trace",
});

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(
      parts, [text](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

/// A slash, an at sign, or a dot before a letter as in a file's extension.
bool looks_like_path(std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '/' || value[i] == '@') return true;
    const bool is_before_letter =
        i + 1 < value.size() && (value[i + 1] | 0x20) >= 'a' && (value[i + 1] | 0x20) <= 'z';
    if (value[i] == '.' && is_before_letter) return true;
  }
  return false;
}

bool has_suspect_word(std::string_view name) {
  while (!name.empty()) {
    const auto word = name.substr(0, name.find_first_of("-_"));
    if (std::ranges::binary_search(kSuspectWords, word)) return true;
    name.remove_prefix(std::min(name.size(), word.size() + 1));
  }
  return false;
}

static_assert(std::ranges::is_sorted(kSuspectWords));

}  // namespace

AssemblerOption classify_assembler_option(std::string_view option) noexcept {
  if (looks_like_path(option)) return AssemblerOption::unknown;
  if (option == "-g" || option.starts_with("--gdwarf") || option.starts_with("--gstabs") ||
      option == "--gen-debug") {
    return AssemblerOption::debug_info;
  }
  const bool is_known = std::ranges::count(kAssemblerFlags, option) > 0 ||
                        std::ranges::any_of(kAssemblerPrefixes, [option](std::string_view prefix) {
                          return option.starts_with(prefix);
                        });
  return is_known ? AssemblerOption::harmless : AssemblerOption::unknown;
}

bool is_harmless_preprocessor_option(std::string_view option) noexcept {
  return option.size() > 2 && (option.starts_with("-D") || option.starts_with("-U"));
}

bool is_harmless_frontend_option(std::string_view option) noexcept {
  if (option.starts_with('+')) return true;  // the value of -target-feature
  return std::ranges::count(kFrontendOptions, option) > 0;
}

bool is_harmless_llvm_option(std::string_view option) noexcept {
  const auto equals = option.find('=');
  if (!option.starts_with('-') || equals == std::string_view::npos) return false;
  if (contains_any(option.substr(0, equals), {"stat", "time", "file", "print", "debug", "dump",
                                              "out", "path", "dir", "remarks", "profile"})) {
    return false;
  }
  const auto value = option.substr(equals + 1);
  return value == "true" || value == "false" ||
         (!value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos);
}

bool is_harmless_unknown_option(std::string_view option) noexcept {
  const auto equals = option.find('=');
  if (equals != std::string_view::npos && looks_like_path(option.substr(equals + 1))) return false;
  // Warnings are named after what they find; the words of others tell what they do.
  if (!option.starts_with("-f")) return true;
  return !has_suspect_word(
      option.substr(2, equals == std::string_view::npos ? equals : equals - 2));
}

}  // namespace larder::compile
