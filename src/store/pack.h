#pragma once

#include "store/address.h"
#include "util/bytes.h"
#include "util/hash.h"
#include "util/unique_fd.h"
#include <larder/blob.h>
#include <larder/open.h>
#include <larder/result.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cstdint>

/// Writing and reading packs: one entry as one checksummed byte string. Layout:
/// store/pack_layout.h and doc/format/pack.md.
namespace larder::store {

/// What ties a pack to its place: XXH3-128 of the length-prefixed namespace path and key.
util::Checksum binding_of(const Address& address);

struct PackOptions {
  Compression compression = {};
  std::uint64_t max_blob_bytes = std::uint64_t{1} << 30;
};

/// Writes the pack of these blobs to `fd`, an empty file open for reading and writing, and gives
/// its length. Blobs stream through; memory does not grow with their size. Same blobs, same bytes.
/// One write for a pack of up to 1 MiB of blobs.
/// Errors: invalid_argument (none, more than 256, a name twice, a blob over `max_blob_bytes`, a
/// source that is no regular file, a level of compression out of range), corrupt (a source blob),
/// no_space, io.
Result<std::uint64_t> write_pack(int fd, const Address& address, std::span<const NamedSource> blobs,
                                 const PackOptions& options);

/// The same, in memory.
Result<util::ByteBuffer> build_pack(const Address& address, std::span<const NamedSource> blobs,
                                    const PackOptions& options);

/// A blob as far as the length of its pack goes.
struct BlobLength {
  std::string_view name;
  std::uint64_t raw_bytes = 0;
};

/// The length of the uncompressed pack of these blobs, which are sorted by name.
std::uint64_t packed_bytes(std::span<const BlobLength> blobs);

/// Random access to a pack's bytes. Thread-safe.
class PackBytes {
 public:
  virtual ~PackBytes() = default;
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  /// Fills `out`. Errors: corrupt if the bytes end before; io.
  [[nodiscard]] virtual Result<void> read_at(std::uint64_t offset,
                                             std::span<std::byte> out) const = 0;
  /// All the bytes in place where they are in memory, else none.
  [[nodiscard]] virtual util::ByteSpan in_memory() const noexcept { return {}; }
  /// The file that holds just these bytes, for copies in the kernel; -1 if there is none.
  [[nodiscard]] virtual int fd() const noexcept { return -1; }
};

/// The bytes of an open file of `size` bytes.
std::shared_ptr<const PackBytes> pack_bytes_of(util::UniqueFd fd, std::uint64_t size);
/// Bytes in memory.
std::shared_ptr<const PackBytes> pack_bytes_of(std::shared_ptr<const util::ByteBuffer> bytes);

/// The same, kept for who reads it: in memory for up to 1 MiB of blobs, else in a file without a
/// name.
Result<std::shared_ptr<const PackBytes>> make_pack(const Address& address,
                                                   std::span<const NamedSource> blobs,
                                                   const PackOptions& options);

/// Writes all the bytes at the position of `fd`, in the kernel where that can be. Verifies nothing.
/// Errors: corrupt if they end before their length; no_space, io.
Result<void> copy_pack(const PackBytes& bytes, int fd);

enum class Codec : std::uint8_t { raw = 0, zstd = 1 };

/// One blob's record in a pack's header.
struct PackRecord {
  std::string name;
  Codec codec = Codec::raw;
  std::uint64_t offset = 0;        ///< From the pack's start, in bytes.
  std::uint64_t stored_bytes = 0;  ///< Length in the pack.
  std::uint64_t raw_bytes = 0;     ///< Length when read.
  util::Checksum checksum = {};    ///< Of the raw bytes; see blob_checksum.h.
};

/// An open pack whose header has been verified. Copies share the bytes. Thread-safe.
class Pack {
 public:
  enum class State {
    sound,      ///< Header verified and bound to the address.
    misplaced,  ///< Header verified, but of another namespace or key.
    newer,      ///< A format this program does not read.
  };

  /// Reads and verifies the header. One read, and one more for a header over 16 KiB of a pack over
  /// 64 KiB. A pack of up to 64 KiB is read whole, and its blobs cost no further read.
  /// Errors: corrupt, io.
  static Result<Pack> open(std::shared_ptr<const PackBytes> bytes, const Address& address,
                           std::uint64_t max_blob_bytes);

  [[nodiscard]] State state() const noexcept;
  /// Sorted by name; empty for a newer pack.
  [[nodiscard]] const std::vector<PackRecord>& records() const noexcept;
  /// The record of that name, or nullptr.
  [[nodiscard]] const PackRecord* find(std::string_view name) const noexcept;

  /// A handle to the blob of one of records(). `on_corrupt`, if set, runs once when reading finds
  /// it corrupt.
  [[nodiscard]] Blob blob(const PackRecord& record, std::function<void()> on_corrupt = {}) const;

  /// Reads everything: each blob, and that the gaps are zero. Errors: corrupt, io.
  [[nodiscard]] Result<void> verify() const;

  /// What an open pack is: its bytes and what its header says. For the implementation.
  struct Body;

 private:
  explicit Pack(std::shared_ptr<const Body> body) : body_(std::move(body)) {}

  std::shared_ptr<const Body> body_;  // shared with copies and with the blobs given out
};

}  // namespace larder::store
