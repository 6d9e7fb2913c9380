#pragma once

#include "backend/memory/memory_backend.h"
#include "store/backend.h"
#include "support/fake_clock.h"
#include "util/mutex.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::support {

/// A store in memory that a test makes wait or fail: its get_pack, put_pack, has and remove. It
/// keeps which of them were called. Thread-safe.
class GatedBackend final : public store::Backend {
 public:
  /// From now on calls wait until open_gate(), all or so many.
  void close_gate(std::size_t calls = SIZE_MAX) LARDER_EXCLUDES(mutex_) {
    const util::MutexLock lock(mutex_);
    to_hold_ = calls;
  }
  void open_gate() LARDER_EXCLUDES(mutex_) {
    const util::MutexLock lock(mutex_);
    to_hold_ = 0;
    ++openings_;
    changed_.notify_all();
  }

  /// From now on calls fail with this error; none for no more.
  void fail_with(std::optional<Error> error) LARDER_EXCLUDES(mutex_) {
    const util::MutexLock lock(mutex_);
    error_ = std::move(error);
  }

  /// What has been called, "get_pack 6b6579" with the key in hex digits, in order.
  [[nodiscard]] std::vector<std::string> calls() const LARDER_EXCLUDES(mutex_) {
    const util::MutexLock lock(mutex_);
    return calls_;
  }

  /// Waits until so many calls have come.
  void wait_for_calls(std::size_t count) LARDER_EXCLUDES(mutex_) {
    const util::MutexLock lock(mutex_);
    while (calls_.size() < count) changed_.wait(mutex_);
  }

  Result<std::optional<Blob>> get(const store::Address& address, const Name& name) override {
    return store_->get(address, name);
  }
  Result<std::optional<Entry>> get_entry(const store::Address& address) override {
    return store_->get_entry(address);
  }
  Result<bool> has(const store::Address& address) override {
    if (auto passed = pass("has", address); !passed) return fail(passed.error());
    return store_->has(address);
  }
  Result<std::shared_ptr<const store::PackBytes>> get_pack(const store::Address& address) override {
    if (auto passed = pass("get_pack", address); !passed) return fail(passed.error());
    return store_->get_pack(address);
  }
  Result<void> put(const store::Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override {
    return store_->put(address, blob, max_entry_bytes);
  }
  Result<void> put_entry(const store::Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override {
    return store_->put_entry(address, blobs, max_entry_bytes);
  }
  Result<void> put_pack(const store::Address& address, std::shared_ptr<const store::PackBytes> pack,
                        std::uint64_t max_entry_bytes) override {
    if (auto passed = pass("put_pack", address); !passed) return passed;
    return store_->put_pack(address, std::move(pack), max_entry_bytes);
  }
  Result<void> remove(const store::Address& address) override {
    if (auto passed = pass("remove", address); !passed) return passed;
    return store_->remove(address);
  }
  Result<StoreStats> stats(const store::NamespacePath& below) override {
    return store_->stats(below);
  }
  Result<CleanReport> clean(const store::NamespacePath& below,
                            const CleanOptions& options) override {
    return store_->clean(below, options);
  }
  Result<void> evict(const store::NamespacePath& below, std::uint64_t max_bytes,
                     const store::Address& kept) override {
    return store_->evict(below, max_bytes, kept);
  }
  Result<void> entries(const store::NamespacePath& below, const EntryVisitor& visit) override {
    return store_->entries(below, visit);
  }
  Result<VerifyReport> verify(const store::NamespacePath& below,
                              const VerifyOptions& options) override {
    return store_->verify(below, options);
  }
  [[nodiscard]] std::string dir(const store::NamespacePath& below) const override {
    return store_->dir(below);
  }

 private:
  Result<void> pass(const char* call, const store::Address& address) LARDER_EXCLUDES(mutex_) {
    const util::MutexLock lock(mutex_);
    calls_.push_back(std::string(call) + " " + address.key.hex());
    changed_.notify_all();
    hold();
    if (error_) return fail(*error_);
    return {};
  }

  void hold() LARDER_REQUIRES(mutex_) {
    if (to_hold_ == 0) return;
    --to_hold_;
    const unsigned opening = openings_;
    while (openings_ == opening) changed_.wait(mutex_);
  }

  FakeClock clock_;
  std::unique_ptr<store::Backend> store_ = memory::make_backend({}, clock_);
  mutable util::Mutex mutex_;
  util::ConditionVariable changed_;
  std::size_t to_hold_ LARDER_GUARDED_BY(mutex_) = 0;
  unsigned openings_ LARDER_GUARDED_BY(mutex_) = 0;
  std::optional<Error> error_ LARDER_GUARDED_BY(mutex_);
  std::vector<std::string> calls_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::support
