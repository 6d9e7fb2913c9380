#include <larder/result.h>

#include <cerrno>
#include <cstring>

namespace larder {
namespace {

ErrorCode code_of(int os_error) {
  switch (os_error) {
    case EINVAL:
    case ENAMETOOLONG:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
      return ErrorCode::invalid_argument;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::no_space;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::denied;
    case EAGAIN:
    case EBUSY:
    case EMFILE:
    case ENFILE:
    case ENOENT:
    case ENOMEM:
    case ESTALE:
    case ETIMEDOUT:
      return ErrorCode::unavailable;
    default:
      return ErrorCode::io;
  }
}

}  // namespace

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::no_space:
      return "no_space";
    case ErrorCode::denied:
      return "denied";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::io:
      return "io";
  }
  return "io";
}

Error::Error(ErrorCode code, std::string message, int os_error)
    : code_(code), os_error_(os_error), message_(std::move(message)) {}

Error Error::from_errno(int os_error, std::string_view what) {
  std::string message(what);
  message += ": ";
  // strerrordesc_np is the untranslated text, without strerror's shared buffer.
  const char* text = ::strerrordesc_np(os_error);
  message += text != nullptr ? std::string(text) : "error " + std::to_string(os_error);
  return {code_of(os_error), std::move(message), os_error};
}

Error Error::context(std::string_view what) && {
  message_.insert(0, ": ");
  message_.insert(0, what);
  return std::move(*this);
}

}  // namespace larder
