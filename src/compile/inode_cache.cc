#include "compile/inode_cache.h"

#include "compile/inode_layout.h"
#include "util/try.h"

#include <fcntl.h>

#include <atomic>

namespace larder::compile {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

std::int64_t nanoseconds(const struct timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * kNanosecondsPerSecond + time.tv_nsec;
}

sys::MappedFile::Format format() {
  return {.size = inode_layout::kFileBytes,
          .is_sparse = true,
          .header = inode_layout::kHeader,
          .mode = 0600};
}

util::Checksum fingerprint_of(const FileStamp& stamp, std::uint64_t purpose) {
  const std::array<std::uint64_t, 6> words = {stamp.device,
                                              stamp.inode,
                                              stamp.size,
                                              static_cast<std::uint64_t>(stamp.mtime_ns),
                                              static_cast<std::uint64_t>(stamp.ctime_ns),
                                              purpose};
  return util::xxh3_128(std::as_bytes(std::span(words)));
}

// Records are read while other processes write them: the checksum tells whether what was read
// belongs together.

inode_layout::Record load_record(std::byte* where) {
  inode_layout::Record record;
  auto* words = reinterpret_cast<std::uint64_t*>(where);
  for (std::size_t i = 0; i < record.words.size(); ++i) {
    record.words[i] = std::atomic_ref(words[i]).load(std::memory_order_relaxed);
  }
  return record;
}

}  // namespace

FileStamp FileStamp::of(const struct stat& status) noexcept {
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = static_cast<std::uint64_t>(status.st_size),
          .mtime_ns = nanoseconds(status.st_mtim),
          .ctime_ns = nanoseconds(status.st_ctim)};
}

Result<std::optional<InodeCache>> InodeCache::open(const std::string& path) {
  LARDER_TRY(auto file, sys::MappedFile::open(AT_FDCWD, path, format()));
  if (!file) return std::optional<InodeCache>();
  return std::optional(InodeCache(*std::move(file)));
}

Result<InodeCache> InodeCache::open_or_create(const std::string& path) {
  LARDER_TRY(auto file, sys::MappedFile::open_or_create(AT_FDCWD, path, format()));
  return InodeCache(std::move(file));
}

std::optional<util::Digest> InodeCache::find(const FileStamp& stamp,
                                             std::uint64_t purpose) const noexcept {
  const util::Checksum fingerprint = fingerprint_of(stamp, purpose);
  for (std::size_t way = 0; way < inode_layout::ways_of(purpose); ++way) {
    const auto record = load_record(
        file_.bytes().data() + inode_layout::offset_of(stamp.device, stamp.inode, purpose, way));
    if (record.fingerprint() == fingerprint && record.is_sound()) return record.digest();
    if (record.is_empty()) break;  // and so are those behind it
  }
  return std::nullopt;
}

void InodeCache::insert(const FileStamp& stamp, const util::Digest& digest,
                        std::uint64_t purpose) noexcept {
  const auto record =
      inode_layout::Record::make(fingerprint_of(stamp, purpose), digest, stamp.inode);
  const std::size_t ways = inode_layout::ways_of(purpose);
  // Where all are taken, which one gives way follows from the purpose.
  std::size_t chosen = inode_layout::offset_of(stamp.device, stamp.inode, purpose,
                                               static_cast<std::size_t>(purpose >> 32) % ways);
  for (std::size_t way = 0; way < ways; ++way) {
    const std::size_t offset = inode_layout::offset_of(stamp.device, stamp.inode, purpose, way);
    const auto present = load_record(file_.bytes().data() + offset);
    if (!present.is_sound() || present.fingerprint() == record.fingerprint()) {
      chosen = offset;
      break;
    }
    // An older stamp of this very inode can never be asked for again.
    if (purpose == 0 && present.inode() == stamp.inode) chosen = offset;
  }
  // One that is not written, where the disk is full, is found out again.
  (void)file_.write_at(std::as_bytes(std::span(record.words)), chosen);
}

}  // namespace larder::compile
