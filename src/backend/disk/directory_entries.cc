#include "backend/disk/directory_entries.h"

#include "backend/disk/layout.h"
#include "backend/disk/plain_blob.h"
#include "store/blob_input.h"
#include "store/unpack.h"
#include "sys/directory.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include <cerrno>

namespace larder::disk {
namespace {

using State = store::Pack::State;

constexpr int kReadFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

/// A directory entry's index, and whether it can be used.
struct ReadIndex {
  State state = State::sound;
  EntryIndex index = {};
};

/// Nullopt if the file is not there. Errors: corrupt, io.
Result<std::optional<ReadIndex>> read_index(int dir, const store::Address& address) {
  LARDER_TRY(const auto fd, sys::open_existing_at(dir, layout::kEntryIndex, kReadFlags));
  if (!fd) return std::optional<ReadIndex>();
  std::array<std::byte, 4096> page;  // holds the index of a few dozen blobs
  LARDER_TRY(std::size_t length, sys::read_at(fd->get(), page, 0));
  util::ByteBuffer whole;
  util::ByteSpan text = std::span(page).first(length);
  if (length == page.size()) {
    whole.resize(kMaxIndexBytes);
    LARDER_TRY(length, sys::read_at(fd->get(), whole, 0));
    text = std::span(whole).first(length);
  }
  LARDER_TRY(auto index, parse_index(util::as_text(text)));
  if (!index) return std::optional(ReadIndex{.state = State::newer});
  const bool is_bound = index->binding == store::binding_of(address);
  return std::optional(ReadIndex{is_bound ? State::sound : State::misplaced, *std::move(index)});
}

/// The blob's file, or nullopt if it is not there. Errors: corrupt, denied, io.
Result<std::optional<util::UniqueFd>> open_blob(int dir, const IndexRecord& record) {
  auto fd = sys::open_existing_at(dir, record.name.text(), kReadFlags);
  if (!fd && fd.error().os_error() != ELOOP) return fd;
  if (fd && !*fd) return fd;
  if (fd) {
    LARDER_TRY(const struct stat status, sys::stat_fd((*fd)->get()));
    const auto bytes = static_cast<std::uint64_t>(status.st_size);
    if (S_ISREG(status.st_mode) && bytes == record.bytes) return fd;
  }
  return fail(ErrorCode::corrupt,
              "read blob " + record.name.text() + ": its file has not the length stored");
}

/// Copies a source to an empty file and gives its checksum.
Result<util::Checksum> copy_to(int fd, const store::BlobInput& input) {
  if (const auto bytes = input.in_memory()) {
    LARDER_CHECK(sys::write_all(fd, *bytes));
    return util::xxh3_128(*bytes);
  }
  util::Xxh3 hash;
  LARDER_CHECK(input.read_into([&](util::ByteSpan piece) {
    hash.update(piece);
    return sys::write_all(fd, piece);
  }));
  return hash.finish();
}

bool is_corrupt(const Error& error) { return error.code() == ErrorCode::corrupt; }

tl::unexpected<Error> too_many() {
  return fail(ErrorCode::invalid_argument, "an entry has 1 to 256 blobs");
}

}  // namespace

Result<std::optional<ReadEntry>> DirectoryEntries::read(OpenObject object,
                                                        const store::Address& address,
                                                        const ReadOptions& options) const {
  const int dir = object.fd.get();
  LARDER_TRY(const auto found, read_index(dir, address));
  if (!found) return std::optional<ReadEntry>();
  ReadEntry entry{.state = found->state, .fd = dir, .owned_fd = std::move(object.fd)};
  if (found->state != State::sound) return std::optional(std::move(entry));
  // Every file is opened before any is given out: the descriptors pin this generation.
  for (const IndexRecord& record : found->index.records) {
    if (options.only != nullptr && record.name != *options.only) continue;
    LARDER_TRY(auto fd, open_blob(dir, record));
    if (!fd) return std::optional<ReadEntry>();
    auto content = std::make_unique<const PlainBlob>(
        *std::move(fd), PlainBlob::Expected{record.bytes, record.checksum}, options.on_corrupt);
    entry.blobs.push_back({record.name, Blob(std::move(content))});
  }
  return std::optional(std::move(entry));
}

Result<std::optional<State>> DirectoryEntries::verify(OpenObject object,
                                                      const store::Address& address) const {
  const int dir = object.fd.get();
  LARDER_TRY(const auto found, read_index(dir, address));
  if (!found) return std::optional<State>();
  if (found->state != State::sound) return std::optional(found->state);
  for (const IndexRecord& record : found->index.records) {
    LARDER_TRY(auto fd, open_blob(dir, record));
    if (!fd) return std::optional<State>();
    const PlainBlob blob(*std::move(fd), {record.bytes, record.checksum}, nullptr);
    LARDER_CHECK(blob.read_into([](util::ByteSpan) { return Result<void>(); }));
  }
  return std::optional(State::sound);
}

Result<IndexRecord> DirectoryEntries::write_blob(int dir, const NamedSource& blob) const {
  LARDER_TRY(const auto input, store::BlobInput::open(blob.source));
  if (input.size() > options_.pack.max_blob_bytes) {
    return fail(ErrorCode::invalid_argument,
                "blob " + blob.name.text() + " has " + std::to_string(input.size()) +
                    " bytes, more than the " + std::to_string(options_.pack.max_blob_bytes) +
                    " allowed");
  }
  auto fd = options_.modes.make_file(dir, blob.name.text(), O_EXCL);
  if (!fd && fd.error().os_error() == EEXIST) {
    return fail(ErrorCode::invalid_argument, "blob " + blob.name.text() + " is given twice");
  }
  if (!fd) return fail(std::move(fd).error());
  LARDER_TRY(const util::Checksum checksum, copy_to(fd->get(), input));
  if (options_.is_durable) LARDER_CHECK(sys::sync_fd(fd->get()));
  return IndexRecord{blob.name, input.size(), checksum};
}

/// Gives the blob's file a second name in the new directory; false if it is not there any more.
Result<bool> DirectoryEntries::keep_blob(int from, int to, const IndexRecord& record) const {
  const char* name = record.name.text().c_str();
  if (::linkat(from, name, to, name, 0) == 0) return true;
  const int os_error = errno;
  if (os_error == ENOENT) return false;
  if (os_error == ENOSPC || os_error == EDQUOT || os_error == EIO) {
    return fail(Error::from_errno(os_error, "link " + record.name.text()));
  }
  // Too many links, another member's file, or a file system without links: a copy does as well.
  LARDER_TRY(auto fd, open_blob(from, record));
  if (!fd) return false;
  const Blob blob(std::make_unique<const PlainBlob>(
      *std::move(fd), PlainBlob::Expected{record.bytes, record.checksum}, nullptr));
  return write_blob(to, {record.name, BlobSource::from_blob(blob)}).map([](const auto&) {
    return true;
  });
}

Result<std::uint64_t> DirectoryEntries::finish(int dir, EntryIndex index) const {
  if (index.records.empty() || index.records.size() > kMaxIndexRecords) return too_many();
  std::ranges::sort(index.records, {}, &IndexRecord::name);
  const std::string text = print_index(index);
  LARDER_TRY(const util::UniqueFd fd, options_.modes.make_file(dir, layout::kEntryIndex, O_EXCL));
  LARDER_CHECK(sys::write_all(fd.get(), util::as_bytes(text)));
  if (options_.is_durable) {
    LARDER_CHECK(sys::sync_fd(fd.get()));
    LARDER_CHECK(sys::sync_fd(dir));
  }
  std::uint64_t occupied = util::round_up(text.size(), kBlockBytes);
  for (const IndexRecord& record : index.records) {
    occupied += util::round_up(record.bytes, kBlockBytes);
  }
  return occupied;
}

Result<std::uint64_t> DirectoryEntries::write(const Temporary& temporary,
                                              const store::Address& address,
                                              std::span<const NamedSource> blobs) const {
  if (blobs.size() > kMaxIndexRecords) return too_many();
  EntryIndex index{.binding = store::binding_of(address)};
  for (const NamedSource& blob : blobs) {
    LARDER_TRY(IndexRecord record, write_blob(temporary.fd(), blob));
    index.records.push_back(std::move(record));
  }
  return finish(temporary.fd(), std::move(index));
}

Result<std::uint64_t> DirectoryEntries::write_pack(
    const Temporary& temporary, const store::Address& address,
    std::shared_ptr<const store::PackBytes> bytes) const {
  LARDER_TRY(const store::Pack pack, store::open_sound(std::move(bytes), address));
  LARDER_TRY(const store::Unpacked unpacked, store::unpack(pack));
  return write(temporary, address, unpacked.sources);
}

Result<std::optional<std::uint64_t>> DirectoryEntries::rewrite(const Temporary& temporary,
                                                               const store::Address& address,
                                                               const NamedSource& blob,
                                                               OpenObject base) const {
  const std::optional<std::uint64_t> nothing;
  auto old = read_index(base.fd.get(), address);
  if (!old && is_corrupt(old.error())) return nothing;
  if (!old) return fail(std::move(old).error());
  if (!*old || (*old)->state != State::sound) return nothing;
  const int dir = temporary.fd();
  LARDER_TRY(IndexRecord written, write_blob(dir, blob));
  EntryIndex index{.binding = (*old)->index.binding};
  index.records.push_back(std::move(written));
  for (const IndexRecord& record : (*old)->index.records) {
    if (record.name == blob.name) continue;
    const auto is_kept = keep_blob(base.fd.get(), dir, record);
    if (!is_kept && is_corrupt(is_kept.error())) return nothing;
    if (!is_kept) return fail(is_kept.error());
    if (!*is_kept) return nothing;
    index.records.push_back(record);
  }
  LARDER_TRY(const std::uint64_t occupied, finish(dir, std::move(index)));
  return std::optional(occupied);
}

Result<std::optional<std::uint64_t>> DirectoryEntries::measure(int dir, const std::string& name,
                                                               const struct stat& status) const {
  const std::optional<std::uint64_t> nothing;
  if (!fits(status.st_mode)) return nothing;
  LARDER_TRY(auto fd, sys::open_existing_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  if (!fd) return nothing;
  LARDER_TRY(auto reader, sys::DirectoryReader::open(*std::move(fd)));
  std::uint64_t occupied = 0;
  for (;;) {
    LARDER_TRY(const dirent* file, reader.next());
    if (file == nullptr) break;
    LARDER_TRY(const auto found, sys::stat_at(reader.fd(), file->d_name, AT_SYMLINK_NOFOLLOW));
    if (!found) return nothing;
    if (!S_ISREG(found->st_mode)) continue;
    occupied += util::round_up(static_cast<std::uint64_t>(found->st_size), kBlockBytes);
  }
  return std::optional(occupied);
}

}  // namespace larder::disk
