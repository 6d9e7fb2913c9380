#include "compose/entry_order.h"

#include "util/bytes.h"

#include <functional>

namespace larder::compose {

EntryOrder::Turn EntryOrder::take(const store::Address& address) {
  std::string id = id_of(address);
  const util::MutexLock lock(mutex_);
  while (!taken_.insert(id).second) turn_ended_.wait(mutex_);
  return {*this, std::move(id), true};
}

EntryOrder::Mark EntryOrder::mark(const store::Address& address) {
  const std::size_t stripe = stripe_of(id_of(address));
  const util::MutexLock lock(mutex_);
  return changes_[stripe];
}

std::optional<EntryOrder::Turn> EntryOrder::try_take(const store::Address& address, Mark mark) {
  std::string id = id_of(address);
  const util::MutexLock lock(mutex_);
  if (changes_[stripe_of(id)] != mark || !taken_.insert(id).second) return std::nullopt;
  return Turn(*this, std::move(id), false);
}

/// A namespace has no NUL.
std::string EntryOrder::id_of(const store::Address& address) {
  std::string id = address.ns.text();
  id += '\0';
  id += util::as_text(address.key.bytes());
  return id;
}

std::size_t EntryOrder::stripe_of(const std::string& id) {
  return std::hash<std::string>()(id) % kStripes;
}

void EntryOrder::end(const std::string& id, bool is_change) {
  const util::MutexLock lock(mutex_);
  taken_.erase(id);
  if (is_change) ++changes_[stripe_of(id)];
  turn_ended_.notify_all();
}

}  // namespace larder::compose
