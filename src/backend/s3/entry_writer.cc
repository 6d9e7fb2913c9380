#include "backend/s3/entry_writer.h"

#include "backend/s3/entry_reader.h"
#include "util/bytes.h"
#include "util/try.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace larder::s3 {
namespace {

/// Puts the pack where its entry lives. `written` has the object's key and lock.
Result<Written> upload(Session& session, Written written, const store::PackBytes& pack,
                       std::uint64_t max_entry_bytes) {
  const std::string& object_key = written.object_key;
  const std::uint64_t occupied = util::round_up(pack.size(), kBlockBytes);
  if (occupied > max_entry_bytes) {
    return fail(ErrorCode::no_space, "put " + session.bucket().url_of(object_key) +
                                         ": the entry would occupy " + std::to_string(occupied) +
                                         " bytes, more than the store's limit of " +
                                         std::to_string(max_entry_bytes));
  }
  if (pack.size() > Bucket::kMaxObjectBytes) {
    return fail(ErrorCode::no_space, "put " + session.bucket().url_of(object_key) +
                                         ": the entry would have more than the 5 GiB of an object");
  }
  LARDER_CHECK(session.bucket().put(object_key, pack));
  written.bytes = occupied;
  return written;
}

/// The pack of `base` with one blob added or replaced; of the blob alone if `base` is corrupt.
Result<std::shared_ptr<const store::PackBytes>> merge(const Session& session,
                                                      const store::Address& address,
                                                      const ReadEntry& base,
                                                      const NamedSource& blob) {
  bool is_corrupt = false;
  std::vector<Blob> kept;
  std::vector<NamedSource> sources = {blob};
  kept.reserve(base.pack.records().size());
  for (const store::PackRecord& record : base.pack.records()) {
    if (record.name == blob.name.text()) continue;
    LARDER_TRY(Name name, Name::parse(record.name));
    kept.push_back(base.pack.blob(record, [&is_corrupt] { is_corrupt = true; }));
    sources.push_back({std::move(name), BlobSource::from_blob(kept.back())});
  }
  auto merged = store::make_pack(address, sources, session.options().pack);
  if (merged || !is_corrupt) return merged;
  return store::make_pack(address, {&blob, 1}, session.options().pack);
}

}  // namespace

Result<Written> write_entry(Session& session, const store::Address& address,
                            std::span<const NamedSource> blobs, std::uint64_t max_entry_bytes) {
  LARDER_TRY(const std::string key, session.object_key(address));
  LARDER_TRY(const auto pack, store::make_pack(address, blobs, session.options().pack));
  Written written{.object_key = key, .lock = session.locks().take_to_write(key)};
  return upload(session, std::move(written), *pack, max_entry_bytes);
}

Result<Written> write_merged(Session& session, const store::Address& address,
                             const NamedSource& blob, std::uint64_t max_entry_bytes) {
  LARDER_TRY(const std::string key, session.object_key(address));
  Written written{.object_key = key, .lock = session.locks().take_to_write(key)};
  LARDER_TRY(const auto base, read_base(session, address));
  std::shared_ptr<const store::PackBytes> pack;
  if (base) {
    LARDER_TRY(pack, merge(session, address, *base, blob));
  } else {
    LARDER_TRY(pack, store::make_pack(address, {&blob, 1}, session.options().pack));
  }
  return upload(session, std::move(written), *pack, max_entry_bytes);
}

Result<Written> write_pack(Session& session, const store::Address& address,
                           std::shared_ptr<const store::PackBytes> bytes,
                           std::uint64_t max_entry_bytes) {
  LARDER_TRY(const std::string key, session.object_key(address));
  LARDER_TRY(const store::Pack pack,
             store::Pack::open(bytes, address, std::numeric_limits<std::uint64_t>::max()));
  if (pack.state() != store::Pack::State::sound) {
    return fail(ErrorCode::corrupt,
                "put " + session.bucket().url_of(key) + ": not a pack of this entry");
  }
  for (const store::PackRecord& record : pack.records()) {
    if (record.raw_bytes <= session.options().pack.max_blob_bytes) continue;
    return fail(ErrorCode::invalid_argument,
                "blob " + record.name + " has " + std::to_string(record.raw_bytes) +
                    " bytes; the store takes up to " +
                    std::to_string(session.options().pack.max_blob_bytes));
  }
  LARDER_CHECK(pack.verify());
  Written written{.object_key = key, .lock = session.locks().take_to_write(key)};
  return upload(session, std::move(written), *bytes, max_entry_bytes);
}

}  // namespace larder::s3
