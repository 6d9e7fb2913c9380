#pragma once

#include "compile/description.h"
#include <larder/result.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// What all hits of a store had come to at one time.
struct HitTotals {
  std::uint64_t hits = 0;
  std::uint64_t saved_ms = 0;  ///< Compile time that they saved.
};

/// What became of one compile that was not a hit. Hits cost nothing and are not recorded: a later
/// one shows in the last use of the manifest, and their number in the totals of the next record.
struct HistoryRecord {
  std::int64_t time_ms = 0;  ///< Since the epoch, when the compile ended.
  std::string outcome;       ///< A Counter's name, or why it was passed through.
  std::string detail;        ///< What decided: the file that changed, the option, the error.
  std::string change;        ///< What the file `detail` did: "changed", "appeared" or "gone".
  std::string unstored;      ///< Of a miss that was not stored, the Counter's name that says why,
  std::string unstored_detail;  ///< and the file or the error.
  std::string directory;        ///< Working directory.
  std::string source;           ///< As spelled; empty where the command line has none.
  std::string object;           ///< As spelled.
  std::string compiler_path;
  std::uint64_t compile_ms = 0;
  std::string manifest;            ///< Key in hex; empty for what has none.
  std::string result;              ///< Key in hex; empty if nothing was stored.
  Description description;         ///< Empty but for its arguments for what was passed through.
  std::vector<std::string> words;  ///< Where there are response files: the arguments as given.
  std::optional<HitTotals> totals = {};  ///< Until then; nullopt where they were not recorded.
};

/// What a history may grow to: a build of a few thousand files with long command lines.
inline constexpr std::uint64_t kHistoryMaxBytes = std::uint64_t{16} << 20;

/// Appends a record to the history at `path`, one line of JSON in one write. A history that has
/// outgrown kHistoryMaxBytes is renamed to `path`.1, replacing the one before. Four syscalls.
/// Errors: no_space, denied, io.
Result<void> append_history(const std::string& path, const HistoryRecord& record);

/// Walks the records from the newest to the oldest, each once, skipping lines that are no record;
/// false ends the walk. Errors: denied, io.
Result<void> read_history(const std::string& path,
                          const std::function<bool(const HistoryRecord&)>& visit);

}  // namespace larder::compile
