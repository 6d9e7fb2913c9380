#pragma once

#include "store/pack.h"
#include "support/data.h"
#include "util/bytes.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cstdint>

/// Packs for tests, all of one place.
namespace larder::store {

inline constexpr std::uint64_t kNoBlobLimit = std::uint64_t{1} << 40;

/// A namespace and key, to be referred to by an Address.
struct Place {
  NamespacePath ns = NamespacePath::parse("compile/tenant").value();
  Key key = support::key_of("key");

  [[nodiscard]] Address address() const { return {ns, key}; }
};

/// Names and bytes, to be referred to by sources.
using Blobs = std::vector<std::pair<std::string, util::ByteBuffer>>;

inline std::vector<NamedSource> sources_of(const Blobs& blobs) {
  std::vector<NamedSource> sources;
  for (const auto& [name, bytes] : blobs) {
    sources.push_back({support::name_of(name), BlobSource::from_bytes(bytes)});
  }
  return sources;
}

inline util::ByteBuffer build(const Blobs& blobs, const Compression& compression = {}) {
  PackOptions options;
  options.compression = compression;
  options.max_blob_bytes = kNoBlobLimit;
  return build_pack(Place().address(), sources_of(blobs), options).value();
}

inline Result<Pack> open(util::ByteBuffer bytes, std::uint64_t max_blob_bytes = kNoBlobLimit) {
  return Pack::open(pack_bytes_of(std::make_shared<const util::ByteBuffer>(std::move(bytes))),
                    Place().address(), max_blob_bytes);
}

inline constexpr Compression kRaw = {Compression::Mode::none, 1};
inline constexpr Compression kZstd = {Compression::Mode::zstd, 3};

/// All of a pack's blobs as read, or the error of the first that cannot be.
inline Result<Blobs> read_blobs(const Pack& pack) {
  Blobs blobs;
  for (const PackRecord& record : pack.records()) {
    auto bytes = pack.blob(record).read();
    if (!bytes) return fail(std::move(bytes).error());
    blobs.emplace_back(record.name, *std::move(bytes));
  }
  return blobs;
}

}  // namespace larder::store
