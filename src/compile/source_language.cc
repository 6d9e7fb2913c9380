#include "compile/source_language.h"

#include "compile/output_names.h"

#include <algorithm>
#include <array>

#include <cstdint>

namespace larder::compile {
namespace {

constexpr std::uint8_t kGcc = 1U << static_cast<unsigned>(CompilerKind::gcc);
constexpr std::uint8_t kClang = 1U << static_cast<unsigned>(CompilerKind::clang);

struct Extension {
  std::string_view text;
  Language language = Language::c;
  std::uint8_t kinds = kGcc | kClang;
};

constexpr auto kExtensions = std::to_array<Extension>({
    {"c", Language::c},
    {"cc", Language::cpp},
    {"cpp", Language::cpp},
    {"cxx", Language::cpp},
    {"C", Language::cpp},
    {"c++", Language::cpp},
    {"cp", Language::cpp},
    {"CPP", Language::cpp},
    {"CC", Language::cpp, kClang},
    {"CXX", Language::cpp, kClang},
    {"C++", Language::cpp, kClang},
    {"S", Language::assembler_with_cpp},
    {"sx", Language::assembler_with_cpp, kGcc},
    {"s", Language::assembler},
    {"i", Language::c_preprocessed},
    {"ii", Language::cpp_preprocessed},
});

constexpr auto kHeaderExtensions =
    std::to_array<std::string_view>({"h", "hh", "hpp", "hxx", "H", "h++", "hp", "HPP", "tcc"});

constexpr auto kModuleExtensions =
    std::to_array<std::string_view>({"cppm", "ccm", "cxxm", "c++m", "ixx", "pcm", "iim"});

Language as_cpp(Language language) {
  if (language == Language::c) return Language::cpp;
  if (language == Language::c_preprocessed) return Language::cpp_preprocessed;
  return language;
}

}  // namespace

std::variant<Language, PassThroughReason> language_of_name(std::string_view name) noexcept {
  if (name == "c") return Language::c;
  if (name == "c++") return Language::cpp;
  if (name == "assembler-with-cpp") return Language::assembler_with_cpp;
  if (name == "assembler") return Language::assembler;
  if (name == "cpp-output") return Language::c_preprocessed;
  if (name == "c++-cpp-output") return Language::cpp_preprocessed;
  if (name.ends_with("-system-header") || name.ends_with("-user-header") ||
      name.ends_with("-module") || name.ends_with("-header-unit")) {
    return PassThroughReason::modules;
  }
  if (name.ends_with("-header")) return PassThroughReason::precompiled_header;
  if (name == "cuda" || name == "hip") return PassThroughReason::offload;
  return PassThroughReason::unsupported_language;
}

std::variant<Language, PassThroughReason> language_of_file(CompilerKind kind, bool is_cpp_driver,
                                                           std::string_view path) noexcept {
  const auto name = file_name(path);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return PassThroughReason::unsupported_language;
  const auto extension = name.substr(dot + 1);
  for (const Extension& known : kExtensions) {
    if (known.text != extension) continue;
    if ((known.kinds >> static_cast<unsigned>(kind) & 1) == 0) break;
    return is_cpp_driver ? as_cpp(known.language) : known.language;
  }
  if (std::ranges::count(kHeaderExtensions, extension) > 0) {
    return PassThroughReason::precompiled_header;
  }
  if (std::ranges::count(kModuleExtensions, extension) > 0) return PassThroughReason::modules;
  return PassThroughReason::unsupported_language;
}

}  // namespace larder::compile
