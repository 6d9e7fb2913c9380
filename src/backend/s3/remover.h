#pragma once

#include "backend/s3/lru.h"
#include "backend/s3/object_locks.h"
#include "backend/s3/session.h"
#include <larder/result.h>
#include <larder/store.h>

#include <optional>
#include <string>
#include <vector>

#include <cstdint>

namespace larder::s3 {

/// Removes listed entries, a thousand with a request; but none that this process has written since
/// `watch` was made, which is to be before they were listed. One thread at a time.
class Remover {
 public:
  /// Both must outlive it.
  Remover(Session& session, ObjectLocks::Watch& watch) : session_(session), watch_(watch) {}

  /// Removes it, now or with the next flush(). Nobody writes it until then. Errors: as
  /// Bucket::remove_all; what has been removed is then unknown.
  Result<void> add(const LruList::Item& item);
  Result<void> flush();

  /// What is gone, and with the next flush() will be.
  [[nodiscard]] const StoreStats& removed() const noexcept { return removed_; }
  /// Why one could not be removed, if there is one.
  [[nodiscard]] const std::optional<Error>& refusal() const noexcept { return refusal_; }

 private:
  Session& session_;
  ObjectLocks::Watch& watch_;
  std::vector<std::string> keys_;     // to be removed
  std::vector<std::uint64_t> bytes_;  // of each
  std::vector<ObjectLocks::Lock> locks_;
  StoreStats removed_;
  std::optional<Error> refusal_;
};

}  // namespace larder::s3
