#include "compile/content_facts.h"

#include "compile/facts_layout.h"
#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

namespace larder::compile {

using namespace facts_layout;

namespace {

sys::MappedFile::Format format() {
  return {.size = kRecordsOffset, .may_grow = true, .header = kHeader, .mode = 0600};
}

// Slots are read and written while other processes do the same.
std::atomic_ref<std::uint32_t> slot_at(const sys::MappedFile& file, std::size_t number) {
  auto* slots = reinterpret_cast<std::uint32_t*>(file.bytes().data() + kSlotsOffset);
  return std::atomic_ref(slots[number]);
}

}  // namespace

Result<ContentFacts> ContentFacts::open_or_create(std::string path) {
  LARDER_TRY(auto file, sys::MappedFile::open_or_create(AT_FDCWD, path, format()));
  return ContentFacts(std::move(path), std::move(file));
}

std::optional<util::ByteSpan> ContentFacts::find(const util::Digest& content,
                                                 const util::Digest& purpose) const noexcept {
  const util::Digest key = key_of(content, purpose);
  const util::ByteSpan bytes = file_.bytes();
  for (std::size_t way = 0; way < kWays; ++way) {
    const std::size_t at = slot_at(file_, slot_of(key, way)).load(std::memory_order_acquire);
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
  if (end >= kRecordsOffset + records.size()) index(records, end - records.size());
  return {};
}

/// Makes records that begin at `offset` findable. If they do not lie there after all, a reader sees
/// that.
void ContentFacts::index(util::ByteSpan records, std::uint64_t offset) noexcept {
  while (const auto record = record_in(records)) {
    std::size_t way = 0;
    while (way < kWays && slot_at(file_, slot_of(record->key, way)).load() != 0) ++way;
    // Where all are taken, which one gives way follows from the key.
    if (way == kWays) way = static_cast<std::size_t>(record->key.bytes.back()) % kWays;
    slot_at(file_, slot_of(record->key, way))
        .store(static_cast<std::uint32_t>(offset), std::memory_order_release);
    records = records.subspan(record->size());
    offset += record->size();
  }
}

}  // namespace larder::compile
