// Reads arbitrary bytes as a pack, as they are and with lengths, binding and checksums made to fit,
// so that mutations get past them. Whatever they are: no crash, no read outside, the same bytes
// however they are read, and what was read makes a sound pack again.
#include "store/pack.h"
#include "store/pack_layout.h"
#include "sys/file.h"
#include "util/assert.h"

#include <sys/mman.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

using namespace larder;
using store::Pack;
using util::ByteBuffer;
namespace layout = store::layout;

constexpr std::uint64_t kMaxBlobBytes = std::uint64_t{2} << 20;

const store::NamespacePath& ns() {
  static const auto path = store::NamespacePath::parse("compile/tenant").value();
  return path;
}

const Key& key() {
  static const auto value = Key::from_hex("6b6579").value();
  return value;
}

util::UniqueFd file_of(util::ByteSpan bytes) {
  util::UniqueFd fd(::memfd_create("fuzz", MFD_CLOEXEC));
  LARDER_ASSERT(fd && sys::write_all_at(fd.get(), bytes, 0));
  return fd;
}

/// The blob's bytes by every way of reading it, which must agree.
std::optional<ByteBuffer> read_every_way(const Blob& blob) {
  auto bytes = blob.read();
  const util::UniqueFd out = file_of({});
  const auto written = blob.write_to(out.get());
  LARDER_ASSERT(bytes.has_value() == written.has_value());
  if (!bytes) {
    LARDER_ASSERT(bytes.error().code() == ErrorCode::corrupt);
    return std::nullopt;
  }
  LARDER_ASSERT(bytes->size() == blob.size());
  ByteBuffer copy(bytes->size() + 1);
  const auto copied = sys::read_at(out.get(), copy, 0);
  LARDER_ASSERT(copied && *copied == bytes->size());
  LARDER_ASSERT(std::equal(bytes->begin(), bytes->end(), copy.begin()));
  return *std::move(bytes);
}

using Blobs = std::map<std::string, std::optional<ByteBuffer>>;

/// What can be read of the pack, or nothing if it is refused, misplaced or newer.
Blobs read_pack(std::shared_ptr<const store::PackBytes> bytes) {
  Blobs blobs;
  const auto pack = Pack::open(std::move(bytes), {ns(), key()}, kMaxBlobBytes);
  if (!pack) {
    LARDER_ASSERT(pack.error().code() == ErrorCode::corrupt);
    return blobs;
  }
  bool is_sound = true;
  for (const store::PackRecord& record : pack->records()) {
    LARDER_ASSERT(pack->find(record.name) == &record);
    const auto& read = blobs[record.name] = read_every_way(pack->blob(record));
    is_sound = is_sound && read;
  }
  LARDER_ASSERT(is_sound || !pack->verify());
  if (pack->state() != Pack::State::sound) blobs.clear();
  return blobs;
}

/// Packs what could be read again; it must be read as the same.
void check_repacked(Blobs blobs) {
  std::erase_if(blobs, [](const auto& blob) { return !blob.second; });
  if (blobs.empty()) return;
  std::vector<NamedSource> sources;
  for (const auto& [name, bytes] : blobs) {
    sources.push_back({Name::parse(name).value(), BlobSource::from_bytes(*bytes)});
  }
  auto pack = store::build_pack({ns(), key()}, sources, {});
  LARDER_ASSERT(pack);
  LARDER_ASSERT(read_pack(store::pack_bytes_of(
                    std::make_shared<const ByteBuffer>(*std::move(pack)))) == blobs);
}

void put_checksum(ByteBuffer& pack, std::size_t at, const util::Checksum& checksum) {
  std::memcpy(pack.data() + at, checksum.bytes.data(), checksum.bytes.size());
}

/// Makes the checksums of raw blobs fit, as far as the records can be followed.
void fix_records(ByteBuffer& pack, std::size_t header_end) {
  std::size_t at = layout::kPreambleBytes;
  while (at + layout::kRecordBytes <= header_end) {
    const auto offset = util::load<std::uint64_t>(pack, at + layout::kOffsetAt);
    const auto length = util::load<std::uint64_t>(pack, at + layout::kStoredBytesAt);
    const bool is_raw = util::load<std::uint8_t>(pack, at + layout::kCodecAt) == 0;
    if (is_raw && offset <= pack.size() && length <= pack.size() - offset) {
      put_checksum(pack, at + layout::kRecordChecksumAt,
                   util::xxh3_128(util::ByteSpan(pack).subspan(offset, length)));
    }
    at += layout::kRecordBytes + util::load<std::uint8_t>(pack, at + layout::kNameBytesAt);
  }
}

/// The same bytes with everything in place that a mutation would have to guess.
ByteBuffer fixed(ByteBuffer pack) {
  if (pack.size() < layout::kMinHeaderBytes) return pack;
  std::memcpy(pack.data(), layout::kMagic.data(), layout::kMagic.size());
  util::store(pack, layout::kMajorAt, layout::kMajor);
  util::store(pack, layout::kTotalBytesAt, std::uint64_t{pack.size()});
  util::store(pack, layout::kChecksumIdAt, layout::kChecksumXxh3);
  put_checksum(pack, layout::kBindingAt, store::binding_of({ns(), key()}));
  const std::size_t header_bytes = util::load<std::uint32_t>(pack, layout::kHeaderBytesAt);
  if (header_bytes < layout::kMinHeaderBytes || header_bytes > pack.size()) return pack;
  const std::size_t checked_bytes = header_bytes - util::Checksum::kBytes;
  fix_records(pack, checked_bytes);
  put_checksum(pack, checked_bytes, util::xxh3_128(util::ByteSpan(pack).first(checked_bytes)));
  return pack;
}

void check(ByteBuffer pack) {
  const Blobs from_file = read_pack(store::pack_bytes_of(file_of(pack), pack.size()));
  const auto shared = std::make_shared<const ByteBuffer>(std::move(pack));
  const Blobs from_memory = read_pack(store::pack_bytes_of(shared));
  LARDER_ASSERT(from_file == from_memory);
  check_repacked(from_memory);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  check(ByteBuffer(bytes.begin(), bytes.end()));
  check(fixed(ByteBuffer(bytes.begin(), bytes.end())));
  return 0;
}
