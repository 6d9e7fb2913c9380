#include "compile/read_texts.h"

#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace larder::compile {

Result<std::string> ReadTexts::read(std::size_t number) {
  const ReadFile& file = *files_[number];
  const std::string path(file.path);
  LARDER_TRY(const auto fd, sys::open_at(AT_FDCWD, path, O_RDONLY));
  LARDER_TRY(const struct stat status, sys::stat_fd(fd.get()));
  if (FileStamp::of(status) != file.stamp) {
    return fail(ErrorCode::unavailable, "read " + path + " again: it has changed");
  }
  util::ByteBuffer bytes(file.stamp.size);
  LARDER_CHECK(sys::read_exactly_at(fd.get(), bytes, 0));
  return std::string(util::as_text(bytes));
}

Result<bool> ReadTexts::holds(std::size_t number, std::string_view word) {
  return query_.holds(*files_[number], word);
}

}  // namespace larder::compile
