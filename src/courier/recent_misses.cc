#include "courier/recent_misses.h"

namespace larder::courier {

void RecentMisses::add(const FetchKey& key, Time now) {
  drop_old(now);
  const Time until = now + memory_;
  by_age_.push_back({key, until});
  until_[key] = until;
}

bool RecentMisses::contains(const FetchKey& key, Time now) {
  drop_old(now);
  return until_.contains(key);
}

void RecentMisses::forget(const util::Checksum& binding) {
  until_.erase({binding, Reach::all});
  until_.erase({binding, Reach::beyond_disks});
}

void RecentMisses::clear() {
  by_age_.clear();
  until_.clear();
}

void RecentMisses::drop_old(Time now) {
  // A time further ahead than it can be was taken before the clock was set back.
  const auto is_old = [&](const Miss& miss) {
    return miss.until <= now || miss.until > now + memory_ || by_age_.size() > max_count_;
  };
  while (!by_age_.empty() && is_old(by_age_.front())) {
    const Miss& oldest = by_age_.front();
    const auto known = until_.find(oldest.key);
    if (known != until_.end() && known->second == oldest.until) until_.erase(known);
    by_age_.pop_front();
  }
}

}  // namespace larder::courier
