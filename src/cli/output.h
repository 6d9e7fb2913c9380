#pragma once

#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

#include <cstdint>

namespace larder::cli {

/// What a store command's exit status says. Scripts rely on these figures.
enum class ExitCode : std::uint8_t {
  done = 0,       ///< Done, or found.
  not_found = 1,  ///< There is no such entry or blob.
  usage = 2,      ///< The command line is wrong.
  error = 3,      ///< It could not be done.
};

/// Text on its way to standard output. One thread at a time.
class Output {
 public:
  /// Adds text; writes when much has gathered.
  void print(std::string_view text);

  /// Whether writing has failed: what follows is for nothing.
  [[nodiscard]] bool has_failed() const { return error_.has_value(); }

  /// Writes the rest. Errors: the first that any write met.
  Result<void> finish();

 private:
  void write_out();

  std::string buffer_;
  std::optional<Error> error_;
};

/// The error of writing to standard output, said as such.
Error output_error(Error error);

/// Writes "larder: `message`" as a line to standard error, control characters escaped. Nothing
/// more can be done where that fails.
void print_error(std::string_view message);

/// Writes the text as lines to standard error, such as the usage that follows an error.
void print_hint(std::string_view text);

}  // namespace larder::cli
