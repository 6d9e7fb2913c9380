#pragma once

#include "store/blob_content.h"
#include "store/record_content.h"
#include "util/hash.h"
#include "util/helper.h"
#include "util/mutex.h"
#include "util/scratch.h"
#include <larder/result.h>

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::store {

/// Reads, decodes, hashes and gives the pieces of one blob. Used once.
class RecordContent::Reading {
 public:
  /// `content`, whose pieces these are, must outlive it. `helper`, if any, shares the work.
  Reading(const RecordContent& content, Pieces pieces, util::Helper* helper);
  /// Waits for the helper, which begins no other piece.
  ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  /// Has the helper begin with the first few pieces, which are kept until it is known where they
  /// go.
  void begin();

  /// Gives all of them in order, and succeeds only if they are what was stored. Errors: corrupt,
  /// io, and those of the sink.
  Result<void> give_in_order(const ByteSink& sink);
  /// Gives all of them in any order, the helper some of them, to the same end.
  Result<void> give(const PlacedSink& sink);

 private:
  /// A piece that was read, and the memory for it.
  struct Place {
    std::optional<util::Scratch> stored_buffer;
    std::optional<util::Scratch> raw_buffer;
    std::uint64_t offset = 0;
    std::span<std::byte> raw = {};
  };
  using PlacePtr = std::unique_ptr<Place>;

  struct Failure {
    Error error;
    bool is_of_sink = false;
  };

  void work(PlacePtr place);
  std::optional<std::size_t> take() LARDER_EXCLUDES(mutex_);
  bool read(std::size_t piece, Place& place);
  Result<void> decode(std::size_t piece, Place& place) const;
  PlacePtr give_or_keep(PlacePtr place) LARDER_EXCLUDES(mutex_);
  void give(const PlacedSink& sink, const Place& place);
  std::vector<PlacePtr> take_kept() LARDER_EXCLUDES(mutex_);
  void end() LARDER_EXCLUDES(mutex_);
  void end(Failure failure) LARDER_EXCLUDES(mutex_);
  Result<void> failure() LARDER_EXCLUDES(mutex_);

  const RecordContent& content_;
  Pieces pieces_;
  std::vector<util::Checksum> checksums_;  // of each piece: its reader's, in the end the owner's
  util::Helper* helper_;

  util::Mutex mutex_;
  std::size_t next_ LARDER_GUARDED_BY(mutex_) = 0;  // the first piece that nobody has taken
  const PlacedSink* sink_ LARDER_GUARDED_BY(mutex_) = nullptr;  // none yet
  std::vector<PlacePtr> kept_ LARDER_GUARDED_BY(mutex_);        // read before there was a sink
  bool is_ended_ LARDER_GUARDED_BY(mutex_) = false;             // nobody is to take another piece
  std::optional<Failure> failure_ LARDER_GUARDED_BY(mutex_);    // the first

  util::Helper::Task ahead_;  // last, since these use all of the above
  util::Helper::Task rest_;
};

}  // namespace larder::store
