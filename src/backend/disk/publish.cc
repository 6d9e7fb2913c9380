#include "backend/disk/publish.h"

#include "backend/disk/counters.h"
#include "backend/disk/last_use.h"
#include "backend/disk/layout.h"
#include "sys/file.h"
#include "util/assert.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>

#include <cerrno>

namespace larder::disk {
namespace {

// A shard's directory may be removed, because it is empty, between its making and the rename into
// it; each time by another clean.
constexpr int kMaxAttempts = 100;

enum class Outcome {
  done,
  changed,      ///< The place is not as it was found: look again.
  unsupported,  ///< The file system cannot swap.
};

/// A publication on its way.
struct Publication {
  const WritableStore& store;
  Temporary& temporary;
  std::string name;  ///< Of the entry in its shard's directory.
  std::int64_t bytes = 0;
  Account account = {};
};

bool is_still_there(const Temporary& temporary) {
  struct stat status = {};
  return ::fstat(temporary.fd(), &status) == 0 && status.st_nlink > 0;
}

tl::unexpected<Error> foreign(const std::string& name) {
  return fail(ErrorCode::invalid_argument,
              "publish " + name + ": something that is no entry is in its place");
}

/// What the object occupies; nullopt if it is not there. Errors: invalid_argument (no entry).
Result<std::optional<std::int64_t>> measure(const WritableStore& store, int dir,
                                            const std::string& name) {
  const std::optional<std::int64_t> nothing;
  LARDER_TRY(const auto status, sys::stat_at(dir, name, AT_SYMLINK_NOFOLLOW));
  if (!status) return nothing;
  if (!store.format().fits(status->st_mode)) return foreign(name);
  LARDER_TRY(const auto bytes, store.format().measure(dir, name, *status));
  return bytes ? std::optional(static_cast<std::int64_t>(*bytes)) : nothing;
}

Result<Outcome> place_new(const Publication& publication, int shard_dir) {
  auto placed = publication.temporary.place(shard_dir, publication.name);
  if (!placed && is_absence(placed.error()) && is_still_there(publication.temporary)) {
    return Outcome::changed;
  }
  if (!placed) return fail(std::move(placed).error());
  if (!*placed) return Outcome::changed;
  publication.account.add({.entries = 1, .bytes = publication.bytes});
  return Outcome::done;
}

/// Swaps the new generation for the old one, which is then under the temporary's name.
Result<Outcome> exchange(const Publication& publication, int shard_dir) {
  Temporary& temporary = publication.temporary;
  auto swapped = temporary.exchange(shard_dir, publication.name);
  if (!swapped && is_absence(swapped.error())) return Outcome::changed;
  if (!swapped && cannot_rename_so(swapped.error())) return Outcome::unsupported;
  if (!swapped) return fail(std::move(swapped).error());
  auto old_bytes = measure(publication.store, temporary.dir(), temporary.name());
  if (!old_bytes && old_bytes.error().code() == ErrorCode::invalid_argument) {
    LARDER_CHECK(temporary.exchange(shard_dir, publication.name));
    return fail(std::move(old_bytes).error());
  }
  if (old_bytes && *old_bytes) {
    publication.account.add({.bytes = publication.bytes - **old_bytes});
  } else {
    // The entry is in place, and what it replaced cannot be told any more.
    publication.account.add({});
    publication.account.distrust();
  }
  return Outcome::done;
}

/// The way without RENAME_EXCHANGE, alone in the shard. In the directory layout there is no entry
/// for a moment.
Result<Outcome> replace_alone(const Publication& publication, int shard_dir, unsigned shard) {
  const WritableStore& store = publication.store;
  LARDER_TRY(const auto old_bytes, measure(store, shard_dir, publication.name));
  if (!old_bytes) return Outcome::changed;
  if (store.format().kind() == Temporary::Kind::file) {
    LARDER_CHECK(publication.temporary.replace(shard_dir, publication.name));
    publication.account.add({.bytes = publication.bytes - *old_bytes});
    return Outcome::done;
  }
  Temporary old = store.own.reserve_temporary(shard, Temporary::Kind::directory);
  LARDER_CHECK(old.take_out(shard_dir, publication.name));
  publication.account.add({.entries = -1, .bytes = -*old_bytes});
  return place_new(publication, shard_dir);
}

/// One try at putting the entry in its place.
Result<Outcome> try_publish(const Publication& publication, int shard_dir, unsigned shard,
                            Lock& lock) {
  LARDER_TRY(const Outcome placed, place_new(publication, shard_dir));
  if (placed == Outcome::done) return placed;
  LARDER_TRY(const Outcome exchanged, exchange(publication, shard_dir));
  if (exchanged != Outcome::unsupported) return exchanged;
  if (lock.mode() != LockMode::exclusive) LARDER_CHECK(lock.retake_exclusive());
  return replace_alone(publication, shard_dir, shard);
}

}  // namespace

Result<void> publish(const WritableStore& store, Written written, const store::Address& address,
                     std::chrono::system_clock::time_point now, Lock& lock) {
  const unsigned shard = layout::shard_of(address.key);
  const std::string shard_path = layout::shard_dir(address.ns, shard);
  LARDER_CHECK(set_last_use(written.temporary.fd(), now));
  const Publication publication = {
      .store = store,
      .temporary = written.temporary,
      .name = layout::entry_name(address.key),
      .bytes = static_cast<std::int64_t>(written.bytes),
      .account = store.counters().open_account(store.own, address.ns, shard)};
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    auto dir = store.dir().make_dir(shard_path, store.is_durable);
    if (!dir && is_absence(dir.error()) && !store.is_gone()) continue;
    if (!dir) return fail(std::move(dir).error());
    LARDER_TRY(const Outcome outcome, try_publish(publication, dir->get(), shard, lock));
    if (outcome != Outcome::done) continue;
    return store.is_durable ? sys::sync_fd(dir->get()) : Result<void>();
  }
  return fail(ErrorCode::unavailable, "publish " + publication.name + " in " + shard_path +
                                          ": the directory keeps changing");
}

Result<std::optional<std::uint64_t>> remove_entry(const WritableStore& store,
                                                  const store::Address& address,
                                                  const IdentityTest& is_meant) {
  const std::optional<std::uint64_t> nothing;
  const unsigned shard = layout::shard_of(address.key);
  LARDER_TRY(const auto dir, store.dir().open_dir(layout::shard_dir(address.ns, shard)));
  if (!dir) return nothing;
  const std::string name = layout::entry_name(address.key);
  LARDER_TRY(const auto status, sys::stat_at(dir->get(), name, AT_SYMLINK_NOFOLLOW));
  if (!status || !store.format().fits(status->st_mode)) return nothing;
  if (is_meant && !is_meant(identity_of(*status))) return nothing;
  LARDER_TRY(const auto bytes, store.format().measure(dir->get(), name, *status));
  if (!bytes) return nothing;
  const Account account = store.counters().open_account(store.own, address.ns, shard);
  if (store.format().kind() == Temporary::Kind::file) {
    LARDER_TRY(const bool was_there, sys::unlink_at(dir->get(), name));
    if (!was_there) return nothing;
  } else {
    Temporary out = store.own.reserve_temporary(shard, Temporary::Kind::directory);
    LARDER_CHECK(out.take_out(dir->get(), name));
  }
  account.add({.entries = -1, .bytes = -static_cast<std::int64_t>(*bytes)});
  return bytes;
}

}  // namespace larder::disk
