#pragma once

#include "backend/disk/counters_layout.h"
#include "store/namespace_path.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <utility>

#include <cstddef>

namespace larder::disk {

/// A mapping of the counters file (counters_layout.h). Every byte of the file is allocated and it
/// never shrinks: a write to a hole of a full disk would die of SIGBUS. Slots past the mapping
/// exist once another process has made the file grow. Movable. Thread-safe.
class CounterFile {
 public:
  /// Maps the file, for writing where it may be written. Nullopt if there is none, or none that is
  /// sound. Three syscalls. Errors: denied, io.
  static Result<std::optional<CounterFile>> open(int dir, const std::string& path);

  /// Makes an empty file of no slots out of a new one.
  /// Errors: no_space, unavailable (a file system that does not allocate), io.
  static Result<void> initialize(int fd, CounterCoverage coverage);

  CounterFile(CounterFile&& other) noexcept
      : fd_(std::move(other.fd_)),
        is_writable_(other.is_writable_),
        data_(std::exchange(other.data_, nullptr)),
        bytes_(other.bytes_) {}
  CounterFile& operator=(CounterFile&&) = delete;
  CounterFile(const CounterFile&) = delete;
  CounterFile& operator=(const CounterFile&) = delete;
  ~CounterFile();

  [[nodiscard]] bool is_writable() const noexcept { return is_writable_; }

  /// Whether it is still the store's file, not a removed one. One syscall.
  [[nodiscard]] bool is_linked() const noexcept;

  /// Whether there are slots past the mapping.
  [[nodiscard]] bool is_outgrown() const noexcept { return header().count > mapped_slots(); }

  [[nodiscard]] CountersHeader& header() const noexcept {
    return *reinterpret_cast<CountersHeader*>(data_);
  }

  /// Slots in use, of those that are mapped.
  [[nodiscard]] std::size_t slot_count() const noexcept;
  [[nodiscard]] CounterSlot& slot(std::size_t index) const noexcept {
    return *reinterpret_cast<CounterSlot*>(data_ + counters_file_bytes(index));
  }

  /// The slot of the namespace, or nullptr. A step for each slot.
  [[nodiscard]] CounterSlot* find(const store::NamespacePath& ns) const noexcept;

  /// Whether another slot can be added without growing.
  [[nodiscard]] bool has_room() const noexcept {
    return header().count < header().capacity && header().count < mapped_slots();
  }

  /// Allocates room for twice as many slots; they can be used through a new mapping. The caller
  /// holds the lock "counters". Errors: no_space, io.
  [[nodiscard]] Result<void> grow() const;

  /// Puts an empty slot into use; has_room() holds, and the caller holds the lock "counters".
  CounterSlot& add(const store::NamespacePath& ns) const noexcept;

 private:
  CounterFile(util::UniqueFd fd, bool is_writable, std::byte* data, std::size_t bytes)
      : fd_(std::move(fd)), is_writable_(is_writable), data_(data), bytes_(bytes) {}

  [[nodiscard]] std::size_t mapped_slots() const noexcept {
    return (bytes_ - kCountersHeaderBytes) / sizeof(CounterSlot);
  }
  [[nodiscard]] bool is_sound() const noexcept;

  util::UniqueFd fd_;
  bool is_writable_;
  std::byte* data_;
  std::size_t bytes_;
};

}  // namespace larder::disk
