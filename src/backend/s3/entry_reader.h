#pragma once

#include "backend/s3/bucket.h"
#include "backend/s3/session.h"
#include "store/address.h"
#include "store/pack.h"
#include <larder/result.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace larder::s3 {

/// An entry as it was got.
struct ReadEntry {
  std::string object_key;
  std::shared_ptr<const store::PackBytes> bytes;
  store::Pack pack;
  ObjectTag tag;
};

/// The entry, or nullopt if there is none. One request; after an object that is no pack, more: see
/// remove_if_corrupt(). Errors: corrupt, denied, unavailable, no_space, io.
Result<std::optional<ReadEntry>> read_entry(Session& session, const store::Address& address);

/// The same for who replaces it anyway: nullopt also for one that cannot be used.
Result<std::optional<ReadEntry>> read_base(Session& session, const store::Address& address);

/// What to do when a blob that was given out proves corrupt. It may outlive the store.
std::function<void()> remove_later_if_corrupt(const std::shared_ptr<Session>& session,
                                              const store::Address& address);

/// Removes an entry whose bytes proved corrupt once they were here, unless they are sound when they
/// are got again: then it was the way that they came. What fails leaves it to be found again. Two
/// requests.
void remove_if_corrupt(Session& session, const store::Address& address);

/// What a reading of every byte says.
struct Verdict {
  store::Pack::State state = store::Pack::State::sound;
  std::optional<std::string> corrupt_because = {};
};

/// Reads every byte of an entry and judges it; nullopt if there is none. One request.
/// Errors: denied, unavailable, no_space, io.
Result<std::optional<Verdict>> judge(Session& session, const store::Address& address);

/// What to remove once it is judged.
enum class Removal { nothing, corrupt, corrupt_or_misplaced };

/// The same, while nobody of this process writes the entry; then removes it if it is to go.
Result<std::optional<Verdict>> judge_to_remove(Session& session, const store::Address& address,
                                               Removal removal);

}  // namespace larder::s3
