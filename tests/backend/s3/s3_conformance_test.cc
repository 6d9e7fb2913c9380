#include "backend/s3/fake_server_clock.h"
#include "backend/s3/s3_backend.h"
#include "backend/s3/static_credentials.h"
#include "backend/s3/unique_prefix.h"
#include "conformance/conformance.h"
#include "store/view.h"
#include "support/s3/engine.h"
#include "util/try.h"

#include <memory>

namespace larder::conformance {
namespace {

using store::Address;
using store::NamespacePath;

/// A backend whose evictions have ended before it is asked whether it has an entry. A put
/// does not wait for them, but the suite looks at once.
class Settled final : public store::Backend {
 public:
  explicit Settled(std::unique_ptr<store::Backend> next) : next_(std::move(next)) {}

  Result<bool> has(const Address& address) override {
    LARDER_CHECK(next_->stats(NamespacePath::parse("nowhere").value()));
    return next_->has(address);
  }

  Result<std::optional<Blob>> get(const Address& address, const Name& name) override {
    return next_->get(address, name);
  }
  Result<std::optional<Entry>> get_entry(const Address& address) override {
    return next_->get_entry(address);
  }
  Result<void> put(const Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override {
    return next_->put(address, blob, max_entry_bytes);
  }
  Result<void> put_entry(const Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override {
    return next_->put_entry(address, blobs, max_entry_bytes);
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
  std::unique_ptr<store::Backend> next_;
};

/// A store below a prefix of its own in the engine's bucket. Only the time that the service stamps
/// objects with is made up.
class S3Subject final : public Subject {
 public:
  explicit S3Subject(const SubjectOptions& options) : options_(options) { open(); }

  [[nodiscard]] Store& store() override { return *store_; }
  [[nodiscard]] support::FakeClock& clock() override { return clock_; }
  bool reopen() override {
    store_.reset();
    open();
    return true;
  }

 private:
  void open() {
    const S3Options options{.bucket = "conformance",
                            .prefix = prefix_,
                            .region = "us-east-1",
                            .endpoint = engine_.endpoint,
                            .max_blob_bytes = options_.max_blob_bytes,
                            .auto_create = true,
                            .refresh_after = std::chrono::seconds(0)};
    s3::BackendParts parts{.service = {server_, credentials_}, .clock = clock_};
    auto backend = s3::open_backend(options, std::move(parts)).value();
    store_ = store::make_store(std::make_unique<Settled>(std::move(backend)), options_.max_bytes);
  }

  const support::S3Engine engine_ = support::S3Engine::shared();
  const std::string prefix_ = s3::unique_prefix();
  const SubjectOptions options_;
  support::FakeClock clock_;
  const std::unique_ptr<sys::http::Transport> transport_ =
      sys::http::make_transport({.uses_proxies = false}).value();
  const std::shared_ptr<s3::FakeServerClock> server_ =
      std::make_shared<s3::FakeServerClock>(*transport_, clock_);
  const std::shared_ptr<s3::StaticCredentials> credentials_ =
      std::make_shared<s3::StaticCredentials>(engine_);
  std::unique_ptr<Store> store_;
};

std::unique_ptr<Subject> make_s3(const SubjectOptions& options) {
  return std::make_unique<S3Subject>(options);
}

const StoreFactory kS3 = {"root", make_s3};

INSTANTIATE_TEST_SUITE_P(S3, StoreConformance,
                         testing::Values(kS3, in_namespaces("namespace", kS3, {"compile"}),
                                         in_namespaces("nested", kS3, {"ab", "tenant"})),
                         name_of_case);

}  // namespace
}  // namespace larder::conformance
