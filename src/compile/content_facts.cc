#include "compile/content_facts.h"

#include "compile/facts_layout.h"
#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <span>
#include <utility>

namespace larder::compile {

using namespace facts_layout;

namespace {

sys::MappedFile::Format format() {
  return {
      .size = kRecordsOffset, .may_grow = true, .is_sparse = true, .header = kHeader, .mode = 0600};
}

// Slots are read while other processes write them.
std::uint32_t slot_at(const sys::MappedFile& file, std::size_t number) noexcept {
  auto* slots = reinterpret_cast<std::uint32_t*>(file.bytes().data() + kSlotsOffset);
  return std::atomic_ref(slots[number]).load(std::memory_order_acquire);
}

}  // namespace

Result<ContentFacts> ContentFacts::open_or_create(std::string path) {
  LARDER_TRY(auto file, sys::MappedFile::open_or_create(AT_FDCWD, path, format()));
  return ContentFacts(std::move(path), std::move(file));
}

std::optional<util::ByteSpan> ContentFacts::find(const util::Digest& content,
                                                 const util::Digest& purpose) const noexcept {
  const Key key = key_of(content, purpose);
  const util::ByteSpan bytes = file_.bytes();
  for (std::size_t way = 0; way < kWays; ++way) {
    const std::size_t at = slot_at(file_, slot_of(key, way));
    if (at == 0) return std::nullopt;
    if (at < kRecordsOffset || at >= bytes.size()) continue;  // appended later, or garbage
    const auto record = record_in(bytes.subspan(at));
    if (record && record->key == key) return record->fact;
  }
  return std::nullopt;
}

void ContentFacts::add(const util::Digest& content, const util::Digest& purpose,
                       util::ByteSpan fact) {
  append_record(added_, key_of(content, purpose), fact);
}

Result<void> ContentFacts::save() {
  if (added_.empty()) return {};
  const util::ByteBuffer records = std::exchange(added_, {});
  LARDER_TRY(const auto fd,
             sys::open_existing_at(AT_FDCWD, path_, O_WRONLY | O_APPEND | O_NOFOLLOW));
  if (!fd) return {};  // begun anew by another process
  LARDER_CHECK(sys::write_all(fd->get(), records));
  // Behind what this process has written, wherever that is. Cannot fail for a regular file.
  const auto end = static_cast<std::uint64_t>(::lseek(fd->get(), 0, SEEK_CUR));
  if (end > kMaxFileBytes) return sys::unlink_at(AT_FDCWD, path_).map([](bool) {});
  if (end < kRecordsOffset + records.size()) return {};
  return index(records, end - records.size());
}

/// Makes records that begin at `offset` findable. If they do not lie there after all, a reader sees
/// that.
Result<void> ContentFacts::index(util::ByteSpan records, std::uint64_t offset) {
  while (const auto record = record_in(records)) {
    std::size_t way = 0;
    while (way < kWays && slot_at(file_, slot_of(record->key, way)) != 0) ++way;
    // Where all are taken, which one of the last level gives way follows from the key.
    if (way == kWays) way -= 1 + static_cast<std::size_t>(record->key.back()) % 2;
    const std::array place = {static_cast<std::uint32_t>(offset)};
    LARDER_CHECK(file_.write_at(std::as_bytes(std::span(place)),
                                kSlotsOffset + slot_of(record->key, way) * sizeof(place)));
    records = records.subspan(record->size());
    offset += record->size();
  }
  return {};
}

}  // namespace larder::compile
