#pragma once

#include <larder/name.h>
#include <larder/result.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder {

class BlobContent;
struct PreparedBlob;

/// A blob that was found: a handle to its bytes, which stay readable after the entry is replaced
/// or evicted. Reading verifies: a call that succeeds gave exactly the bytes that were stored.
/// Movable. One thread at a time.
class Blob {
 public:
  /// For backends.
  explicit Blob(std::unique_ptr<const BlobContent> content);
  Blob(Blob&&) noexcept;
  Blob& operator=(Blob&&) noexcept;
  ~Blob();

  /// Length in bytes as stored by the caller, known without reading.
  [[nodiscard]] std::uint64_t size() const noexcept;

  /// All the bytes, in memory. Errors: corrupt, io.
  [[nodiscard]] Result<std::vector<std::byte>> read() const;

  /// Writes the bytes to `fd` at its current position; memory use does not grow with the size.
  /// After an error the descriptor may have received a part. Errors: corrupt, no_space, io.
  [[nodiscard]] Result<void> write_to(int fd) const;

  /// Puts a file with these bytes at `path`, whole or not at all: a temporary beside it (mode 0666
  /// less the umask) is renamed over it. Errors: as write_to(int), and denied.
  [[nodiscard]] Result<void> write_to(const std::string& path) const;

  /// For the implementation.
  [[nodiscard]] const BlobContent& content() const noexcept { return *content_; }

 private:
  std::unique_ptr<const BlobContent> content_;
};

/// Where a put takes a blob's bytes from. Refers to the caller's memory, file, descriptor or Blob,
/// which must stay as they are until the put returns.
class BlobSource {
 public:
  struct File {
    std::string path;
  };
  struct Descriptor {
    int fd;  ///< Read from offset 0 to its end by `pread`; the position is left alone.
  };
  using Bytes = std::span<const std::byte>;

  static BlobSource from_bytes(Bytes bytes) { return BlobSource(bytes); }
  static BlobSource from_text(std::string_view text) {
    return BlobSource(std::as_bytes(std::span(text.data(), text.size())));
  }
  /// A regular file, read when the put runs.
  static BlobSource from_file(std::string path) { return BlobSource(File{std::move(path)}); }
  /// An open descriptor of a regular file.
  static BlobSource from_fd(int fd) { return BlobSource(Descriptor{fd}); }
  /// A blob of this or another store; verified while it is read.
  static BlobSource from_blob(const Blob& blob) { return BlobSource(&blob); }

  /// For the implementation: a blob that has been read before.
  static BlobSource from_prepared(const PreparedBlob& prepared) { return BlobSource(&prepared); }

  using Variant = std::variant<Bytes, File, Descriptor, const Blob*, const PreparedBlob*>;
  [[nodiscard]] const Variant& variant() const noexcept { return source_; }

 private:
  explicit BlobSource(Variant source) : source_(std::move(source)) {}

  Variant source_;
};

/// One blob of a put_entry.
struct NamedSource {
  Name name;
  BlobSource source;
};

/// One generation of an entry: all its blobs, sorted by name, never empty.
struct Entry {
  struct Item {
    Name name;
    Blob blob;
  };
  std::vector<Item> blobs;

  /// The blob of that name, or nullptr.
  [[nodiscard]] const Blob* find(std::string_view name) const noexcept;
};

}  // namespace larder
