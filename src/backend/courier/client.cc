#include "backend/courier/client.h"

#include "util/bytes.h"
#include "util/try.h"

#include <utility>

#include <cerrno>

namespace larder::courier {
namespace {

Message request_for(Kind kind, const store::Address& address) {
  return {.kind = kind,
          .ns = address.ns.text(),
          .key = std::string(util::as_text(address.key.bytes()))};
}

/// Whether the peer has ended, rather than kept us waiting.
bool is_end(const Error& error) noexcept {
  return is_nobody(error) || error.os_error() == ECONNRESET || error.os_error() == EPIPE;
}

}  // namespace

Client::Client(std::function<Result<Endpoint>()> locate, ClientDeadlines deadlines,
               const sys::Clock& clock)
    : locate_(std::move(locate)), deadlines_(deadlines), clock_(&clock) {}

Client::~Client() = default;

Result<Client::Site> Client::locate_site() const {
  LARDER_TRY(Endpoint endpoint, locate_());
  LARDER_TRY(SharedState state,
             SharedState::open_or_create(endpoint.dir, endpoint.state(), *clock_));
  return Site{std::move(endpoint), std::move(state)};
}

Result<const Endpoint*> Client::endpoint() {
  std::call_once(located_, [this] { site_ = locate_site(); });
  if (!*site_) return fail(site_->error());
  return &(*site_)->endpoint;
}

std::optional<Connection> Client::take_idle() {
  const util::MutexLock lock(mutex_);
  if (idle_.empty()) return std::nullopt;
  Connection connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Client::keep_idle(Connection connection) {
  const util::MutexLock lock(mutex_);
  idle_.push_back(std::move(connection));
}

Result<Received> Client::ask_anew(Site& site, const Message& request, SteadyTime begin) {
  const SteadyTime ack_by = begin + deadlines_.ack;
  LARDER_TRY(Connection connection, Connection::open_or_start(site.endpoint, ack_by, [&] {
               return site.state.may_start();
             }));
  LARDER_TRY(auto answer, connection.ask(request, ack_by, begin + deadlines_.answer));
  keep_idle(std::move(connection));
  return answer;
}

void Client::judge(Site& site, SharedState::Leave leave, const Result<Received>& answer) {
  if (answer) return site.state.succeeded(leave);
  if (is_end(answer.error())) {
    site.state.was_missing(leave);
  } else {
    site.state.was_late(leave);
  }
  const util::MutexLock lock(mutex_);
  is_down_ = true;
}

Result<Received> Client::ask(const Message& request) {
  LARDER_CHECK(endpoint());
  Site& site = **site_;
  {
    const util::MutexLock lock(mutex_);
    if (is_down_) return fail(ErrorCode::unavailable, "the courier has failed before");
  }
  const auto leave = site.state.may_ask();
  if (!leave) {
    return fail(ErrorCode::unavailable, "the courier has failed another process not long ago");
  }
  const SteadyTime begin = std::chrono::steady_clock::now();
  if (auto connection = take_idle()) {
    auto answer = connection->ask(request, begin + deadlines_.ack, begin + deadlines_.answer);
    if (answer) keep_idle(*std::move(connection));
    // It may have ended when nobody spoke with it.
    if (answer || !is_end(answer.error())) {
      judge(site, *leave, answer);
      return answer;
    }
  }
  auto answer = ask_anew(site, request, begin);
  judge(site, *leave, answer);
  return answer;
}

Result<std::optional<FetchedPack>> Client::fetch(const store::Address& address, Reach reach) {
  Message request = request_for(Kind::fetch, address);
  request.number = static_cast<std::uint64_t>(reach);
  LARDER_TRY(Received received, ask(request));
  const Message& answer = received.message;
  if (answer.kind == Kind::absent) return std::optional<FetchedPack>();
  if (answer.kind == Kind::failed) return fail(error_of(answer));
  if (answer.kind != Kind::found || !received.attached) {
    return fail(ErrorCode::unavailable, "courier: no answer to what was asked");
  }
  return std::optional(FetchedPack{std::move(received.attached), answer.number});
}

Result<void> Client::announce(const std::string& file, const store::Address& address) {
  Message request = request_for(Kind::push, address);
  request.text = file;
  LARDER_TRY(const Received received, ask(request));
  if (received.message.kind == Kind::failed) return fail(error_of(received.message));
  return {};
}

}  // namespace larder::courier
