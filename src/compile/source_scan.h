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
    computed,  ///< A macro, or something not understood: any name.
  };
  enum class Use : std::uint8_t {
    include,     ///< #include, #import
    next,        ///< #include_next
    probe,       ///< __has_include, __has_embed
    probe_next,  ///< __has_include_next
  };

  Form form = Form::quote;
  Use use = Use::include;
  std::string name = {};  ///< As spelled; empty if computed.

  friend bool operator==(const IncludeSpelling&, const IncludeSpelling&) = default;
};

/// Whose rules say what a comment is.
enum class SourceDialect : std::uint8_t {
  c_family,
  assembly,  ///< Not preprocessed: everything counts as code.
};

/// What a file's text can pull into a compile beside what a dependency list shows. Finds too much
/// rather than too little: conditionals are not evaluated, and what stands in a comment may count.
struct SourceScan {
  std::vector<IncludeSpelling> includes;  ///< In order, repeated where they are.
  bool uses_time = false;                 ///< __DATE__, __TIME__ or __TIMESTAMP__ outside comments.
  bool pulls_in_files = false;            ///< .incbin or .include of an assembler, #embed.
  bool uses_modules = false;              ///< A line begins as an import or a module declaration.
  bool uses_precompiled = false;          ///< #pragma GCC pch_preprocess.
};

/// Scans a file's bytes. Linear; about a nanosecond a byte, and twice that where something is found
/// that a comment would make harmless. Thread-safe.
/// Source: C++20 [lex.phases], [cpp]; GCC's "The C Preprocessor"; GNU as' manual.
SourceScan scan_source(std::string_view text, SourceDialect dialect = SourceDialect::c_family);

}  // namespace larder::compile
