#include "compose/breaker.h"

#include "util/mutex.h"

#include <map>
#include <type_traits>
#include <utility>

#include <cerrno>

namespace larder::compose {
namespace {

using store::Address;
using store::NamespacePath;
using Time = std::chrono::system_clock::time_point;

/// What the probe asks for. That it is not there tells as much.
const Key& probed_key() {
  static const Key key = Key::from_hex("00").value();
  return key;
}

/// Thread-safe.
class StoreBreaker final : public Breaker {
 public:
  StoreBreaker(std::string name, std::shared_ptr<store::Backend> store,
               const BreakerOptions& options, const sys::Clock& clock)
      : name_(std::move(name)), store_(std::move(store)), options_(options), clock_(&clock) {}

  [[nodiscard]] std::optional<Error> open_because() const override {
    const util::MutexLock lock(mutex_);
    return open_because_;
  }
  [[nodiscard]] std::uint64_t failures() const noexcept override {
    const util::MutexLock lock(mutex_);
    return failures_;
  }
  [[nodiscard]] bool is_probe_due() const override {
    const Time now = clock_->now();
    const util::MutexLock lock(mutex_);
    return open_because_ && now >= probe_at_;
  }
  bool probe() override;

  Result<std::optional<Blob>> get(const Address& address, const Name& name) override {
    return read([&] { return store_->get(address, name); });
  }
  Result<store::Found> find(const Address& address, const Name& name) override {
    return read([&] { return store_->find(address, name); });
  }
  Result<std::optional<Entry>> get_entry(const Address& address) override {
    return read([&] { return store_->get_entry(address); });
  }
  Result<bool> has(const Address& address) override {
    return read([&] { return store_->has(address); });
  }
  Result<std::shared_ptr<const store::PackBytes>> get_pack(const Address& address) override {
    return read([&] { return store_->get_pack(address); });
  }
  Result<void> put(const Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override {
    return guard([&] { return store_->put(address, blob, max_entry_bytes); });
  }
  Result<void> put_entry(const Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override {
    return guard([&] { return store_->put_entry(address, blobs, max_entry_bytes); });
  }
  Result<void> put_pack(const Address& address, std::shared_ptr<const store::PackBytes> pack,
                        std::uint64_t max_entry_bytes) override {
    return guard([&] { return store_->put_pack(address, std::move(pack), max_entry_bytes); });
  }
  Result<void> remove(const Address& address) override {
    return guard([&] { return store_->remove(address); });
  }
  Result<StoreStats> stats(const NamespacePath& below) override {
    return guard([&] { return store_->stats(below); });
  }
  Result<CleanReport> clean(const NamespacePath& below, const CleanOptions& options) override {
    return guard([&] { return store_->clean(below, options); });
  }
  Result<void> evict(const NamespacePath& below, std::uint64_t max_bytes,
                     const Address& kept) override {
    return guard([&] { return store_->evict(below, max_bytes, kept); });
  }
  Result<void> entries(const NamespacePath& below, const EntryVisitor& visit) override {
    return guard([&] { return store_->entries(below, visit); });
  }
  Result<VerifyReport> verify(const NamespacePath& below, const VerifyOptions& options) override {
    return guard([&] { return store_->verify(below, options); });
  }
  [[nodiscard]] std::string dir(const NamespacePath& below) const override {
    return store_->dir(below);
  }
  [[nodiscard]] bool is_read_only() const noexcept override { return store_->is_read_only(); }
  [[nodiscard]] std::optional<Compression> pack_compression() const override {
    return store_->pack_compression();
  }

 private:
  /// Makes the call unless it is open, and learns from how it ends.
  template <typename Call>
  std::invoke_result_t<Call> guard(const Call& call) {
    return make(call, false);
  }

  /// The same for a call that gets stuck if it takes too long. How long one that writes takes
  /// depends on how much it writes.
  template <typename Call>
  std::invoke_result_t<Call> read(const Call& call) {
    return make(call, true);
  }

  template <typename Call>
  std::invoke_result_t<Call> make(const Call& call, bool can_get_stuck) {
    const auto number = begin(can_get_stuck);
    if (!number) return fail(number.error());
    auto outcome = call();
    end(*number, outcome ? nullptr : &outcome.error());
    return outcome;
  }

  /// The number of a call that may be made; the error to give if none may.
  Result<std::uint64_t> begin(bool can_get_stuck);
  /// Learns from how a call has ended.
  void end(std::uint64_t number, const Error* error);
  void open(Time now, Error why) LARDER_REQUIRES(mutex_);

  std::string name_;
  std::shared_ptr<store::Backend> store_;  // shared with whoever knows it as more than a Backend
  BreakerOptions options_;
  const sys::Clock* clock_;
  mutable util::Mutex mutex_;
  std::uint64_t calls_ LARDER_GUARDED_BY(mutex_) = 0;
  // How many calls had begun before the last probe. All of them are from before it was opened: how
  // they fail is known.
  std::uint64_t outdated_ LARDER_GUARDED_BY(mutex_) = 0;
  // When the reading calls began, by number; without those that it was opened for.
  std::map<std::uint64_t, Time> running_ LARDER_GUARDED_BY(mutex_);
  std::optional<Error> open_because_ LARDER_GUARDED_BY(mutex_);
  Time probe_at_ LARDER_GUARDED_BY(mutex_);
  unsigned in_a_row_ LARDER_GUARDED_BY(mutex_) = 0;
  std::uint64_t failures_ LARDER_GUARDED_BY(mutex_) = 0;
};

Result<std::uint64_t> StoreBreaker::begin(bool can_get_stuck) {
  const Time now = clock_->now();
  const util::MutexLock lock(mutex_);
  if (!open_because_ && !running_.empty() &&
      now - running_.begin()->second > options_.stuck_after) {
    open(now, Error(ErrorCode::unavailable, "a call of it is stuck", ETIMEDOUT));
  }
  if (open_because_) {
    ++failures_;
    return fail(Error(*open_because_).context(name_ + " is left alone for a while"));
  }
  ++calls_;
  if (can_get_stuck) running_.emplace(calls_, now);
  return calls_;
}

void StoreBreaker::end(std::uint64_t number, const Error* error) {
  const Time now = clock_->now();
  const util::MutexLock lock(mutex_);
  running_.erase(number);
  if (error == nullptr || error->code() != ErrorCode::unavailable) {
    // What began before it was opened may still come to a good end: the store is there again.
    in_a_row_ = 0;
    open_because_.reset();
    return;
  }
  ++failures_;
  if (number <= outdated_) return;
  ++in_a_row_;
  const bool is_enough = in_a_row_ >= options_.max_failures || error->os_error() == ETIMEDOUT;
  if (is_enough && !open_because_) open(now, *error);
}

void StoreBreaker::open(Time now, Error why) {
  open_because_ = std::move(why);
  probe_at_ = now + options_.retry_after;
  running_.clear();
}

bool StoreBreaker::probe() {
  const Time now = clock_->now();
  std::uint64_t number = 0;
  {
    const util::MutexLock lock(mutex_);
    if (!open_because_) return false;
    probe_at_ = now + options_.retry_after;
    outdated_ = calls_;
    number = ++calls_;
  }
  const auto outcome = store_->has({NamespacePath(), probed_key()});
  end(number, outcome ? nullptr : &outcome.error());
  return !open_because();
}

}  // namespace

std::unique_ptr<Breaker> make_breaker(std::string name, std::shared_ptr<store::Backend> store,
                                      const BreakerOptions& options, const sys::Clock& clock) {
  return std::make_unique<StoreBreaker>(std::move(name), std::move(store), options, clock);
}

}  // namespace larder::compose
