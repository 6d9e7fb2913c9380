#include "backend/s3/credentials/secret_file.h"

#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>

#include <string_view>

#include <cstdint>

namespace larder::s3 {

Result<std::string> read_secret_file(const std::string& path) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 10;
  LARDER_TRY(const auto bytes, sys::read_file(AT_FDCWD, path, kMaxBytes));
  const std::string_view text = util::as_text(bytes);
  const auto last = text.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos) {
    return fail(ErrorCode::invalid_argument, "read " + path + ": it is empty");
  }
  return std::string(text.substr(0, last + 1));
}

}  // namespace larder::s3
