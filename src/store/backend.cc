#include "store/backend.h"

#include "sys/file.h"
#include "util/try.h"

#include <utility>
#include <vector>

namespace larder::store {

Result<std::shared_ptr<const PackBytes>> Backend::get_pack(const Address& address) {
  LARDER_TRY(const auto entry, get_entry(address));
  if (!entry) return std::shared_ptr<const PackBytes>();
  std::vector<NamedSource> blobs;
  for (const auto& [name, blob] : entry->blobs)
    blobs.push_back({name, BlobSource::from_blob(blob)});
  LARDER_TRY(util::UniqueFd file, sys::open_unnamed());
  // What lies here was let in by this store's own bound on blobs.
  constexpr PackOptions kAnySize = {.max_blob_bytes = std::numeric_limits<std::uint64_t>::max()};
  LARDER_TRY(const std::uint64_t size, write_pack(file.get(), address, blobs, kAnySize));
  return pack_bytes_of(std::move(file), size);
}

Result<void> Backend::put_pack(const Address& address, std::shared_ptr<const PackBytes> pack,
                               std::uint64_t max_entry_bytes) {
  LARDER_TRY(const Pack opened,
             Pack::open(std::move(pack), address, std::numeric_limits<std::uint64_t>::max()));
  if (opened.state() != Pack::State::sound) {
    return fail(ErrorCode::corrupt, "put " + address.key.hex() + ": not a pack of this entry");
  }
  std::vector<Blob> blobs;
  std::vector<NamedSource> sources;
  blobs.reserve(opened.records().size());
  for (const PackRecord& record : opened.records()) {
    LARDER_TRY(Name name, Name::parse(record.name));
    blobs.push_back(opened.blob(record));
    sources.push_back({std::move(name), BlobSource::from_blob(blobs.back())});
  }
  return put_entry(address, sources, max_entry_bytes);
}

}  // namespace larder::store
