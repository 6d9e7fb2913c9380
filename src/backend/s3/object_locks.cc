#include "backend/s3/object_locks.h"

#include <utility>

namespace larder::s3 {

ObjectLocks::Lock::Lock(Lock&& other) noexcept
    : locks_(std::exchange(other.locks_, nullptr)), key_(std::move(other.key_)) {}

ObjectLocks::Lock::~Lock() {
  if (locks_ != nullptr) locks_->release(key_);
}

ObjectLocks::Lock ObjectLocks::take(const std::string& key) {
  const util::MutexLock lock(mutex_);
  while (!held_.insert(key).second) released_.wait(mutex_);
  return {*this, key};
}

ObjectLocks::Lock ObjectLocks::take_to_write(const std::string& key) {
  const util::MutexLock lock(mutex_);
  while (!held_.insert(key).second) released_.wait(mutex_);
  if (is_watched_) written_.insert(key);
  return {*this, key};
}

void ObjectLocks::release(const std::string& key) {
  const util::MutexLock lock(mutex_);
  held_.erase(key);
  released_.notify_all();
}

ObjectLocks::Watch::Watch(ObjectLocks& locks) : locks_(locks) {
  const util::MutexLock lock(locks_.mutex_);
  locks_.is_watched_ = true;
  // Who is writing now may have finished when the listing begins, or not.
  locks_.written_ = locks_.held_;
}

ObjectLocks::Watch::~Watch() {
  const util::MutexLock lock(locks_.mutex_);
  locks_.is_watched_ = false;
  locks_.written_.clear();
}

bool ObjectLocks::Watch::is_written(const std::string& key) const {
  const util::MutexLock lock(locks_.mutex_);
  return locks_.written_.contains(key);
}

std::optional<ObjectLocks::Lock> ObjectLocks::Watch::try_take(const std::string& key) {
  const util::MutexLock lock(locks_.mutex_);
  if (locks_.written_.contains(key) || !locks_.held_.insert(key).second) return std::nullopt;
  return Lock(locks_, key);
}

}  // namespace larder::s3
