#include "store/pack_output.h"

#include "sys/file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace larder::store {

Result<void> FileOutput::write_at(std::uint64_t offset, util::ByteSpan bytes) {
  return sys::write_all_at(fd_, bytes, offset);
}

Result<void> FileOutput::truncate(std::uint64_t offset) {
  if (::ftruncate(fd_, static_cast<off_t>(offset)) == 0) return {};
  return fail(Error::from_errno(errno, "truncate a pack"));
}

Result<void> BufferOutput::write_at(std::uint64_t offset, util::ByteSpan bytes) {
  if (buffer_.size() < offset + bytes.size()) buffer_.resize(offset + bytes.size());
  if (!bytes.empty()) std::memcpy(buffer_.data() + offset, bytes.data(), bytes.size());
  return {};
}

Result<void> BufferOutput::truncate(std::uint64_t offset) {
  if (buffer_.size() > offset) buffer_.resize(offset);
  return {};
}

}  // namespace larder::store
