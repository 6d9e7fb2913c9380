#include "backend/disk/counter_file.h"

#include "sys/beneath.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/hash.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <new>

#include <cerrno>

namespace larder::disk {
namespace {

std::uint64_t hash_of(std::string_view path) { return util::xxh3_64(util::as_bytes(path)); }

/// A hole has no blocks: what fallocate did not do, or a copy undid.
bool is_allocated(const struct stat& status) {
  return static_cast<std::uint64_t>(status.st_blocks) * 512 >=
         static_cast<std::uint64_t>(status.st_size);
}

Result<void> allocate(int fd, std::uint64_t offset, std::uint64_t bytes) {
  int outcome = 0;
  do {
    outcome = ::fallocate(fd, 0, static_cast<off_t>(offset), static_cast<off_t>(bytes));
  } while (outcome != 0 && errno == EINTR);
  if (outcome == 0) return {};
  const int os_error = errno;
  return fail(Error::from_errno(os_error, "allocate counters"));
}

bool may_be_readable(const Error& error) {
  return error.os_error() == EACCES || error.os_error() == EPERM || error.os_error() == EROFS;
}

}  // namespace

Result<std::optional<CounterFile>> CounterFile::open(int dir, const std::string& path) {
  const std::optional<CounterFile> nothing;
  bool is_writable = true;
  auto fd = sys::open_beneath(dir, path, O_RDWR | O_NONBLOCK);
  if (!fd && may_be_readable(fd.error())) {
    is_writable = false;
    fd = sys::open_beneath(dir, path, O_RDONLY | O_NONBLOCK);
  }
  if (!fd && fd.error().os_error() == EISDIR) return std::optional<CounterFile>();
  if (!fd) return fail(std::move(fd).error());
  if (!*fd) return std::optional<CounterFile>();
  LARDER_TRY(const struct stat status, sys::stat_fd((*fd)->get()));
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (!S_ISREG(status.st_mode) || !is_allocated(status) ||
      bytes < counters_file_bytes(kFirstSlotCapacity)) {
    return std::optional<CounterFile>();
  }
  const int protection = is_writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* data = ::mmap(nullptr, bytes, protection, MAP_SHARED, (*fd)->get(), 0);
  if (data == MAP_FAILED) return fail(Error::from_errno(errno, "map counters"));
  CounterFile file(**std::move(fd), is_writable, static_cast<std::byte*>(data), bytes);
  if (!file.is_sound()) return std::optional<CounterFile>();
  return std::optional<CounterFile>(std::move(file));
}

Result<void> CounterFile::initialize(int fd, CounterCoverage coverage) {
  LARDER_CHECK(allocate(fd, 0, counters_file_bytes(kFirstSlotCapacity)));
  LARDER_TRY(const struct stat status, sys::stat_fd(fd));
  if (!is_allocated(status)) {
    return fail(ErrorCode::unavailable, "allocate counters: the file system leaves holes");
  }
  CountersHeader header = {};
  header.magic = kCountersMagic;
  header.version = kCountersVersion;
  header.slot_bytes = sizeof(CounterSlot);
  header.capacity = kFirstSlotCapacity;
  header.coverage = coverage;
  return sys::write_all_at(fd, std::as_bytes(std::span(&header, 1)), 0);
}

CounterFile::~CounterFile() {
  if (data_ != nullptr) (void)::munmap(data_, bytes_);  // cannot fail for a mapping of our own
}

bool CounterFile::is_linked() const noexcept {
  struct stat status = {};
  return ::fstat(fd_.get(), &status) == 0 && status.st_nlink > 0;
}

bool CounterFile::is_sound() const noexcept {
  const CountersHeader& head = header();
  if (head.magic != kCountersMagic || head.version != kCountersVersion ||
      head.slot_bytes != sizeof(CounterSlot) || head.count > head.capacity) {
    return false;
  }
  // The file is never shorter than its capacity, but may have grown since its length was taken.
  struct stat status = {};
  const std::uint64_t needed = counters_file_bytes(head.capacity);
  if (bytes_ < needed &&
      (::fstat(fd_.get(), &status) != 0 || static_cast<std::uint64_t>(status.st_size) < needed)) {
    return false;
  }
  for (std::size_t i = 0; i < slot_count(); ++i) {
    const CounterSlot& candidate = slot(i);
    if (candidate.path_bytes > candidate.path.size()) return false;
    if (candidate.path_hash != hash_of(candidate.path_text())) return false;
  }
  return true;
}

std::size_t CounterFile::slot_count() const noexcept {
  return std::min<std::size_t>(header().count.load(std::memory_order_acquire), mapped_slots());
}

CounterSlot* CounterFile::find(const store::NamespacePath& ns) const noexcept {
  const std::uint64_t hash = hash_of(ns.text());
  for (std::size_t i = 0; i < slot_count(); ++i) {
    CounterSlot& candidate = slot(i);
    if (candidate.path_hash == hash && candidate.path_text() == ns.text()) return &candidate;
  }
  return nullptr;
}

Result<void> CounterFile::grow() const {
  const std::uint32_t capacity = header().capacity;
  const std::uint32_t doubled = 2 * capacity;
  const std::uint64_t old_bytes = counters_file_bytes(capacity);
  LARDER_CHECK(allocate(fd_.get(), old_bytes, counters_file_bytes(doubled) - old_bytes));
  header().capacity = doubled;
  return {};
}

CounterSlot& CounterFile::add(const store::NamespacePath& ns) const noexcept {
  const std::uint32_t index = header().count;
  // Of a process that died here before: its slot never came into use.
  auto& added = *new (&slot(index)) CounterSlot{};
  added.path_hash = hash_of(ns.text());
  added.path_bytes = static_cast<std::uint32_t>(ns.text().size());
  std::ranges::copy(ns.text(), added.path.begin());
  header().count.store(index + 1, std::memory_order_release);
  return added;
}

}  // namespace larder::disk
