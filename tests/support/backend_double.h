#pragma once

#include "backend/memory/memory_backend.h"
#include "store/backend.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <cstdint>

namespace larder::support {

/// A backend in memory that fails when told to, and counts what it is asked. Thread-safe, but for
/// what it is told.
class BackendDouble final : public store::Backend {
 public:
  explicit BackendDouble(std::string dir = "double:", std::uint64_t max_blob_bytes = 1 << 30)
      : dir_(std::move(dir)), backend_(memory::make_backend({.max_blob_bytes = max_blob_bytes})) {}

  /// Every call fails with this until mend().
  void break_with(ErrorCode code) { error_ = code; }
  void mend() { error_ = std::nullopt; }
  /// Only what changes the store fails.
  void break_changes_with(ErrorCode code) { change_error_ = code; }
  /// get_pack gives this, until the entry is removed.
  void give_pack(std::shared_ptr<const store::PackBytes> pack) { pack_ = std::move(pack); }
  /// Runs once in get_pack, after the entry was read.
  void interrupt_get_pack(std::function<void()> interruption) {
    interruption_ = std::move(interruption);
  }

  [[nodiscard]] int lookups() const { return lookups_; }
  [[nodiscard]] int puts() const { return puts_; }
  [[nodiscard]] int evictions() const { return evictions_; }
  [[nodiscard]] store::Backend& behind() { return *backend_; }

  Result<std::optional<Blob>> get(const store::Address& address, const Name& name) override {
    ++lookups_;
    if (error_) return refuse();
    return backend_->get(address, name);
  }
  Result<std::optional<Entry>> get_entry(const store::Address& address) override {
    ++lookups_;
    if (error_) return refuse();
    return backend_->get_entry(address);
  }
  Result<bool> has(const store::Address& address) override {
    ++lookups_;
    if (error_) return refuse();
    return backend_->has(address);
  }
  Result<store::Found> find(const store::Address& address, const Name& name) override {
    ++lookups_;
    if (error_) return refuse();
    return backend_->find(address, name);
  }
  Result<std::shared_ptr<const store::PackBytes>> get_pack(const store::Address& address) override {
    ++lookups_;
    if (error_) return refuse();
    auto pack = pack_ != nullptr ? pack_ : backend_->get_pack(address);
    if (interruption_) std::exchange(interruption_, {})();
    return pack;
  }

  Result<void> put(const store::Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override {
    ++puts_;
    if (error_ || change_error_) return refuse();
    return backend_->put(address, blob, max_entry_bytes);
  }
  Result<void> put_entry(const store::Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override {
    ++puts_;
    if (error_ || change_error_) return refuse();
    return backend_->put_entry(address, blobs, max_entry_bytes);
  }
  Result<void> put_pack(const store::Address& address, std::shared_ptr<const store::PackBytes> pack,
                        std::uint64_t max_entry_bytes) override {
    ++puts_;
    if (error_ || change_error_) return refuse();
    return backend_->put_pack(address, std::move(pack), max_entry_bytes);
  }
  Result<void> remove(const store::Address& address) override {
    if (error_ || change_error_) return refuse();
    pack_.reset();
    return backend_->remove(address);
  }

  Result<StoreStats> stats(const store::NamespacePath& below) override {
    if (error_) return refuse();
    return backend_->stats(below);
  }
  Result<CleanReport> clean(const store::NamespacePath& below,
                            const CleanOptions& options) override {
    if (error_ || change_error_) return refuse();
    return backend_->clean(below, options);
  }
  Result<void> evict(const store::NamespacePath& below, std::uint64_t max_bytes,
                     const store::Address& kept) override {
    ++evictions_;
    if (error_ || change_error_) return refuse();
    return backend_->evict(below, max_bytes, kept);
  }
  Result<void> entries(const store::NamespacePath& below, const EntryVisitor& visit) override {
    if (error_) return refuse();
    return backend_->entries(below, visit);
  }
  Result<VerifyReport> verify(const store::NamespacePath& below,
                              const VerifyOptions& options) override {
    if (error_) return refuse();
    if (options.on_finding) options.on_finding({Finding::Kind::foreign, "somewhere", "it is odd"});
    return backend_->verify(below, options);
  }
  [[nodiscard]] std::string dir(const store::NamespacePath& below) const override {
    return dir_ + below.text();
  }

 private:
  [[nodiscard]] tl::unexpected<Error> refuse() const {
    return fail(error_ ? *error_ : *change_error_, dir_ + " is broken");
  }

  std::string dir_;
  std::unique_ptr<store::Backend> backend_;
  std::optional<ErrorCode> error_;
  std::optional<ErrorCode> change_error_;
  std::shared_ptr<const store::PackBytes> pack_;
  std::function<void()> interruption_;
  std::atomic<int> lookups_ = 0;
  std::atomic<int> puts_ = 0;
  std::atomic<int> evictions_ = 0;
};

}  // namespace larder::support
