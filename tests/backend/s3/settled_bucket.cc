#include "backend/s3/settled_bucket.h"

#include "backend/s3/s3_backend.h"
#include "util/try.h"

#include <utility>

namespace larder::s3 {
namespace {

using store::Address;
using store::NamespacePath;

using PackPtr = std::shared_ptr<const store::PackBytes>;

class Settled final : public store::Backend {
 public:
  explicit Settled(std::unique_ptr<store::Backend> next) : next_(std::move(next)) {}

  Result<bool> has(const Address& address) override {
    LARDER_CHECK(settle());
    return next_->has(address);
  }

  Result<std::optional<Blob>> get(const Address& address, const Name& name) override {
    return settled(next_->get(address, name));
  }
  Result<std::optional<Entry>> get_entry(const Address& address) override {
    return settled(next_->get_entry(address));
  }
  Result<store::Found> find(const Address& address, const Name& name) override {
    return settled(next_->find(address, name));
  }
  Result<PackPtr> get_pack(const Address& address) override {
    return settled(next_->get_pack(address));
  }

  Result<void> put(const Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override {
    return next_->put(address, blob, max_entry_bytes);
  }
  Result<void> put_entry(const Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override {
    return next_->put_entry(address, blobs, max_entry_bytes);
  }
  Result<void> put_pack(const Address& address, PackPtr pack,
                        std::uint64_t max_entry_bytes) override {
    return next_->put_pack(address, std::move(pack), max_entry_bytes);
  }
  Result<void> remove(const Address& address) override { return next_->remove(address); }

  Result<StoreStats> stats(const NamespacePath& below) override { return next_->stats(below); }
  Result<CleanReport> clean(const NamespacePath& below, const CleanOptions& options) override {
    return next_->clean(below, options);
  }
  Result<void> evict(const NamespacePath& below, std::uint64_t max_bytes,
                     const Address& kept) override {
    return next_->evict(below, max_bytes, kept);
  }
  Result<void> entries(const NamespacePath& below, const EntryVisitor& visit) override {
    return next_->entries(below, visit);
  }
  Result<VerifyReport> verify(const NamespacePath& below, const VerifyOptions& options) override {
    return next_->verify(below, options);
  }
  [[nodiscard]] std::string dir(const NamespacePath& below) const override {
    return next_->dir(below);
  }

 private:
  /// Asking for totals waits for what is under way.
  Result<void> settle() {
    LARDER_CHECK(next_->stats(NamespacePath::parse("nowhere").value()));
    return {};
  }

  template <typename T>
  Result<T> settled(Result<T> result) {
    LARDER_CHECK(settle());
    return result;
  }

  std::unique_ptr<store::Backend> next_;
};

}  // namespace

std::unique_ptr<store::Backend> SettledBucket::open(std::uint64_t max_blob_bytes) const {
  const S3Options options{.bucket = "conformance",
                          .prefix = prefix_,
                          .region = "us-east-1",
                          .endpoint = engine_.endpoint,
                          .max_blob_bytes = max_blob_bytes,
                          .auto_create = true,
                          .refresh_after = std::chrono::seconds(0)};
  BackendParts parts{.service = {server_, credentials_}, .clock = clock_};
  return std::make_unique<Settled>(s3::open_backend(options, std::move(parts)).value());
}

}  // namespace larder::s3
