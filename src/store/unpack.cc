#include "store/unpack.h"

#include "util/try.h"

#include <limits>
#include <utility>

#include <cstdint>

namespace larder::store {

Result<Pack> open_sound(std::shared_ptr<const PackBytes> bytes, const Address& address) {
  // How large a blob may be is for the store that takes it to say.
  constexpr std::uint64_t kAnySize = std::numeric_limits<std::uint64_t>::max();
  LARDER_TRY(Pack pack, Pack::open(std::move(bytes), address, kAnySize));
  if (pack.state() != Pack::State::sound) {
    return fail(ErrorCode::corrupt, "pack: it is not one of this entry");
  }
  LARDER_CHECK(pack.verify());
  return pack;
}

Result<Unpacked> unpack(const Pack& pack) {
  Unpacked unpacked;
  unpacked.blobs.reserve(pack.records().size());  // the sources refer into it
  for (const PackRecord& record : pack.records()) {
    LARDER_TRY(Name name, Name::parse(record.name));
    unpacked.blobs.push_back(pack.blob(record));
    unpacked.sources.push_back({std::move(name), BlobSource::from_blob(unpacked.blobs.back())});
  }
  return unpacked;
}

}  // namespace larder::store
