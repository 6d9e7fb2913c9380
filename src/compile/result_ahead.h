#pragma once

#include "util/hash.h"
#include "util/helper.h"
#include <larder/blob.h>
#include <larder/store.h>

#include <optional>

#include <cstddef>

namespace larder::compile {

/// A result that is got, and begun to be decoded, while it is still to be seen whether it holds.
/// Used by one thread; a helper does what it is worth.
class ResultAhead {
 public:
  /// Both must outlive it. `results`: the store here.
  ResultAhead(Store& results, util::Helper& helper) : results_(results), helper_(helper) {}

  /// Has the helper get it, if there are so many files that looking at them takes as long; else
  /// gets it at once. Has the helper decode what is large. Once.
  void begin(const util::Digest& key, std::size_t files);

  /// Waits for what has been begun. Absent where there is no such result, it could not be got, or
  /// the helper did not come to it: then it is for the caller to get.
  std::optional<Entry> take();

 private:
  void get(const util::Digest& key);

  Store& results_;
  util::Helper& helper_;
  std::optional<Entry> entry_;  // once getting_ has finished
  util::Helper::Task getting_;  // last, since it uses the above
};

}  // namespace larder::compile
