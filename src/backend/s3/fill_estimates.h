#pragma once

#include "store/namespace_path.h"
#include "util/mutex.h"

#include <map>
#include <optional>
#include <string>

#include <cstdint>

namespace larder::s3 {

/// When to look how much a bucket holds, from what this process has written. Looking is a listing,
/// which costs a request for every thousand entries; and other processes write unseen.
///
/// Every byte written here counts eight times, for seven others that may be writing as much. Once
/// a look has shown that B bytes lie below a limit of L, the next is due when B + 8 * written
/// passes L; whoever looks and finds more than L removes down to the low watermark, 0.9 L. So a
/// process at the limit looks once for every eightieth of L that it writes, which is 0.08 listed
/// pages for each put where there are a thousand entries or more; and eight that write alike stay
/// within L.
///
/// Before its first look, a process pretends that B is 0.9 L, and looks after a random part of that
/// eightieth: so processes that each write too little to look, together look as often as one would.
///
/// Thread-safe.
class FillEstimates {
 public:
  /// What removing leaves, as a part of the limit.
  static constexpr double kLowWatermark = 0.9;

  /// `first_look` is that part, 0 to 1.
  explicit FillEstimates(double first_look = random_part()) : first_look_(first_look) {}

  /// To be called when so much has been written in a namespace.
  void on_written(const store::NamespacePath& ns, std::uint64_t bytes) LARDER_EXCLUDES(mutex_);

  /// Whether it is time to look at what lies at and below a namespace whose limit is `max_bytes`.
  [[nodiscard]] bool is_due(const store::NamespacePath& below, std::uint64_t max_bytes)
      LARDER_EXCLUDES(mutex_);

  /// To be called before a look: what is written from now on may not be seen.
  void begin_look(const store::NamespacePath& below) LARDER_EXCLUDES(mutex_);
  /// To be called after it, with what is now there.
  void end_look(const store::NamespacePath& below, std::uint64_t bytes) LARDER_EXCLUDES(mutex_);

 private:
  /// Of what lies at and below one namespace.
  struct Estimate {
    bool has_looked = false;                  // or is looking
    std::uint64_t written = 0;                // since the last look began
    std::optional<std::uint64_t> found = {};  // by the last look
  };

  static double random_part();

  const double first_look_;
  util::Mutex mutex_;
  // One for every namespace written to and for those above it.
  std::map<std::string, Estimate, std::less<>> estimates_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::s3
