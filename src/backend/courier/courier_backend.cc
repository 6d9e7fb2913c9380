#include "backend/courier/courier_backend.h"

#include "backend/courier/spool.h"
#include "sys/file.h"
#include "util/try.h"

#include <unistd.h>

#include <mutex>
#include <optional>
#include <utility>

namespace larder::courier {
namespace {

using store::Address;
using store::NamespacePath;
using store::Pack;

tl::unexpected<Error> beyond_reach(std::string_view what) {
  return fail(ErrorCode::unavailable, std::string(what) + ": not through the courier");
}

/// A pack as it came, and what its header says.
struct OpenedPack {
  std::shared_ptr<const store::PackBytes> bytes;  // shared with `pack`
  Pack pack;
};

/// Thread-safe.
class CourierBackend final : public store::Backend {
 public:
  CourierBackend(std::shared_ptr<Client> client, const BackendOptions& options,
                 const sys::Clock& clock)
      : client_(std::move(client)), options_(options), spool_clock_(clock) {}

  Result<store::Found> find(const Address& address, const Name& name) override {
    LARDER_TRY(const auto opened, fetch(address));
    if (!opened) return store::Found();
    store::Found found = {.has_entry = true};
    if (const auto* record = opened->pack.find(name.text())) {
      found.blob = opened->pack.blob(*record);
    }
    return found;
  }

  Result<std::optional<Blob>> get(const Address& address, const Name& name) override {
    LARDER_TRY(store::Found found, find(address, name));
    return std::move(found.blob);
  }

  Result<std::optional<Entry>> get_entry(const Address& address) override {
    LARDER_TRY(const auto opened, fetch(address));
    if (!opened) return std::optional<Entry>();
    Entry entry;
    for (const store::PackRecord& record : opened->pack.records()) {
      LARDER_TRY(Name name, Name::parse(record.name));
      entry.blobs.push_back({std::move(name), opened->pack.blob(record)});
    }
    return std::optional(std::move(entry));
  }

  Result<bool> has(const Address& address) override {
    LARDER_TRY(const auto opened, fetch(address));
    return opened.has_value();
  }

  Result<std::shared_ptr<const store::PackBytes>> get_pack(const Address& address) override {
    LARDER_TRY(auto opened, fetch(address));
    if (!opened) return std::shared_ptr<const store::PackBytes>();
    return std::move(opened->bytes);
  }

  Result<void> put(const Address& /*address*/, const NamedSource& /*blob*/,
                   std::uint64_t /*max_entry_bytes*/) override {
    return beyond_reach("put one blob of an entry");
  }

  Result<void> put_entry(const Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override {
    LARDER_TRY(util::UniqueFd file, sys::open_unnamed());
    LARDER_TRY(
        const std::uint64_t bytes,
        store::write_pack(file.get(), address, blobs, {.max_blob_bytes = options_.max_blob_bytes}));
    return put_pack(address, store::pack_bytes_of(std::move(file), bytes), max_entry_bytes);
  }

  Result<void> put_pack(const Address& address, std::shared_ptr<const store::PackBytes> pack,
                        std::uint64_t max_entry_bytes) override {
    if (pack->size() > max_entry_bytes) {
      return fail(ErrorCode::no_space, "push " + address.key.hex() + ": larger than the limit");
    }
    LARDER_TRY(const Endpoint* const endpoint, client_->endpoint());
    LARDER_TRY(const Spool* const spool, this->spool());
    LARDER_TRY(const std::string file, spool->add(entry_for(address, SpoolEntry::Verb::put), *pack,
                                                  endpoint->max_spool_bytes));
    announce(file, address);
    return {};
  }

  Result<void> remove(const Address& address) override {
    LARDER_TRY(const Spool* const spool, this->spool());
    LARDER_TRY(const std::string file,
               spool->add_removal(entry_for(address, SpoolEntry::Verb::remove)));
    announce(file, address);
    return {};
  }

  Result<StoreStats> stats(const NamespacePath& /*below*/) override {
    return beyond_reach("count entries");
  }
  Result<CleanReport> clean(const NamespacePath& /*below*/,
                            const CleanOptions& /*options*/) override {
    return beyond_reach("clean");
  }
  Result<void> evict(const NamespacePath& /*below*/, std::uint64_t /*max_bytes*/,
                     const Address& /*kept*/) override {
    return {};  // the courier sees to its tiers' limits
  }
  Result<void> entries(const NamespacePath& /*below*/, const EntryVisitor& /*visit*/) override {
    return beyond_reach("list entries");
  }
  Result<VerifyReport> verify(const NamespacePath& /*below*/,
                              const VerifyOptions& /*options*/) override {
    return beyond_reach("verify");
  }
  [[nodiscard]] std::string dir(const NamespacePath& below) const override {
    return "courier:" + below.text();
  }

 private:
  /// What lies at the address and is of this format, or nullopt.
  [[nodiscard]] Result<std::optional<OpenedPack>> fetch(const Address& address) const {
    LARDER_TRY(auto fetched, client_->fetch(address, options_.reach));
    if (!fetched) return std::optional<OpenedPack>();
    auto bytes = store::pack_bytes_of(std::move(fetched->file), fetched->bytes);
    LARDER_TRY(Pack pack, Pack::open(bytes, address, options_.max_blob_bytes));
    if (pack.state() != Pack::State::sound) return std::optional<OpenedPack>();
    return std::optional(OpenedPack{std::move(bytes), std::move(pack)});
  }

  /// The spool, opened when the first pack is put there.
  [[nodiscard]] Result<const Spool*> spool() {
    LARDER_TRY(const Endpoint* const endpoint, client_->endpoint());
    std::call_once(spool_opened_, [&] { spool_ = Spool::open_or_create(endpoint->spool); });
    if (!*spool_) return fail(spool_->error());
    return &**spool_;
  }

  [[nodiscard]] SpoolEntry entry_for(const Address& address, SpoolEntry::Verb verb) {
    return {.time_ns = spool_clock_.next_ns(),
            .writer = static_cast<std::uint32_t>(::getpid()),
            .verb = verb,
            .ns = address.ns,
            .key = address.key};
  }

  void announce(const std::string& file, const Address& address) {
    // It lies in the spool, where the next courier finds it if this one does not listen.
    (void)client_->announce(file, address);
  }

  std::shared_ptr<Client> client_;  // shared with the backends of another reach
  BackendOptions options_;
  SpoolClock spool_clock_;
  std::once_flag spool_opened_;
  std::optional<Result<Spool>> spool_;  // set once, by call_once
};

}  // namespace

std::unique_ptr<store::Backend> make_backend(std::shared_ptr<Client> client,
                                             const BackendOptions& options,
                                             const sys::Clock& clock) {
  return std::make_unique<CourierBackend>(std::move(client), options, clock);
}

}  // namespace larder::courier
