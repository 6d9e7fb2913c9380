#include "compile/counters.h"

#include "sys/mapped_file.h"
#include "util/try.h"

#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <span>

namespace larder::compile {
namespace {

// file := "\x89LDRCNT\n", u64 version (1), u64 counts by Counter (64), u64 counts by
// PassThroughReason (128), zeros up to 4096; doc/format/state.md.
constexpr std::size_t kFileBytes = 4096;
constexpr std::size_t kFirstCounter = 2;
constexpr std::size_t kFirstReason = kFirstCounter + 64;
static_assert(kCounters <= 64 && kPassThroughReasons <= 128);

constexpr std::array<std::byte, 16> kHeader = {std::byte{0x89}, std::byte{'L'},  std::byte{'D'},
                                               std::byte{'R'},  std::byte{'C'},  std::byte{'N'},
                                               std::byte{'T'},  std::byte{'\n'}, std::byte{1}};

sys::MappedFile::Format format() { return {.size = kFileBytes, .header = kHeader, .mode = 0666}; }

std::span<std::uint64_t> words_of(const sys::MappedFile& file) {
  return {reinterpret_cast<std::uint64_t*>(file.bytes().data()), kFileBytes / 8};
}

void add_to(std::uint64_t& word, std::uint64_t by) {
  if (by != 0) std::atomic_ref(word).fetch_add(by, std::memory_order_relaxed);
}

std::uint64_t sum(const Counts& counts, std::initializer_list<Counter> counters) {
  std::uint64_t total = 0;
  for (const Counter counter : counters) total += counts[counter];
  return total;
}

}  // namespace

std::string_view to_string(Counter counter) noexcept {
  static constexpr std::array<std::string_view, kCounters> kNames = {
      "direct_hits",
      "preprocessed_hits",
      "misses_new",
      "misses_changed",
      "misses_evicted",
      "misses_recached",
      "stored",
      "compiles_failed",
      "inputs_changed",
      "inputs_unsuitable",
      "outputs_unsuitable",
      "dependencies_unknown",
      "cache_errors",
      "saved_ms",
      "compile_ms",
      "stored_bytes",
      "delivered_bytes",
      "zeroed_at",
      "passed_through",
      "disabled",
  };
  return kNames[static_cast<std::size_t>(counter)];
}

std::uint64_t Counts::hits() const noexcept {
  return sum(*this, {Counter::direct_hit, Counter::preprocessed_hit});
}

std::uint64_t Counts::misses() const noexcept {
  return sum(*this, {Counter::miss_new, Counter::miss_changed, Counter::miss_evicted,
                     Counter::miss_recache});
}

Result<void> add_counts(const std::string& path, const CountChange& change) {
  LARDER_TRY(const auto file, sys::MappedFile::open_or_create(AT_FDCWD, path, format()));
  const auto words = words_of(file);
  for (std::size_t i = 0; i < kCounters; ++i) add_to(words[kFirstCounter + i], change.values[i]);
  if (change.reason) add_to(words[kFirstReason + static_cast<std::size_t>(*change.reason)], 1);
  return {};
}

Result<Counts> read_counts(const std::string& path) {
  Counts counts;
  LARDER_TRY(const auto file, sys::MappedFile::open(AT_FDCWD, path, format()));
  if (!file) return counts;
  const auto words = words_of(*file);
  const auto load = [&](std::size_t i) {
    return std::atomic_ref(words[i]).load(std::memory_order_relaxed);
  };
  for (std::size_t i = 0; i < kCounters; ++i) counts.values[i] = load(kFirstCounter + i);
  for (std::size_t i = 0; i < kPassThroughReasons; ++i) {
    counts.by_reason[i] = load(kFirstReason + i);
  }
  return counts;
}

Result<void> zero_counts(const std::string& path, std::chrono::system_clock::time_point now) {
  LARDER_TRY(const auto file, sys::MappedFile::open_or_create(AT_FDCWD, path, format()));
  const auto words = words_of(file);
  for (std::uint64_t& word : words.subspan(kFirstCounter)) {
    std::atomic_ref(word).store(0, std::memory_order_relaxed);
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  std::atomic_ref(words[kFirstCounter + static_cast<std::size_t>(Counter::zeroed_at)])
      .store(static_cast<std::uint64_t>(seconds.count()), std::memory_order_relaxed);
  return {};
}

}  // namespace larder::compile
