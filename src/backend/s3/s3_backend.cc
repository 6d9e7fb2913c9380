#include "backend/s3/s3_backend.h"

#include "backend/s3/background.h"
#include "backend/s3/clean.h"
#include "backend/s3/entry_reader.h"
#include "backend/s3/entry_writer.h"
#include "backend/s3/evictor.h"
#include "backend/s3/refresher.h"
#include "backend/s3/session.h"
#include "backend/s3/verify.h"
#include "backend/s3/walk.h"
#include "util/try.h"

#include <optional>
#include <string>
#include <utility>

namespace larder::s3 {
namespace {

using State = store::Pack::State;

/// A store in a bucket. Whatever walks over it first waits for the background work that there is,
/// so that it sees the marks of earlier gets and the evictions of earlier puts. Thread-safe.
class S3Backend final : public store::Backend {
 public:
  explicit S3Backend(std::shared_ptr<Session> session)
      : session_(std::move(session)),
        evictor_(*session_, background_),
        refresher_(*session_, background_) {}

  Result<std::optional<Blob>> get(const store::Address& address, const Name& name) override;
  Result<std::optional<Entry>> get_entry(const store::Address& address) override;
  Result<bool> has(const store::Address& address) override;
  Result<store::Found> find(const store::Address& address, const Name& name) override;
  Result<void> put(const store::Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override;
  Result<void> put_entry(const store::Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override;
  Result<void> remove(const store::Address& address) override;
  Result<std::shared_ptr<const store::PackBytes>> get_pack(const store::Address& address) override;
  Result<void> put_pack(const store::Address& address, std::shared_ptr<const store::PackBytes> pack,
                        std::uint64_t max_entry_bytes) override;
  Result<StoreStats> stats(const store::NamespacePath& below) override;
  Result<CleanReport> clean(const store::NamespacePath& below,
                            const CleanOptions& options) override;
  Result<void> evict(const store::NamespacePath& below, std::uint64_t max_bytes,
                     const store::Address& kept) override;
  Result<void> entries(const store::NamespacePath& below, const EntryVisitor& visit) override;
  Result<VerifyReport> verify(const store::NamespacePath& below,
                              const VerifyOptions& options) override;
  [[nodiscard]] std::string dir(const store::NamespacePath& below) const override {
    return session_->dir(below);
  }
  [[nodiscard]] bool is_read_only() const noexcept override {
    return session_->options().read_only;
  }

 private:
  [[nodiscard]] Blob blob_of(const ReadEntry& entry, const store::PackRecord& record,
                             const store::Address& address) const {
    return entry.pack.blob(record, remove_later_if_corrupt(session_, address));
  }

  std::shared_ptr<Session> session_;  // shared, for a moment, with a blob that proves corrupt
  // Declared before the background, so that its tasks have ended when these go.
  Evictor evictor_;
  Refresher refresher_;
  Background background_;
};

Result<store::Found> S3Backend::find(const store::Address& address, const Name& name) {
  LARDER_TRY(const auto entry, read_entry(*session_, address));
  if (!entry || entry->pack.state() != State::sound) return store::Found();
  store::Found found{.has_entry = true};
  if (const store::PackRecord* record = entry->pack.find(name.text())) {
    refresher_.on_used(entry->object_key, entry->tag);
    found.blob = blob_of(*entry, *record, address);
  }
  return found;
}

Result<std::optional<Blob>> S3Backend::get(const store::Address& address, const Name& name) {
  LARDER_TRY(store::Found found, find(address, name));
  return std::move(found.blob);
}

Result<std::optional<Entry>> S3Backend::get_entry(const store::Address& address) {
  LARDER_TRY(const auto entry, read_entry(*session_, address));
  if (!entry || entry->pack.state() != State::sound) return std::optional<Entry>();
  Entry got;
  for (const store::PackRecord& record : entry->pack.records()) {
    LARDER_TRY(Name name, Name::parse(record.name));
    got.blobs.push_back({std::move(name), blob_of(*entry, record, address)});
  }
  refresher_.on_used(entry->object_key, entry->tag);
  return std::optional(std::move(got));
}

Result<std::shared_ptr<const store::PackBytes>> S3Backend::get_pack(const store::Address& address) {
  LARDER_TRY(const auto entry, read_entry(*session_, address));
  if (!entry || entry->pack.state() != State::sound) {
    return std::shared_ptr<const store::PackBytes>();
  }
  refresher_.on_used(entry->object_key, entry->tag);
  return entry->bytes;
}

Result<bool> S3Backend::has(const store::Address& address) {
  LARDER_TRY(const std::string key, session_->object_key(address));
  return session_->bucket().has(key);
}

Result<void> S3Backend::put(const store::Address& address, const NamedSource& blob,
                            std::uint64_t max_entry_bytes) {
  LARDER_CHECK(session_->check_writable());
  LARDER_TRY(const Written written, write_merged(*session_, address, blob, max_entry_bytes));
  evictor_.on_written(address.ns, written);
  return {};
}

Result<void> S3Backend::put_entry(const store::Address& address, std::span<const NamedSource> blobs,
                                  std::uint64_t max_entry_bytes) {
  LARDER_CHECK(session_->check_writable());
  LARDER_TRY(const Written written, write_entry(*session_, address, blobs, max_entry_bytes));
  evictor_.on_written(address.ns, written);
  return {};
}

Result<void> S3Backend::put_pack(const store::Address& address,
                                 std::shared_ptr<const store::PackBytes> pack,
                                 std::uint64_t max_entry_bytes) {
  LARDER_CHECK(session_->check_writable());
  LARDER_TRY(const Written written,
             write_pack(*session_, address, std::move(pack), max_entry_bytes));
  evictor_.on_written(address.ns, written);
  return {};
}

Result<void> S3Backend::remove(const store::Address& address) {
  LARDER_CHECK(session_->check_writable());
  LARDER_TRY(const std::string key, session_->object_key(address));
  const auto lock = session_->locks().take_to_write(key);
  return session_->bucket().remove(key);
}

Result<StoreStats> S3Backend::stats(const store::NamespacePath& below) {
  background_.wait();
  StoreStats total;
  LARDER_CHECK(walk(*session_, below, {.on_entry = [&total](const ListedEntry& entry) {
    ++total.entries;
    total.bytes += entry.bytes;
    return true;
  }}));
  return total;
}

Result<CleanReport> S3Backend::clean(const store::NamespacePath& below,
                                     const CleanOptions& options) {
  LARDER_CHECK(session_->check_writable());
  // In turn with evictions and refreshes, which would undo each other.
  Result<CleanReport> report;
  background_.post([&] { report = s3::clean(*session_, below, options); });
  background_.wait();
  return report;
}

Result<void> S3Backend::evict(const store::NamespacePath& below, std::uint64_t max_bytes,
                              const store::Address& kept) {
  LARDER_TRY(const std::string key, session_->object_key(kept));
  evictor_.keep_limit(below, max_bytes, key);
  return {};
}

Result<void> S3Backend::entries(const store::NamespacePath& below, const EntryVisitor& visit) {
  background_.wait();
  return walk(*session_, below, {.on_entry = [&](const ListedEntry& entry) {
    return visit({.ns = std::string(entry.place.ns.relative_to(below)),
                  .key = entry.place.key,
                  .bytes = entry.bytes,
                  .last_use = entry.last_use});
  }});
}

Result<VerifyReport> S3Backend::verify(const store::NamespacePath& below,
                                       const VerifyOptions& options) {
  if (options.repair) LARDER_CHECK(session_->check_writable());
  background_.wait();
  return s3::verify(*session_, below, options);
}

}  // namespace

Result<std::unique_ptr<store::Backend>> open_backend(const S3Options& options, BackendParts parts) {
  LARDER_TRY(Location location, Location::from(options));
  std::string prefix = options.prefix;
  // "cache" must not cover "cache-of-somebody/".
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  Session::Options session_options{
      .prefix = std::move(prefix),
      .pack = {.compression = options.compression, .max_blob_bytes = options.max_blob_bytes},
      .read_only = options.read_only,
      .refresh_after = options.refresh_after};
  Bucket::Options bucket_options{.name = options.bucket,
                                 .auto_create = options.auto_create,
                                 .encryption = options.encryption,
                                 .page_keys = parts.page_keys};
  return std::make_unique<S3Backend>(std::make_shared<Session>(
      std::move(session_options), std::move(bucket_options), std::move(location),
      std::move(parts.service), parts.clock, parts.signing_clock));
}

}  // namespace larder::s3
