#include "backend/disk/disk_backend.h"

#include "backend/disk/clean.h"
#include "backend/disk/evict.h"
#include "backend/disk/last_use.h"
#include "backend/disk/layout.h"
#include "backend/disk/publish.h"
#include "backend/disk/session.h"
#include "backend/disk/totals.h"
#include "backend/disk/verify.h"
#include "backend/disk/walk.h"
#include "sys/beneath.h"
#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

namespace larder::disk {
namespace {

using State = store::Pack::State;

/// Removes an entry that proved corrupt, if it still is the one that `is_meant`. A failure leaves
/// it to be found again.
void discard(const Session& session, const store::Address& address, const IdentityTest& is_meant) {
  if (session.options().read_only) return;
  const auto store = session.writable();
  if (!store) return;
  const auto lock = (*store)->own.locks().take(layout::shard_of(address.key), LockMode::exclusive);
  if (lock) (void)remove_entry(**store, address, is_meant);
}

/// What to do when a blob that was given out proves corrupt. It may outlive the backend.
std::function<void()> discard_later(const std::shared_ptr<const Session>& session,
                                    const store::Address& address, std::uint64_t inode) {
  // The blob holds its file open, so the inode cannot be another entry's; its last use changes with
  // every get.
  const auto is_meant = [inode](const Identity& now) { return now.inode == inode; };
  return [session, ns = address.ns, key = address.key, is_meant] {
    discard(*session, {ns, key}, is_meant);
  };
}

/// An entry's blobs: the named one, or all. Nullopt if there is no entry that can be used.
Result<std::optional<ReadEntry>> read_entry(const std::shared_ptr<const Session>& session,
                                            const OpenStore& store, const store::Address& address,
                                            const Name* only) {
  std::optional<Identity> seen;
  for (;;) {
    LARDER_TRY(auto object, store.format->open(store.dir.fd(), layout::entry_path(address)));
    if (!object) return std::optional<ReadEntry>();
    const Identity identity = identity_of(object->status);
    const auto is_meant = [&](const Identity& now) { return now == identity; };
    auto entry = store.format->read(
        *std::move(object), address,
        {.only = only, .on_corrupt = discard_later(session, address, identity.inode)});
    if (!entry) {
      if (entry.error().code() == ErrorCode::corrupt) discard(*session, address, is_meant);
      return fail(std::move(entry).error().context("read " + layout::entry_path(address)));
    }
    if (*entry) return entry;
    // It was replaced or removed while it was opened; but one that is the same again is not whole.
    if (seen == identity) {
      discard(*session, address, is_meant);
      return fail(ErrorCode::corrupt,
                  "read " + layout::entry_path(address) + ": a file of it is missing");
    }
    seen = identity;
  }
}

Result<Written> write_entry(const WritableStore& store, const store::Address& address,
                            std::span<const NamedSource> blobs) {
  LARDER_TRY(Temporary temporary,
             store.own.make_temporary(layout::shard_of(address.key), store.format().kind()));
  LARDER_TRY(const std::uint64_t bytes, store.format().write(temporary, address, blobs));
  return Written{std::move(temporary), bytes};
}

Result<Written> write_pack(const WritableStore& store, const store::Address& address,
                           std::shared_ptr<const store::PackBytes> pack) {
  LARDER_TRY(Temporary temporary,
             store.own.make_temporary(layout::shard_of(address.key), store.format().kind()));
  LARDER_TRY(const std::uint64_t bytes,
             store.format().write_pack(temporary, address, std::move(pack)));
  return Written{std::move(temporary), bytes};
}

/// The entry as it is, with one blob added or replaced. The shard's lock is held exclusively.
Result<Written> write_merged(const WritableStore& store, const store::Address& address,
                             const NamedSource& blob) {
  LARDER_TRY(auto base, store.format().open(store.dir().fd(), layout::entry_path(address)));
  if (base) {
    LARDER_TRY(Temporary temporary,
               store.own.make_temporary(layout::shard_of(address.key), store.format().kind()));
    LARDER_TRY(const auto bytes,
               store.format().rewrite(temporary, address, blob, *std::move(base)));
    if (bytes) return Written{std::move(temporary), *bytes};
  }
  return write_entry(store, address, std::span(&blob, 1));
}

Result<void> check_size(std::uint64_t bytes, std::uint64_t max_bytes) {
  if (bytes <= max_bytes) return {};
  return fail(ErrorCode::no_space, "the entry would occupy " + std::to_string(bytes) +
                                       " bytes, more than the store's limit of " +
                                       std::to_string(max_bytes));
}

/// A store in a directory. Thread-safe.
class DiskBackend final : public store::Backend {
 public:
  explicit DiskBackend(std::shared_ptr<const Session> session) : session_(std::move(session)) {}

  Result<std::optional<Blob>> get(const store::Address& address, const Name& name) override;
  Result<std::optional<Entry>> get_entry(const store::Address& address) override;
  Result<bool> has(const store::Address& address) override;
  Result<void> put(const store::Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override;
  Result<void> put_entry(const store::Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override;
  Result<store::Found> find(const store::Address& address, const Name& name) override;
  Result<std::shared_ptr<const store::PackBytes>> get_pack(const store::Address& address) override;
  Result<void> put_pack(const store::Address& address, std::shared_ptr<const store::PackBytes> pack,
                        std::uint64_t max_entry_bytes) override;
  Result<void> remove(const store::Address& address) override;
  Result<StoreStats> stats(const store::NamespacePath& below) override;
  Result<CleanReport> clean(const store::NamespacePath& below,
                            const CleanOptions& options) override;
  Result<void> evict(const store::NamespacePath& below, std::uint64_t max_bytes,
                     const store::Address& kept) override;
  Result<void> entries(const store::NamespacePath& below, const EntryVisitor& visit) override;
  Result<VerifyReport> verify(const store::NamespacePath& below,
                              const VerifyOptions& options) override;
  [[nodiscard]] std::string dir(const store::NamespacePath& below) const override;
  [[nodiscard]] bool is_read_only() const noexcept override {
    return session_->options().read_only;
  }
  [[nodiscard]] std::optional<Compression> pack_compression() const override;

 private:
  /// The entry read, or nullopt; looks once more where the store's directory was replaced.
  [[nodiscard]] Result<std::optional<ReadEntry>> look_up(const store::Address& address,
                                                         const Name* only) const;

  /// Runs `change` on the store opened for changes; once more if its directory turns out to have
  /// been removed. `what` is done to the entry, for the message of an Error.
  template <typename Change>
  [[nodiscard]] Result<void> apply(std::string_view what, const store::Address& address,
                                   const Change& change) const;

  /// Publishes an entry that keeps nothing of the one it may replace.
  [[nodiscard]] Result<void> publish_whole(const WritableStore& store, Written written,
                                           const store::Address& address,
                                           std::uint64_t max_entry_bytes) const;

  void mark_used(const ReadEntry& entry) const;

  std::shared_ptr<const Session> session_;  // shared with the blobs given out
};

Result<std::optional<ReadEntry>> DiskBackend::look_up(const store::Address& address,
                                                      const Name* only) const {
  LARDER_TRY(auto store, session_->existing());
  if (store == nullptr) return std::optional<ReadEntry>();
  LARDER_TRY(auto entry, read_entry(session_, *store, address, only));
  if (entry || !store->dir.is_gone()) return entry;
  session_->forget();
  LARDER_TRY(store, session_->existing());
  if (store == nullptr) return std::optional<ReadEntry>();
  return read_entry(session_, *store, address, only);
}

std::optional<Compression> DiskBackend::pack_compression() const {
  const DiskOptions& options = session_->options();
  const auto store = session_->existing();
  const bool has_packs = store && *store != nullptr
                             ? (*store)->format->kind() == Temporary::Kind::file
                             : options.layout.value_or(DiskLayout::packed) == DiskLayout::packed;
  return has_packs ? std::optional(options.compression) : std::nullopt;
}

template <typename Change>
Result<void> DiskBackend::apply(std::string_view what, const store::Address& address,
                                const Change& change) const {
  LARDER_TRY(auto store, session_->writable());
  Result<void> changed = change(*store);
  if (!changed && is_absence(changed.error()) && store->is_gone()) {
    session_->forget();
    LARDER_TRY(store, session_->writable());
    changed = change(*store);
  }
  if (changed) return changed;
  const std::string entry = dir({}) + '/' + layout::entry_path(address);
  return fail(std::move(changed).error().context(std::string(what) + ' ' + entry));
}

void DiskBackend::mark_used(const ReadEntry& entry) const {
  if (session_->options().read_only) return;
  // A store that can be read and not written still serves; its entries just look unused.
  (void)set_last_use(entry.fd, session_->clock().now());
}

Result<store::Found> DiskBackend::find(const store::Address& address, const Name& name) {
  LARDER_TRY(auto entry, look_up(address, &name));
  if (!entry || entry->state != State::sound) return store::Found();
  if (entry->blobs.empty()) return store::Found{.has_entry = true};
  mark_used(*entry);
  return store::Found{.has_entry = true, .blob = std::move(entry->blobs.front().blob)};
}

Result<std::optional<Blob>> DiskBackend::get(const store::Address& address, const Name& name) {
  LARDER_TRY(store::Found found, find(address, name));
  return std::move(found.blob);
}

Result<std::optional<Entry>> DiskBackend::get_entry(const store::Address& address) {
  LARDER_TRY(auto entry, look_up(address, nullptr));
  if (!entry || entry->state != State::sound) return std::optional<Entry>();
  mark_used(*entry);
  return std::optional(Entry{std::move(entry->blobs)});
}

Result<bool> DiskBackend::has(const store::Address& address) {
  LARDER_TRY(const auto store, session_->existing());
  if (store == nullptr) return false;
  LARDER_TRY(const auto fd,
             sys::open_beneath(store->dir.fd(), layout::entry_path(address), O_PATH));
  if (!fd) return false;
  LARDER_TRY(const struct stat status, sys::stat_fd(fd->get()));
  return store->format->fits(status.st_mode);
}

Result<void> DiskBackend::put(const store::Address& address, const NamedSource& blob,
                              std::uint64_t max_entry_bytes) {
  return apply("put", address, [&](const WritableStore& store) -> Result<void> {
    const unsigned shard = layout::shard_of(address.key);
    LARDER_TRY(Lock lock, store.own.locks().take(shard, LockMode::exclusive));
    LARDER_TRY(Written written, write_merged(store, address, blob));
    LARDER_CHECK(check_size(written.bytes, max_entry_bytes));
    return publish(store, std::move(written), address, session_->clock().now(), lock);
  });
}

Result<std::shared_ptr<const store::PackBytes>> DiskBackend::get_pack(
    const store::Address& address) {
  LARDER_TRY(auto entry, look_up(address, nullptr));
  if (!entry || entry->state != State::sound) return std::shared_ptr<const store::PackBytes>();
  mark_used(*entry);
  if (entry->pack != nullptr) return std::move(entry->pack);
  return pack_of(address, Entry{std::move(entry->blobs)});
}

Result<void> DiskBackend::put_entry(const store::Address& address,
                                    std::span<const NamedSource> blobs,
                                    std::uint64_t max_entry_bytes) {
  return apply("put", address, [&](const WritableStore& store) -> Result<void> {
    LARDER_TRY(Written written, write_entry(store, address, blobs));
    return publish_whole(store, std::move(written), address, max_entry_bytes);
  });
}

Result<void> DiskBackend::put_pack(const store::Address& address,
                                   std::shared_ptr<const store::PackBytes> pack,
                                   std::uint64_t max_entry_bytes) {
  return apply("put", address, [&](const WritableStore& store) -> Result<void> {
    LARDER_TRY(Written written, write_pack(store, address, pack));
    return publish_whole(store, std::move(written), address, max_entry_bytes);
  });
}

Result<void> DiskBackend::publish_whole(const WritableStore& store, Written written,
                                        const store::Address& address,
                                        std::uint64_t max_entry_bytes) const {
  LARDER_CHECK(check_size(written.bytes, max_entry_bytes));
  const unsigned shard = layout::shard_of(address.key);
  LARDER_TRY(Lock lock, store.own.locks().take(shard, LockMode::shared));
  return publish(store, std::move(written), address, session_->clock().now(), lock);
}

Result<void> DiskBackend::remove(const store::Address& address) {
  LARDER_TRY(const bool is_there, has(address));
  if (!is_there && !session_->options().read_only) return {};  // creates nothing
  return apply("remove", address, [&](const WritableStore& store) -> Result<void> {
    const unsigned shard = layout::shard_of(address.key);
    LARDER_TRY(const Lock lock, store.own.locks().take(shard, LockMode::exclusive));
    return remove_entry(store, address).map([](const auto&) {});
  });
}

Result<StoreStats> DiskBackend::stats(const store::NamespacePath& below) {
  LARDER_TRY(const auto store, session_->existing());
  if (store == nullptr) return StoreStats();
  if (const auto total = store->counters.sum(below)) return *total;
  // Nothing is created in a directory that is no store yet, or for one who only reads.
  if (store->is_settled) {
    const auto writable = session_->writable();
    if (writable) return total_of(**writable, below);
  }
  return walk_total(*store, below);
}

Result<CleanReport> DiskBackend::clean(const store::NamespacePath& below,
                                       const CleanOptions& options) {
  LARDER_TRY(const auto store, session_->existing());
  if (store == nullptr) return CleanReport();
  if (!store->is_settled) {
    LARDER_TRY(const Detected detected, detect_layout(store->dir));
    if (!detected.layout) return CleanReport();  // an empty or foreign directory stays as it is
  }
  LARDER_TRY(const auto writable, session_->writable());
  return disk::clean(*writable, below, options, session_->clock().now());
}

Result<void> DiskBackend::evict(const store::NamespacePath& below, std::uint64_t max_bytes,
                                const store::Address& kept) {
  LARDER_TRY(const auto store, session_->writable());
  return disk::evict(*store, {below, max_bytes, kept, session_->clock().now()});
}

Result<void> DiskBackend::entries(const store::NamespacePath& below, const EntryVisitor& visit) {
  LARDER_TRY(const auto store, session_->existing());
  if (store == nullptr) return {};
  const auto on_shard = [&](const ShardDir& shard) {
    const std::string ns(shard.ns.relative_to(below));
    const auto on_entry = [&](const StoredEntry& entry) {
      const std::chrono::nanoseconds last_use(entry.identity.last_use_ns);
      return visit({.ns = ns,
                    .key = entry.key,
                    .bytes = entry.bytes,
                    .last_use = std::chrono::system_clock::time_point(last_use)});
    };
    return list_shard(store->dir, *store->format, shard, on_entry);
  };
  return walk_shards(store->dir, below, on_shard);
}

Result<VerifyReport> DiskBackend::verify(const store::NamespacePath& below,
                                         const VerifyOptions& options) {
  LARDER_TRY(const auto store, session_->existing());
  if (store == nullptr) return VerifyReport();
  std::shared_ptr<const WritableStore> writable;
  if (options.repair) {
    LARDER_TRY(writable, session_->writable());
  } else if (store->is_settled) {
    writable = session_->writable().value_or(nullptr);  // one who may not write can still look
  }
  return disk::verify(*store, writable.get(), below, options, session_->clock().now());
}

std::string DiskBackend::dir(const store::NamespacePath& below) const {
  if (below.is_root()) return session_->options().dir;
  return session_->options().dir + '/' + layout::namespace_dir(below);
}

/// The path as it stays right when the working directory changes.
Result<std::string> absolute(const std::string& path) {
  if (path.empty()) return fail(ErrorCode::invalid_argument, "open store: its path is empty");
  if (path.front() == '/') return path;
  char* here = ::getcwd(nullptr, 0);
  if (here == nullptr) return fail(Error::from_errno(errno, "open store " + path));
  std::string whole = std::string(here) + '/' + path;
  std::free(here);  // NOLINT(cppcoreguidelines-no-malloc): getcwd's own
  return whole;
}

}  // namespace

Result<std::unique_ptr<store::Backend>> open_backend(const DiskOptions& options,
                                                     const sys::Clock& clock) {
  DiskOptions resolved = options;
  LARDER_TRY(resolved.dir, absolute(options.dir));
  auto session = std::make_shared<const Session>(std::move(resolved), clock);
  LARDER_CHECK(session->existing());
  return std::make_unique<DiskBackend>(std::move(session));
}

}  // namespace larder::disk
