#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// A place in a source that names a file to the preprocessor.
struct IncludeSpelling {
  enum class Form : std::uint8_t {
    quote,     ///< "name"
    angle,     ///< <name>
    computed,  ///< Something that macros make one of these of: see resolve_macro_includes().
  };
  enum class Use : std::uint8_t {
    include,     ///< #include, #import
    next,        ///< #include_next
    probe,       ///< __has_include, __has_embed
    probe_next,  ///< __has_include_next
  };

  Form form = Form::quote;
  Use use = Use::include;
  std::string name = {};  ///< As spelled; what stands for it if computed.
  /// If `name` is a parameter of a macro in whose definition this stands: that macro, and which.
  std::string macro = {};
  std::uint32_t parameter = 0;

  friend bool operator==(const IncludeSpelling&, const IncludeSpelling&) = default;
};

/// Whose rules say what a comment is.
enum class SourceDialect : std::uint8_t {
  c_family,
  assembly,  ///< Not preprocessed: everything counts as code.
};

/// What a file's text can pull into a compile beside what a dependency list shows. Finds too much
/// rather than too little: conditionals are not evaluated, and includes in a comment count.
struct SourceScan {
  std::vector<IncludeSpelling> includes;  ///< In order, repeated where they are.
  bool uses_time = false;                 ///< __DATE__, __TIME__ or __TIMESTAMP__ in code.
  /// .incbin or .include of an assembler, in asm strings too; #embed; #pragma GCC dependency.
  bool pulls_in_files = false;
  bool uses_modules = false;      ///< A line begins as an import or a module declaration.
  bool uses_precompiled = false;  ///< #pragma GCC pch_preprocess.
  bool asks_for_once = false;     ///< #pragma once, or #import of another file.
};

/// Scans a file's bytes, once, at 1 to 2 GB/s; more than once where a line splice stands in a word.
/// Thread-safe.
/// Source: C++20 [lex.phases], [cpp]; GCC's "The C Preprocessor"; GNU as' manual.
SourceScan scan_source(std::string_view text, SourceDialect dialect = SourceDialect::c_family);

}  // namespace larder::compile
