#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// Whose option grammar and file naming a driver follows.
enum class CompilerKind : std::uint8_t { gcc, clang };

/// What the source is compiled as.
enum class Language : std::uint8_t {
  c,
  cpp,
  assembler_with_cpp,  ///< .S: preprocessed, then assembled.
  assembler,           ///< .s: not preprocessed; may still say .include and .incbin.
  c_preprocessed,      ///< .i
  cpp_preprocessed,    ///< .ii
};

/// The language's name as `-x` takes it, such as "c++" or "cpp-output".
std::string_view to_string(Language language) noexcept;

/// Whether the compiler runs its preprocessor over a source of this language.
bool is_preprocessed_by_compiler(Language language) noexcept;

enum class OutputKind : std::uint8_t {
  object,    ///< -c
  assembly,  ///< -S
};

/// The makefile fragment that -MD, -MMD or -Wp,-MD asks for.
struct Depfile {
  enum class Scope : std::uint8_t {
    all_headers,   ///< -MD
    user_headers,  ///< -MMD: without those of system directories
  };

  Scope scope = Scope::all_headers;
  std::string path;                  ///< As the compiler will open it; relative to the cwd.
  std::vector<std::string> targets;  ///< In order, quoted for make as the compiler writes them.
  bool has_phony_targets = false;    ///< -MP: an empty rule for each header.
};

/// A file the compiler writes beside the output, always. Its content names sources as this command
/// line spells them.
struct SideOutput {
  std::string_view blob_name;  ///< "dwo", "su", "gcno", "ci" or "ddi"; refers to static storage.
  std::string path;            ///< As the compiler will open it; relative to the cwd.
};

/// One option of the normal form. Two lists are equal exactly when their options, values and
/// their order are; nothing is joined that a driver would read as two.
struct KeyArgument {
  enum class Value : std::uint8_t {
    none,        ///< `option` is the whole argument.
    text,        ///< `value` is opaque, a path among others that the output holds.
    path,        ///< `value` names a file or directory to look for.
    prefix_map,  ///< `value` is OLD=NEW of -ffile-prefix-map and kin.
  };

  std::string option;  ///< "-O2", "-I", "-std=c++20", "-fdebug-prefix-map="
  std::string value = {};
  Value value_kind = Value::none;

  friend bool operator==(const KeyArgument&, const KeyArgument&) = default;
};

/// One directory that the command line adds to the include search, in command line order.
struct SearchDirectory {
  enum class Chain : std::uint8_t {
    quote,   ///< -iquote: for #include "..." only
    plain,   ///< -I, -iwithprefixbefore
    system,  ///< -isystem, gcc's -iwithprefix
    after,   ///< -idirafter, clang's -iwithprefix
  };

  Chain chain = Chain::plain;
  std::string path;  ///< As spelled. May repeat, or not exist.

  friend bool operator==(const SearchDirectory&, const SearchDirectory&) = default;
};

/// A file read before the source.
struct ForcedInclude {
  enum class Kind : std::uint8_t {
    include,  ///< -include: may be satisfied by FILE.gch or FILE.pch, which the caller checks.
    macros,   ///< -imacros
  };

  Kind kind = Kind::include;
  std::string file;  ///< As spelled: searched for like #include "..." from the cwd.

  friend bool operator==(const ForcedInclude&, const ForcedInclude&) = default;
};

/// How the compiler will look for headers.
struct PreprocessorView {
  std::vector<SearchDirectory> directories;
  std::vector<ForcedInclude> forced_includes;  ///< In command line order.
  bool has_standard_directories = true;        ///< False: -nostdinc.
  bool has_standard_cpp_directories = true;    ///< False: -nostdinc++.

  /// The arguments that decide the built-in directories and which programs the driver runs, in
  /// order and as the driver takes them (-B, --sysroot, -isysroot, -m…, -std=, -stdlib=, --target…,
  /// -nostdinc…, -fno-integrated-as). With these and `-x LANGUAGE` a driver tells its search path
  /// by `-E -v` and its programs by `-###`.
  std::vector<std::string> search_arguments;
};

/// How gcc finds compiled modules in a compile that is given no module to make or to import.
struct ModuleSearch {
  std::string mapper;          ///< The file of -fmodule-mapper=, as spelled. It maps nothing.
  std::string directory = {};  ///< What the mapper names to look in for modules of headers.
  bool writes_rules = false;   ///< -fdeps-format=: kModuleRules says what the compile imports.
};

/// The side output of ModuleSearch::writes_rules. Names the output and nothing else.
inline constexpr std::string_view kModuleRules = "ddi";

/// What the command line says about the look of diagnostics.
struct Diagnostics {
  enum class Colour : std::uint8_t {
    unspecified,  ///< Coloured on a terminal.
    automatic,    ///< Asked for by name; coloured on a terminal.
    always,
    never,
  };

  Colour colour = Colour::unspecified;
  bool is_machine_readable = false;  ///< -fdiagnostics-format= other than text.
};

/// One compile that can be cached: one source, one object or assembly file. A value.
///
/// What the command line contributes to a key is `language`, `output_kind`, `key_arguments`, the
/// scope of `depfile` where headers are stored by scope, and the working directory or the output's
/// path where the flags below say so. The names of output, depfile and side outputs, and the
/// depfile's targets, otherwise reach nothing but their own places.
struct Invocation {
  std::string input;  ///< The source as spelled.
  Language language = Language::c;
  OutputKind output_kind = OutputKind::object;

  std::string output;               ///< As the compiler will open it; relative to the cwd.
  bool is_output_explicit = false;  ///< Given by -o.
  std::optional<Depfile> depfile;
  std::vector<SideOutput> side_outputs;

  /// Everything else, in order: response files expanded, `-I dir` and `-Idir` alike. Without input,
  /// -c, -S, -x, -o, -M* and what only colours diagnostics.
  std::vector<KeyArgument> key_arguments;

  /// Debug information, coverage, profiling, LTO, or anything not known to leave it out.
  bool output_holds_working_directory = false;
  /// Split DWARF, coverage: the object holds a name derived from -o or the input.
  bool output_holds_output_path = false;
  bool has_debug_info = false;  ///< A -g option is in force (so macros, lines and columns show).
  /// -march=native and kin: what they mean here is part of the compiler's identity.
  bool has_native_target = false;
  /// Coverage, LTO, -fprofile-generate without -frandom-seed: two runs differ, so outputs of one
  /// compile are delivered together.
  bool is_output_unstable = false;
  /// -fsanitize=: clang reads ignore lists of its resource directory that no dependency list shows.
  bool uses_sanitizer = false;

  /// The programs that the driver runs, by the names that -print-prog-name= takes: "cc1",
  /// "cc1plus", "as", "objcopy"; static storage. None where clang does everything itself.
  std::vector<std::string_view> tools;

  /// Files whose content matters and which dependency lists do not show, as spelled: lists for
  /// sanitizers, coverage and instrumentation. Not response files.
  std::vector<std::string> named_files;
  /// Every @file that was read, in order, as spelled, nested ones included; then the module mapper.
  /// What they say is in here already; an input only in that they must not change while the
  /// compiler reads them again.
  std::vector<std::string> response_files;

  PreprocessorView preprocessor;
  std::optional<ModuleSearch> modules;  ///< Unless modules are off.
  Diagnostics diagnostics;
};

}  // namespace larder::compile
