#pragma once

#include "compile/invocation.h"
#include "sys/spawn.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <string>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// How it becomes known which files a compile read.
enum class ListingMethod : std::uint8_t {
  source_only,     ///< Nothing is included: the source is preprocessed already, or assembly.
  gcc_variable,    ///< The compile writes them where SUNPRO_DEPENDENCIES says.
  clang_variable,  ///< The compile writes them where CC_PRINT_HEADERS_FILE says.
  depfile,         ///< The user's own -MD file holds them all.
  user_depfile,    ///< The user's own -MMD file holds all but those of the system.
  extra_run,       ///< The driver runs once more, with -M.
};

/// The compiler as far as its list of dependencies is concerned.
struct ListingCompiler {
  CompilerKind kind = CompilerKind::gcc;
  std::string path;  ///< Of the driver.
  std::string name;  ///< Its argv[0].
  /// Something runs the driver for us that may not hand on variables and descriptors.
  bool has_prefix_command = false;
};

/// The cheapest method that shows every file and changes nothing of what the compile gives: clang's
/// variable adds system headers to an -MMD depfile, and gcc's is ignored beside -MD and -MMD.
ListingMethod choose_listing(const ListingCompiler& compiler,
                             const Invocation& invocation) noexcept;

/// What a compile read.
struct DependencyList {
  /// How much of it the compile told itself. What a later run tells is what that run found, which
  /// is not the same where a header was removed or replaced meanwhile.
  enum class Origin : std::uint8_t {
    compile,               ///< All.
    user_headers,          ///< All, which is what -MMD lists. The rest is to be searched for.
    compile_user_headers,  ///< What -MMD lists; the rest comes from a later run.
    later_run,             ///< Nothing.
  };

  /// As spelled but for a leading "./", each once, in order; the source first.
  std::vector<std::string> files;
  Origin origin = Origin::compile;
};

/// Has one compile tell what it reads; doc/adr/0010-dependency-lists.md. One thread at a time.
class DependencyListing {
 public:
  /// Adds to `command`, which runs the compile, what the method needs: at most a variable and a
  /// descriptor, never an argument. Six syscalls at most. Errors: io, unavailable.
  static Result<DependencyListing> prepare(ListingCompiler compiler, const Invocation& invocation,
                                           sys::Command& command);

  [[nodiscard]] ListingMethod method() const noexcept { return method_; }

  /// The list, once the compile has succeeded. Runs the driver where the compile did not tell.
  /// Errors: unavailable for names that no list can show and for lists that contradict each other,
  /// corrupt for a list that makes no sense, those of running the driver.
  [[nodiscard]] Result<DependencyList> collect(const Invocation& invocation) const;

  /// The list by running the driver in any case. Errors: as collect().
  [[nodiscard]] Result<DependencyList> ask_driver(const Invocation& invocation) const;

 private:
  using Files = std::vector<std::string>;

  DependencyListing(ListingCompiler compiler, ListingMethod method)
      : compiler_(std::move(compiler)), method_(method) {}

  Result<void> offer_list(sys::Command& command);
  [[nodiscard]] Result<Files> read_list() const;
  [[nodiscard]] Result<Files> read_depfile(const Invocation& invocation) const;

  ListingCompiler compiler_;
  ListingMethod method_;
  util::UniqueFd list_;  // Where a variable points the compile.
};

}  // namespace larder::compile
