#include "store/backend.h"

#include "store/unpack.h"
#include "sys/file.h"
#include "util/try.h"

#include <utility>
#include <vector>

namespace larder::store {

Result<Found> Backend::find(const Address& address, const Name& name) {
  LARDER_TRY(auto blob, get(address, name));
  if (blob) return Found{.has_entry = true, .blob = std::move(blob)};
  LARDER_TRY(const bool has_entry, has(address));
  return Found{.has_entry = has_entry};
}

Result<std::shared_ptr<const PackBytes>> Backend::get_pack(const Address& address) {
  LARDER_TRY(const auto entry, get_entry(address));
  if (!entry) return std::shared_ptr<const PackBytes>();
  return pack_of(address, *entry);
}

Result<std::shared_ptr<const PackBytes>> Backend::pack_of(const Address& address,
                                                          const Entry& entry) {
  std::vector<NamedSource> blobs;
  for (const auto& [name, blob] : entry.blobs) blobs.push_back({name, BlobSource::from_blob(blob)});
  LARDER_TRY(util::UniqueFd file, sys::open_unnamed());
  // What lies here was let in by this store's own bound on blobs.
  constexpr PackOptions kAnySize = {.max_blob_bytes = std::numeric_limits<std::uint64_t>::max()};
  LARDER_TRY(const std::uint64_t size, write_pack(file.get(), address, blobs, kAnySize));
  return pack_bytes_of(std::move(file), size);
}

Result<void> Backend::put_pack(const Address& address, std::shared_ptr<const PackBytes> pack,
                               std::uint64_t max_entry_bytes) {
  auto opened = open_sound(std::move(pack), address);
  if (!opened) return fail(std::move(opened).error().context("put " + address.key.hex()));
  LARDER_TRY(const Unpacked unpacked, unpack(*opened));
  return put_entry(address, unpacked.sources, max_entry_bytes);
}

}  // namespace larder::store
