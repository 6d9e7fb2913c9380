#pragma once

#include <larder/result.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace larder::compile {

/// The compiler as it is run: by which path, and with which words.
struct CompilerCommand {
  std::string path;                      ///< What is executed.
  std::vector<std::string> words;        ///< argv, the program's own name first.
  std::vector<std::string> prefix = {};  ///< A command that is given the compiler's.

  /// Finds the compiler of a command line, to be run by a prefix command (words between blanks;
  /// empty: none). The compiler sees the name it was called by, for its
  /// diagnostics begin with it; except where a link of that name leads here.
  /// Errors: unavailable if either is not in PATH.
  static Result<CompilerCommand> find(std::span<char* const> command,
                                      std::string_view prefix_command = {});

  /// The arguments without the program's name.
  [[nodiscard]] std::span<const std::string> arguments() const {
    return std::span(words).subspan(1);
  }

  /// All words with the prefix command before the compiler's path, as a process is started.
  [[nodiscard]] std::vector<std::string> full_words() const;

  /// Replaces this process by the compiler, without the prefix command: what is not cached is
  /// mostly what cannot be distributed either. Returns only on failure, the error number.
  [[nodiscard]] int execute() const;
};

}  // namespace larder::compile
