#include "courier/server.h"

#include "backend/courier/pack_file.h"
#include "util/try.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <utility>

#include <cerrno>

#include "courier/flush_report.h"

namespace larder::courier {
namespace {

// What epoll tells apart; clients have higher numbers.
constexpr std::uint64_t kListener = 1;
constexpr std::uint64_t kMailbox = 2;
constexpr std::uint64_t kEnd = 3;
constexpr std::uint64_t kLastReserved = 15;

Message absent() { return {.kind = Kind::absent}; }

Message refusal(std::string why) {
  return failure(Error(ErrorCode::invalid_argument, std::move(why)));
}

/// Where the entry that a request is about lies.
struct RequestedAddress {
  store::NamespacePath ns;
  Key key;

  [[nodiscard]] store::Address address() const noexcept { return {ns, key}; }
};

Result<RequestedAddress> address_of(const Message& request) {
  LARDER_TRY(store::NamespacePath ns, store::NamespacePath::parse(request.ns));
  LARDER_TRY(Key key, Key::from_bytes(util::as_bytes(request.key)));
  return RequestedAddress{std::move(ns), std::move(key)};
}

}  // namespace

Server::Server(util::UniqueFd listener, int end_fd, FetchStores stores,
               const ServerOptions& options, ServerHooks hooks, const sys::Clock& clock)
    : listener_(std::move(listener)),
      end_fd_(end_fd),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      stores_(std::move(stores)),
      options_(options),
      hooks_(std::move(hooks)),
      clock_(&clock),
      misses_(options.miss_memory, options.max_misses),
      last_id_(kLastReserved),
      last_use_(clock.now()),
      workers_(options.workers) {}

Server::~Server() = default;

Result<void> Server::watch(int fd, ClientId id) const {
  epoll_event event = {.events = EPOLLIN, .data = {.u64 = id}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return {};
  return fail(Error::from_errno(errno, "epoll_ctl"));
}

Result<void> Server::begin() {
  LARDER_CHECK(watch(mailbox_.fd(), kMailbox));
  if (end_fd_ >= 0) LARDER_CHECK(watch(end_fd_, kEnd));
  LARDER_CHECK(watch(listener_.get(), kListener));
  is_accepting_ = true;
  next_tick_ = std::chrono::steady_clock::now() + options_.tick;
  return {};
}

Result<Server::End> Server::run(Uploader* uploader) {
  uploader_ = uploader;
  LARDER_CHECK(begin());
  for (;;) {
    LARDER_CHECK(turn());
    if (const auto end = this->end()) return *end;
  }
}

Result<void> Server::turn() {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(next_tick_ - std::chrono::steady_clock::now());
  std::array<epoll_event, 64> events = {};
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                   static_cast<int>(std::max(left, std::chrono::milliseconds(0)).count()));
  const int os_error = errno;
  if (count < 0 && os_error != EINTR) return fail(Error::from_errno(os_error, "epoll_wait"));
  for (const epoll_event& event : std::span(events).first(std::max(count, 0))) {
    switch (event.data.u64) {
      case kListener:
        accept_clients();
        break;
      case kMailbox:
        on_letters();
        break;
      case kEnd:
        is_stopping_ = true;
        break;
      default:
        on_readable(event.data.u64);
    }
  }
  if (std::chrono::steady_clock::now() >= next_tick_) on_tick();
  return {};
}

void Server::accept_clients() {
  for (;;) {
    auto client = accept_client(listener_.get());
    if (!client) {
      // No descriptor is left. Those who wait are accepted when there is one again.
      (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener_.get(), nullptr);
      is_accepting_ = false;
      return;
    }
    if (!*client) return;
    const ClientId id = ++last_id_;
    if (watch((*client)->get(), id)) clients_.emplace(id, Client{.fd = std::move(**client)});
  }
}

void Server::on_readable(ClientId id) {
  const auto client = clients_.find(id);
  if (client == clients_.end()) return;
  const auto received = receive_now(client->second.fd.get());
  if (!received) return drop(id);
  if (*received) on_message(id, (*received)->message);
}

void Server::on_message(ClientId id, const Message& request) {
  const Client& client = clients_.at(id);
  // It is to wait for its answer.
  if (client.awaited || client.flushing_since) return drop(id);
  // Who only looks keeps nobody awake.
  if (request.kind != Kind::status) last_use_ = clock_->now();
  switch (request.kind) {
    case Kind::fetch:
      return on_fetch(id, request);
    case Kind::push:
      return on_push(id, request);
    case Kind::status:
      return answer(id, {.kind = Kind::report,
                         .text = hooks_.describe ? hooks_.describe(stats()) : std::string()});
    case Kind::flush:
      return on_flush(id);
    case Kind::stop:
      return on_stop(id);
    default:
      return drop(id);
  }
}

void Server::on_fetch(ClientId id, const Message& request) {
  auto asked = address_of(request);
  const auto reach = static_cast<Reach>(request.number);
  if (!asked || (reach != Reach::all && reach != Reach::beyond_disks)) {
    return answer(id, refusal("fetch: no such address or reach"));
  }
  ++stats_.fetches;
  const FetchKey key = FetchKey::of(asked->address(), reach);
  if (misses_.contains(key, clock_->now())) {
    ++stats_.absent;
    ++stats_.remembered;
    return answer(id, absent());
  }
  answer(id, {.kind = Kind::ack});
  const auto client = clients_.find(id);
  if (client == clients_.end()) return;
  client->second.awaited = key;
  const auto [at, is_new] =
      flights_.try_emplace(key, Flight{std::move(asked->ns), std::move(asked->key)});
  Flight& flight = at->second;
  flight.clients.push_back(id);
  if (is_new) return submit(key, flight);
  ++stats_.collapsed;
  flight.is_wanted->store(true);
}

void Server::submit(const FetchKey& key, Flight& flight) {
  flight.is_wanted = std::make_shared<std::atomic<bool>>(true);
  workers_.submit([this, key, ns = flight.ns, entry = flight.key, wanted = flight.is_wanted] {
    mailbox_.put(wanted->load() ? fetch(key, {ns, entry}) : Fetched{.key = key});
  });
}

Server::Fetched Server::fetch(const FetchKey& key, const store::Address& address) const {
  const auto failures = [this] { return stores_.failures ? stores_.failures() : 0; };
  const std::uint64_t before = failures();
  store::Backend& store = key.reach == Reach::all ? *stores_.all : *stores_.beyond;
  auto pack = store.get_pack(address);
  const bool is_in_memory = pack && *pack && (*pack)->fd() < 0;
  if (is_in_memory && key.reach == Reach::all && stores_.here) {
    // It has just been put there: a file that needs no copy.
    if (auto own = stores_.here->get_pack(address); own && *own) pack = std::move(own);
  }
  if (pack && *pack) pack = in_file(*std::move(pack));
  return {.key = key, .outcome = std::move(pack), .is_certain = failures() == before};
}

void Server::on_push(ClientId id, const Message& request) {
  const auto asked = address_of(request);
  const bool is_taken = asked && uploader_ != nullptr && uploader_->add(request.text);
  if (!is_taken) return answer(id, refusal("push: no such upload"));
  ++stats_.pushes;
  misses_.forget(store::binding_of(asked->address()));
  answer(id, absent());
}

void Server::on_flush(ClientId id) {
  if (uploader_ != nullptr) {
    uploader_->rescan();
    uploader_->retry_now();
  }
  maintain(true);
  answer(id, {.kind = Kind::ack});
  if (const auto client = clients_.find(id); client != clients_.end()) {
    client->second.flushing_since = clock_->now();
  }
  finish_flushes();
}

void Server::on_stop(ClientId id) {
  answer(id, {.kind = Kind::report});
  is_stopping_ = true;
}

void Server::on_letters() {
  for (Letter& letter : mailbox_.take()) {
    std::visit([this](auto& content) { on_letter(content); }, letter);
  }
}

void Server::on_letter(Fetched& fetched) {
  const auto at = flights_.find(fetched.key);
  if (at == flights_.end()) return;
  if (!fetched.outcome) {
    ++stats_.abandoned;
    // Somebody may have come to want it since.
    if (!at->second.clients.empty()) return submit(fetched.key, at->second);
    flights_.erase(at);
    return;
  }
  const Result<Pack>& outcome = *fetched.outcome;
  const std::vector<ClientId> clients = std::move(at->second.clients);
  flights_.erase(at);
  for (const ClientId id : clients) {
    if (const auto client = clients_.find(id); client != clients_.end()) {
      client->second.awaited.reset();
    }
    if (!outcome) {
      answer(id, failure(outcome.error()));
    } else if (*outcome) {
      answer(id, {.kind = Kind::found, .number = (*outcome)->size()}, (*outcome)->fd());
    } else {
      answer(id, absent());
    }
  }
  const bool is_absent = outcome && !*outcome;
  if (is_absent && fetched.is_certain) misses_.add(fetched.key, clock_->now());
  std::uint64_t& count = !outcome ? stats_.failed : (is_absent ? stats_.absent : stats_.found);
  count += clients.size();
}

void Server::on_letter(const Uploaded& uploaded) {
  misses_.forget(uploaded.binding);
  last_use_ = clock_->now();
  finish_flushes();
}

void Server::on_letter(const Maintained& maintained) {
  is_maintaining_ = false;
  is_superseded_ = maintained.is_superseded;
}

void Server::on_upload(const SpoolEntry& entry) {
  mailbox_.put(Uploaded{store::binding_of(entry.address())});
}

void Server::finish_flushes() {
  std::vector<std::pair<ClientId, std::string>> reports;
  for (const auto& [id, client] : clients_) {
    if (!client.flushing_since) continue;
    auto report =
        flush_report(uploader_, *client.flushing_since, clock_->now(), options_.flush_patience);
    if (report) reports.emplace_back(id, *std::move(report));
  }
  for (auto& [id, text] : reports) {
    clients_.at(id).flushing_since.reset();
    answer(id, {.kind = Kind::report, .text = std::move(text)});
  }
}

void Server::on_tick() {
  next_tick_ = std::chrono::steady_clock::now() + options_.tick;
  if (!is_accepting_ && watch(listener_.get(), kListener)) is_accepting_ = true;
  // A writer that was killed, or did not get through, has told of nothing.
  if (uploader_ != nullptr) uploader_->look_after();
  finish_flushes();
  maintain(false);
}

void Server::maintain(bool at_once) {
  // What hangs is not made to hang again.
  if (is_maintaining_ && !at_once) return;
  is_maintaining_ = true;
  workers_.submit([this, at_once] {
    if (hooks_.probe) hooks_.probe(at_once);
    mailbox_.put(Maintained{hooks_.is_superseded && hooks_.is_superseded()});
  });
}

std::optional<Server::End> Server::end() const {
  if (is_stopping_) return End::stopped;
  if (!flights_.empty()) return std::nullopt;
  const bool is_drained = uploader_ == nullptr || uploader_->is_drained();
  if (is_superseded_ && clients_.empty() && is_drained) return End::superseded;
  if (clock_->now() - last_use_ >= options_.idle) return End::idle;
  return std::nullopt;
}

void Server::answer(ClientId id, const Message& message, int attached) {
  const auto client = clients_.find(id);
  if (client == clients_.end()) return;
  if (!send_message(client->second.fd.get(), message, attached)) drop(id);
}

void Server::drop(ClientId id) {
  const auto client = clients_.find(id);
  if (client == clients_.end()) return;
  if (const auto& awaited = client->second.awaited) {
    if (const auto flight = flights_.find(*awaited); flight != flights_.end()) {
      std::erase(flight->second.clients, id);
      if (flight->second.clients.empty()) flight->second.is_wanted->store(false);
    }
  }
  clients_.erase(client);
}

ServerStats Server::stats() const {
  ServerStats stats = stats_;
  stats.clients = clients_.size();
  return stats;
}

}  // namespace larder::courier
