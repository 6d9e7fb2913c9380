#include "store/view.h"

#include "backend/memory/memory_backend.h"
#include "support/data.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <thread>
#include <utility>
#include <vector>

namespace larder::store {
namespace {

using support::key_of;
using support::name_of;

/// A memory backend whose first put waits to be let through.
class GatedBackend final : public Backend {
 public:
  Result<void> put(const Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override {
    wait_if_first();
    return backend_->put(address, blob, max_entry_bytes);
  }
  Result<void> put_entry(const Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override {
    wait_if_first();
    return backend_->put_entry(address, blobs, max_entry_bytes);
  }
  Result<void> evict(const NamespacePath& below, std::uint64_t max_bytes,
                     const Address& kept) override {
    if (eviction_fails_) return fail(ErrorCode::io, "evict");
    return backend_->evict(below, max_bytes, kept);
  }

  Result<std::optional<Blob>> get(const Address& address, const Name& name) override {
    return backend_->get(address, name);
  }
  Result<std::optional<Entry>> get_entry(const Address& address) override {
    return backend_->get_entry(address);
  }
  Result<bool> has(const Address& address) override { return backend_->has(address); }
  Result<void> remove(const Address& address) override { return backend_->remove(address); }
  Result<StoreStats> stats(const NamespacePath& below) override { return backend_->stats(below); }
  Result<CleanReport> clean(const NamespacePath& below, const CleanOptions& options) override {
    return backend_->clean(below, options);
  }
  Result<void> entries(const NamespacePath& below, const EntryVisitor& visit) override {
    return backend_->entries(below, visit);
  }
  Result<VerifyReport> verify(const NamespacePath& below, const VerifyOptions& options) override {
    return backend_->verify(below, options);
  }
  [[nodiscard]] std::string dir(const NamespacePath& below) const override {
    return backend_->dir(below);
  }

  void await_first_put() { begun_.wait(); }
  void let_through() { gate_.count_down(); }
  [[nodiscard]] int puts() const { return puts_; }
  void fail_evictions() { eviction_fails_ = true; }

 private:
  void wait_if_first() {
    if (++puts_ != 1) return;
    begun_.count_down();
    gate_.wait();
  }

  std::unique_ptr<Backend> backend_ = memory::make_backend({});
  std::atomic<int> puts_ = 0;
  std::atomic<bool> eviction_fails_ = false;
  std::latch begun_{1};
  std::latch gate_{1};
};

/// A store over a gated backend, and the puts that are under way in it.
struct GatedStore {
  explicit GatedStore(std::optional<std::uint64_t> max_bytes = {})
      : store(make_store(std::unique_ptr<Backend>(backend), max_bytes, flights)) {}

  [[nodiscard]] std::unique_ptr<Store> view(const NamespaceOptions& options = {}) const {
    return store->in_namespace(name_of("ns"), options).value();
  }

  /// Lets other threads run until `count` of them wait for another's put.
  void await_waiting(std::size_t count) const {
    while (flights->waiting() != count) std::this_thread::yield();
  }

  GatedBackend* backend = new GatedBackend;  // NOLINT: owned by `store`
  std::shared_ptr<PutFlights> flights = std::make_shared<PutFlights>();
  std::unique_ptr<Store> store;
};

std::future<Result<void>> put_async(Store& store, std::string_view key, std::string_view name) {
  return std::async(std::launch::async, [&store, key, name] {
    return store.put(key_of(key), name_of(name), BlobSource::from_text("value"));
  });
}

TEST(View, MakesConcurrentPutsOfOneBlobIntoOneWhateverTheView) {
  const GatedStore gated;
  const auto one = gated.view();
  const auto two = gated.view();

  auto first = put_async(*one, "key", "name");
  gated.backend->await_first_put();
  auto second = put_async(*two, "key", "name");
  auto third = put_async(*one, "key", "name");
  gated.await_waiting(2);
  gated.backend->let_through();

  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
  EXPECT_TRUE(third.get());
  EXPECT_EQ(gated.backend->puts(), 1);
}

TEST(View, MakesConcurrentPutsOfOneEntryIntoOne) {
  const GatedStore gated;
  const auto put_entry = [&] {
    return std::async(std::launch::async, [&] {
      const NamedSource source = {name_of("name"), BlobSource::from_text("value")};
      return gated.store->put_entry(key_of("key"), {&source, 1});
    });
  };

  auto first = put_entry();
  gated.backend->await_first_put();
  auto second = put_entry();
  gated.await_waiting(1);
  gated.backend->let_through();

  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
  EXPECT_EQ(gated.backend->puts(), 1);
}

TEST(View, KeepsPutsOfOtherBlobsNamespacesAndLimitsApart) {
  const GatedStore gated;
  const auto view = gated.view();
  const auto limited = gated.view({.max_bytes = 1 << 20});

  auto first = put_async(*view, "key", "name");
  gated.backend->await_first_put();
  EXPECT_TRUE(put_async(*view, "key", "other").get());
  EXPECT_TRUE(put_async(*view, "other", "name").get());
  EXPECT_TRUE(put_async(*gated.store, "key", "name").get());
  EXPECT_TRUE(put_async(*limited, "key", "name").get());
  gated.backend->let_through();

  EXPECT_TRUE(first.get());
  EXPECT_EQ(gated.backend->puts(), 5);
}

TEST(View, GivesThoseWhoWaitTheErrorToo) {
  const GatedStore gated(100);  // less than any entry occupies

  auto first = put_async(*gated.store, "key", "name");
  gated.backend->await_first_put();
  auto second = put_async(*gated.store, "key", "name");
  gated.await_waiting(1);
  gated.backend->let_through();

  EXPECT_EQ(first.get().error().code(), ErrorCode::no_space);
  EXPECT_EQ(second.get().error().code(), ErrorCode::no_space);
}

TEST(View, ReportsAPutAsDoneWhenOnlyItsEvictionFailed) {
  const GatedStore gated(4096);
  gated.backend->let_through();
  gated.backend->fail_evictions();

  EXPECT_TRUE(put_async(*gated.store, "one", "name").get());
  EXPECT_TRUE(put_async(*gated.store, "two", "name").get());
}

}  // namespace
}  // namespace larder::store
