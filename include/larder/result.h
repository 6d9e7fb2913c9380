#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace larder {

/// What the caller can do about an error.
enum class ErrorCode {
  invalid_argument,  ///< Change the call: a value or a setting is out of its range.
  corrupt,           ///< Store it again: what was read back is not what was stored.
  no_space,          ///< Free space or raise a limit: disk, quota or the store's own limit.
  denied,            ///< Change permissions, ownership or credentials.
  unavailable,       ///< Try again later: the store is away, busy or not mounted.
  io,                ///< Look at the system: the operating system failed the call.
};

/// The code's name as written in messages and JSON, such as "no_space".
std::string_view to_string(ErrorCode code) noexcept;

/// Why a call failed: a code, the operating system's error number (0 where there was none), and a
/// sentence that says what was tried, on what, and why it failed. A value; one thread at a time.
class Error {
 public:
  Error(ErrorCode code, std::string message, int os_error = 0);

  /// The error for a failed system call: `what` followed by the system's text, such as
  /// "rename tmp/x to 3f/3f2a: No space left on device". The code follows from `os_error`.
  static Error from_errno(int os_error, std::string_view what);

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  [[nodiscard]] int os_error() const noexcept { return os_error_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

  /// The same error with "`what`: " before its message.
  [[nodiscard]] Error context(std::string_view what) &&;

 private:
  ErrorCode code_;
  int os_error_;
  std::string message_;
};

/// A value or an Error. Absence is never an Error: a call that may find nothing gives
/// `Result<std::optional<T>>`.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(tl::expected<T, Error> other)  // NOLINT(google-explicit-constructor): for and_then, map
      : tl::expected<T, Error>(std::move(other)) {}
};

/// For `return fail(...)` from a function that gives a Result.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

/// Same, building the Error in place.
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, int os_error = 0) {
  return tl::unexpected<Error>(Error(code, std::move(message), os_error));
}

}  // namespace larder
