#include "backend/disk/packed_entries.h"

#include "store/unpack.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <algorithm>
#include <utility>

namespace larder::disk {
namespace {

using State = store::Pack::State;

std::shared_ptr<const store::PackBytes> bytes_of(OpenObject object) {
  const auto size = static_cast<std::uint64_t>(object.status.st_size);
  return store::pack_bytes_of(std::move(object.fd), size);
}

}  // namespace

Result<std::optional<ReadEntry>> PackedEntries::read(OpenObject object,
                                                     const store::Address& address,
                                                     const ReadOptions& options) const {
  ReadEntry entry;
  entry.fd = object.fd.get();
  entry.pack = bytes_of(std::move(object));
  LARDER_TRY(const store::Pack pack,
             store::Pack::open(entry.pack, address, options_.pack.max_blob_bytes));
  entry.state = pack.state();
  if (entry.state != State::sound) return std::optional(std::move(entry));
  for (const store::PackRecord& record : pack.records()) {
    if (options.only != nullptr && record.name != options.only->text()) continue;
    LARDER_TRY(Name name, Name::parse(record.name));
    entry.blobs.push_back({std::move(name), pack.blob(record, options.on_corrupt)});
  }
  return std::optional(std::move(entry));
}

Result<std::optional<State>> PackedEntries::verify(OpenObject object,
                                                   const store::Address& address) const {
  LARDER_TRY(const store::Pack pack,
             store::Pack::open(bytes_of(std::move(object)), address, options_.pack.max_blob_bytes));
  if (pack.state() == State::sound) LARDER_CHECK(pack.verify());
  return std::optional(pack.state());
}

Result<std::uint64_t> PackedEntries::write(const Temporary& temporary,
                                           const store::Address& address,
                                           std::span<const NamedSource> blobs) const {
  LARDER_TRY(const std::uint64_t length,
             store::write_pack(temporary.fd(), address, blobs, options_.pack));
  return finish(temporary, length);
}

Result<std::uint64_t> PackedEntries::write_pack(
    const Temporary& temporary, const store::Address& address,
    std::shared_ptr<const store::PackBytes> bytes) const {
  LARDER_TRY(const store::Pack pack, store::open_sound(bytes, address));
  for (const store::PackRecord& record : pack.records()) {
    if (record.raw_bytes <= options_.pack.max_blob_bytes) continue;
    return fail(ErrorCode::invalid_argument,
                "blob " + record.name + " has " + std::to_string(record.raw_bytes) +
                    " bytes, more than the " + std::to_string(options_.pack.max_blob_bytes) +
                    " allowed");
  }
  LARDER_CHECK(store::copy_pack(*bytes, temporary.fd()));
  return finish(temporary, bytes->size());
}

Result<std::uint64_t> PackedEntries::finish(const Temporary& temporary,
                                            std::uint64_t length) const {
  if (options_.is_durable) LARDER_CHECK(sys::sync_fd(temporary.fd()));
  return util::round_up(length, kBlockBytes);
}

Result<std::optional<std::uint64_t>> PackedEntries::rewrite(const Temporary& temporary,
                                                            const store::Address& address,
                                                            const NamedSource& blob,
                                                            OpenObject base) const {
  const std::optional<std::uint64_t> nothing;
  bool is_corrupt = false;
  auto old = read(std::move(base), address, {.on_corrupt = [&] { is_corrupt = true; }});
  if (!old && old.error().code() == ErrorCode::corrupt) return nothing;
  if (!old) return fail(std::move(old).error());
  if (!*old || (*old)->state != State::sound) return nothing;
  std::vector<NamedSource> blobs = {blob};
  for (const Entry::Item& item : (*old)->blobs) {
    if (item.name == blob.name) continue;
    blobs.push_back({item.name, BlobSource::from_blob(item.blob)});
  }
  auto written = write(temporary, address, blobs);
  if (!written && is_corrupt) return nothing;
  if (!written) return fail(std::move(written).error());
  return std::optional(*written);
}

Result<std::optional<std::uint64_t>> PackedEntries::measure(int /*dir*/,
                                                            const std::string& /*name*/,
                                                            const struct stat& status) const {
  if (!fits(status.st_mode)) return std::optional<std::uint64_t>();
  return std::optional(util::round_up(static_cast<std::uint64_t>(status.st_size), kBlockBytes));
}

}  // namespace larder::disk
