#pragma once

#include "compile/pass_through.h"
#include <larder/result.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <chrono>
#include <cstdint>

namespace larder::compile {

/// What the compiler cache counts. Numbers are places in the file and never change; names are what
/// `larder stats` prints. doc/format/state.md.
enum class Counter : std::uint8_t {
  direct_hit = 0,             ///< Found by the manifest.
  preprocessed_hit = 1,       ///< Found by the preprocessor's output.
  miss_new = 2,               ///< Nothing known under these arguments, compiler and source.
  miss_changed = 3,           ///< Known, but a file it reads has changed.
  miss_evicted = 4,           ///< Known, but the result is gone.
  miss_recache = 5,           ///< Not looked for: LARDER_RECACHE.
  stored = 6,                 ///< A miss whose result was stored.
  compile_failed = 7,         ///< A miss that failed to compile: never stored.
  input_changed = 8,          ///< A miss whose inputs changed while it ran: not stored.
  input_unsuitable = 9,       ///< A miss whose inputs cannot be cached (time macros, .incbin, …).
  output_unsuitable = 10,     ///< A miss whose outputs are not all regular files.
  dependencies_unknown = 11,  ///< A miss that gave no full list of what it read.
  cache_error = 12,           ///< The cache failed; the compile did not.
  saved_ms = 13,              ///< Compile time that hits saved, in milliseconds.
  compile_ms = 14,            ///< Time that misses spent in the compiler, in milliseconds.
  stored_bytes = 15,          ///< Bytes of outputs stored, before compression.
  delivered_bytes = 16,       ///< Bytes of outputs delivered by hits.
  zeroed_at = 17,             ///< Seconds since the epoch; 0 if never zeroed.
  passed_through = 18,        ///< Run uncached; Counts::by_reason says why.
  disabled = 19,              ///< Run uncached: LARDER_DISABLE or no usable cache.
};

inline constexpr std::size_t kCounters = 20;

/// The counter's name in `larder stats --json`.
std::string_view to_string(Counter counter) noexcept;

/// Counts as read at one time.
struct Counts {
  std::array<std::uint64_t, kCounters> values = {};
  std::array<std::uint64_t, kPassThroughReasons> by_reason = {};  ///< Of passed_through.

  [[nodiscard]] std::uint64_t operator[](Counter counter) const noexcept {
    return values[static_cast<std::size_t>(counter)];
  }
  [[nodiscard]] std::uint64_t hits() const noexcept;
  [[nodiscard]] std::uint64_t misses() const noexcept;
};

/// What one process adds. A value.
struct CountChange {
  std::array<std::uint64_t, kCounters> values = {};
  std::optional<PassThroughReason> reason = {};  ///< Why it was passed through, if it was.

  void add(Counter counter, std::uint64_t by = 1) noexcept {
    values[static_cast<std::size_t>(counter)] += by;
  }
};

/// Adds to the counts in the file at `path`, making it if there is none: mapped, updated with
/// atomic additions, never locked. Four syscalls. Errors: no_space, denied, io.
Result<void> add_counts(const std::string& path, const CountChange& change);

/// The counts; zeros if there is no file. Errors: denied, io.
Result<Counts> read_counts(const std::string& path);

/// Sets all counts to zero and remembers when. A file that is absent is made.
Result<void> zero_counts(const std::string& path, std::chrono::system_clock::time_point now);

}  // namespace larder::compile
