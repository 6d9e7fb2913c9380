#pragma once

#include "store/address.h"
#include "store/pack.h"
#include <larder/blob.h>
#include <larder/result.h>
#include <larder/store.h>

#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <cstdint>

namespace larder::store {

/// What looking for one blob has come to.
struct Found {
  bool has_entry = false;         ///< Whether there is an entry of the key.
  std::optional<Blob> blob = {};  ///< The blob; absent too where its entry has none of that name.
};

/// What a backend implements: the operations of Store, addressed by namespace and key from its
/// root. Names, namespaces, single flight and the walk up the limits are done once, in view.h.
/// Contracts are those of Store's calls of the same name. Thread-safe.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual Result<std::optional<Blob>> get(const Address& address, const Name& name) = 0;
  virtual Result<std::optional<Entry>> get_entry(const Address& address) = 0;
  virtual Result<bool> has(const Address& address) = 0;

  /// get() for one who asks several stores in turn. As it stands here, get(), and has() where that
  /// gives nothing. Errors: as get().
  virtual Result<Found> find(const Address& address, const Name& name);

  /// Refuses with no_space, before anything changes, if the entry would occupy more than
  /// `max_entry_bytes`. Does not evict.
  virtual Result<void> put(const Address& address, const NamedSource& blob,
                           std::uint64_t max_entry_bytes) = 0;
  virtual Result<void> put_entry(const Address& address, std::span<const NamedSource> blobs,
                                 std::uint64_t max_entry_bytes) = 0;
  virtual Result<void> remove(const Address& address) = 0;

  /// The entry's pack, or null if there is none: what moves an entry to another store without
  /// taking it apart. Its header has been verified and is of this address. Marks the entry as used.
  /// Stays readable if the entry is replaced or evicted meanwhile. As it stands here, the pack is
  /// made from get_entry(), in a file without a name. Errors: as get_entry().
  virtual Result<std::shared_ptr<const PackBytes>> get_pack(const Address& address);

  /// Stores the entry of a pack that another store's get_pack() gave, in place of any that is here.
  /// Every byte of it is verified first. As it stands here, by put_entry().
  /// Errors: as put_entry(), and corrupt (not a sound pack of this address).
  virtual Result<void> put_pack(const Address& address, std::shared_ptr<const PackBytes> pack,
                                std::uint64_t max_entry_bytes);

  virtual Result<StoreStats> stats(const NamespacePath& below) = 0;
  virtual Result<CleanReport> clean(const NamespacePath& below, const CleanOptions& options) = 0;

  /// Removes least recently used entries at or under `below` until they occupy at most
  /// `max_bytes`, and `kept` never. Cheap when they already do. Returns at once if another thread
  /// or process is evicting, which then sees to it.
  virtual Result<void> evict(const NamespacePath& below, std::uint64_t max_bytes,
                             const Address& kept) = 0;

  /// EntryInfo::ns is relative to `below`.
  virtual Result<void> entries(const NamespacePath& below, const EntryVisitor& visit) = 0;
  virtual Result<VerifyReport> verify(const NamespacePath& below, const VerifyOptions& options) = 0;
  [[nodiscard]] virtual std::string dir(const NamespacePath& below) const = 0;

  /// Whether it was opened to be read only: what would change it is denied.
  [[nodiscard]] virtual bool is_read_only() const noexcept { return false; }

  /// How the packs are compressed that put_entry() will write, for blobs that are prepared ahead of
  /// it (prepared_blob.h); nullopt, as it stands here, if it is to be given them as they are. At
  /// most the system calls that opening the store takes.
  [[nodiscard]] virtual std::optional<Compression> pack_compression() const { return std::nullopt; }

 protected:
  /// The pack of an entry that was read, in a file without a name. Errors: corrupt, no_space, io.
  static Result<std::shared_ptr<const PackBytes>> pack_of(const Address& address,
                                                          const Entry& entry);
};

}  // namespace larder::store
