#pragma once

#include "store/pack.h"
#include "store/pack_layout.h"
#include "support/data.h"
#include "util/bytes.h"
#include "util/hash.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cstdint>
#include <cstring>

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

/// Makes the header's checksum fit its bytes again.
inline util::ByteBuffer resealed(util::ByteBuffer pack) {
  const auto header_bytes = util::load<std::uint32_t>(pack, layout::kHeaderBytesAt);
  const auto checksum =
      util::xxh3_128(util::ByteSpan(pack).first(header_bytes - util::Checksum::kBytes));
  std::memcpy(pack.data() + header_bytes - util::Checksum::kBytes, checksum.bytes.data(),
              util::Checksum::kBytes);
  return pack;
}

template <typename T>
util::ByteBuffer with(util::ByteBuffer pack, std::size_t offset, T value) {
  util::store(pack, offset, value);
  return resealed(std::move(pack));
}

/// The pack with extension bytes at the end of its header. The header must have room in the gap
/// before its first blob.
inline util::ByteBuffer with_extension(util::ByteBuffer pack, std::uint16_t flags,
                                       std::uint32_t length) {
  const auto header_bytes = util::load<std::uint32_t>(pack, layout::kHeaderBytesAt);
  const std::size_t at = header_bytes - util::Checksum::kBytes;
  std::memset(pack.data() + at, 0, layout::kExtensionBytes);
  util::store(pack, at, std::uint16_t{77});
  util::store(pack, at + layout::kExtensionFlagsAt, flags);
  util::store(pack, at + layout::kExtensionLengthAt, length);
  util::store(pack, layout::kHeaderBytesAt,
              static_cast<std::uint32_t>(header_bytes + layout::kExtensionBytes));
  return resealed(std::move(pack));
}

/// A pack with more than 8 bytes between header and blob.
inline util::ByteBuffer roomy_pack() { return build({{"roomy", support::noise(50)}}, kRaw); }

}  // namespace larder::store
