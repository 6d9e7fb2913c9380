#include "compile/manifest_entry.h"

#include "compile/manifest.h"
#include "util/try.h"

#include <string_view>
#include <vector>

namespace larder::compile {
namespace {

constexpr std::string_view kManifest = "manifest";
/// Apart from the rest, so that it is stored as it is: nothing is gained by compressing it, and
/// letters compress less between such bytes.
constexpr std::string_view kDigests = "digests";

}  // namespace

Result<std::optional<util::ByteBuffer>> manifest_in(const Entry& entry) {
  const Blob* const manifest = entry.find(kManifest);
  if (manifest == nullptr) return std::optional<util::ByteBuffer>();
  LARDER_TRY(util::ByteBuffer bytes, manifest->read());
  if (const Blob* const digests = entry.find(kDigests)) {
    LARDER_TRY(const util::ByteBuffer tail, digests->read());
    util::append(bytes, util::ByteSpan(tail));
  }
  return std::optional(std::move(bytes));
}

Result<void> put_manifest_entry(Store& store, const Key& key, util::ByteSpan manifest) {
  LARDER_TRY(const Name name, Name::parse(kManifest));
  const std::size_t digests_at = digests_begin(manifest);
  std::vector<NamedSource> blobs = {{name, BlobSource::from_bytes(manifest.first(digests_at))}};
  if (digests_at != manifest.size()) {
    LARDER_TRY(const Name digests, Name::parse(kDigests));
    blobs.push_back({digests, BlobSource::from_bytes(manifest.subspan(digests_at))});
  }
  return store.put_entry(key, blobs);
}

}  // namespace larder::compile
