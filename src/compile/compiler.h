#pragma once

#include "compile/file_digests.h"
#include "compile/invocation.h"
#include "util/hash.h"
#include <larder/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace larder::compile {

/// What is asked about a compiler: the driver, and the part of the command line that decides which
/// programs it runs.
struct CompilerQuery {
  std::string path;  ///< The driver, found.
  Language language = Language::c;
  std::vector<std::string> search_arguments;  ///< PreprocessorView::search_arguments.
  std::vector<std::string_view> tools = {};   ///< Invocation::tools.
  /// describe_processor() where the arguments say -march=native or kin, else empty: what was found
  /// out on one processor is not asked again on another one's behalf.
  std::string processor = {};
};

/// A compiler, as far as outputs follow from it.
struct Compiler {
  CompilerKind kind = CompilerKind::gcc;

  /// The content of the driver, of the programs it delegates to (cc1, cc1plus, as), of its specs
  /// file, and of every shared library those load; what the driver tells its compiler proper, which
  /// is what -march=native means here; where it looks for headers and clang for its resources, and
  /// the name that its warnings begin with. Where the programs lie does not matter otherwise:
  /// copies that look for headers in the same places are one compiler.
  util::Digest identity = {};
  /// Places at which there is nothing: once there is, it is identified anew. Among them are the
  /// directories that it would look for headers in.
  std::vector<std::string> absent = {};
};

/// Identifies the compiler. What was found is remembered under `directory` for as long as every
/// file involved keeps its stamp: a read and one stat for each of about 20 files; the first time,
/// and after a change, the driver is run twice (`-###`, `-E -v`) and everything is hashed.
/// Errors: unavailable (no such compiler, or not gcc or clang), denied, io.
Result<Compiler> identify_compiler(const CompilerQuery& query, const std::string& directory,
                                   FileDigests& digests);

/// Whose grammar a driver of this name (links followed) is expected to follow; gcc if the name does
/// not tell. Compiler::kind is what it turned out to be.
CompilerKind guess_compiler_kind(const std::string& path);

}  // namespace larder::compile
