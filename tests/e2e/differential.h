#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "sandbox.h"
#include "snapshot.h"

/// Holds a compiler cache against the bare compiler: whatever is done, what comes out must be the
/// same.
namespace larder::e2e {

/// An outcome of which only what the compiler's user sees matters. The bare compiler must succeed.
inline constexpr const char* kAnyOutcome = "*";

/// One command of a case, and what comes before it.
struct Step {
  std::string change = {};  ///< A shell script, run before the command; may be empty.

  /// A shell script. `$CC` is the compiler, behind the cache or bare; `$COMPILER` is its name
  /// alone.
  /// `$ROOT` is a directory outside of what is compared.
  std::string command = {};

  /// What the cache is to make of it: "hit", "stored" for a miss that was stored, the name of a
  /// counter for one that was not ("inputs_changed", …), or "passed through: REASON". One for each
  /// compile in the command, joined by a blank and sorted. Or kAnyOutcome.
  std::string outcome = {};

  /// The same in preprocessed mode, where that differs.
  std::string preprocessed_outcome = {};

  /// What the command before this one wrote is removed first, unless this is set.
  bool keeps_outputs = false;
};

using Files = std::map<std::string, std::string>;

/// Something that happens to a user of a compiler. For g++ and clang++, every name that ends in .c
/// ends in .cc instead, in files and in scripts.
struct Case {
  std::string name;
  Files files;
  std::vector<Step> steps;
  std::vector<std::string> compilers = {"gcc", "g++", "clang", "clang++"};
  bool needs_mounts = false;  ///< Its commands mount file systems, which not everyone may.
};

/// What stands before the compiler in a command.
struct Subject {
  std::string launcher;                       ///< A program's path; empty for the bare compiler.
  std::vector<std::string> environment = {};  ///< As "NAME=value".
  bool is_preprocessed = false;               ///< Which of a step's outcomes are expected,
  bool has_statistics = true;                 ///< if it can tell.
};

Subject larder_direct();
Subject larder_preprocessed();
Subject naive_cache();  ///< A wrong one.

/// Plays the case with the bare compiler and with each subject, one after the other in the same
/// directory. Gives what differed: exit status, standard output and error, every file with its
/// type, mode, links and bytes, what stays in TMPDIR, and the outcome. Empty if all is well.
std::vector<std::string> play(const Case& it, const std::string& compiler,
                              const std::vector<Subject>& subjects);

/// The two steps that every hit takes: `command` stores, then hits.
std::vector<Step> cold_and_warm(const std::string& command);

/// Cold and warm; then `change`, after which the first compile has `outcome` and the second hits.
std::vector<Step> after_change(const std::string& command, const std::string& change,
                               const std::string& outcome = "stored");

/// The same command twice, neither of which can be a hit.
std::vector<Step> twice(const std::string& command, const std::string& outcome);

/// A case with one of its compilers: the parameter of a test.
struct CaseWithCompiler {
  Case it;
  std::string compiler;

  friend std::ostream& operator<<(std::ostream& stream, const CaseWithCompiler& value);
};

enum class Versions { plain, another_too };

/// Each case with each of its compilers, and perhaps with another version of each.
std::vector<CaseWithCompiler> with_compilers(const std::vector<Case>& cases, Versions versions);

/// "HeaderEdited_clangxx": the name of a test.
std::string test_name(const CaseWithCompiler& value);

}  // namespace larder::e2e
