#include "backend/s3/remover.h"

#include "util/try.h"

#include <algorithm>
#include <utility>

#include <cstddef>

namespace larder::s3 {

Result<void> Remover::add(const LruList::Item& item) {
  auto lock = watch_.try_take(item.object_key);
  if (!lock) return {};
  locks_.push_back(*std::move(lock));
  keys_.push_back(item.object_key);
  bytes_.push_back(item.bytes);
  ++removed_.entries;
  removed_.bytes += item.bytes;
  return keys_.size() == Bucket::kMaxKeysAtOnce ? flush() : Result<void>();
}

Result<void> Remover::flush() {
  const std::vector<std::string> keys = std::exchange(keys_, {});
  const std::vector<std::uint64_t> bytes = std::exchange(bytes_, {});
  const std::vector<ObjectLocks::Lock> locks = std::exchange(locks_, {});
  LARDER_TRY(const auto left, session_.bucket().remove_all(keys));
  for (const NotRemoved& one : left) {
    const auto at = static_cast<std::size_t>(std::ranges::find(keys, one.key) - keys.begin());
    if (at == keys.size()) continue;
    --removed_.entries;
    removed_.bytes -= bytes[at];
    if (!refusal_) refusal_ = one.error;
  }
  return {};
}

}  // namespace larder::s3
