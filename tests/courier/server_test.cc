#include "courier/server.h"

#include "backend/courier/connection.h"
#include "support/data.h"
#include "support/eventually.h"
#include "support/fake_clock.h"
#include "support/gated_backend.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>
#include <vector>

namespace larder::courier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::eventually;
using support::GatedBackend;
using support::name_of;

SteadyTime soon() { return std::chrono::steady_clock::now() + seconds(20); }

class ServerTest : public testing::Test {
 protected:
  ~ServerTest() override { stop(); }

  /// Serves on a thread of its own until stop(), or by itself.
  void start(ServerOptions options = {}, ServerHooks hooks = {}) {
    options.tick = milliseconds(1);
    server_ = std::make_unique<Server>(listen_on(endpoint_.dir, endpoint_.socket()).value(),
                                       end_.get(), FetchStores{all_, beyond_, nullptr, failures_},
                                       options, std::move(hooks), clock_);
    uploader_ = Uploader::start(Spool::open_or_create(endpoint_.spool).value(),
                                {{.name = "beyond", .store = beyond_}}, {},
                                [this](const SpoolEntry& entry) { server_->on_upload(entry); })
                    .value();
    thread_ = std::thread([this] {
      const auto end = server_->run(uploader_.get());
      if (end) ended_ = static_cast<int>(*end);
    });
  }

  void stop() {
    const std::uint64_t one = 1;
    ASSERT_EQ(::write(end_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
    if (thread_.joinable()) thread_.join();
    all_->open_gate();
    beyond_->open_gate();
    uploader_.reset();
    server_.reset();
  }

  [[nodiscard]] bool has_ended_by(Server::End end) const { return ended_ == static_cast<int>(end); }

  [[nodiscard]] Connection connect() const { return Connection::open(endpoint_, soon()).value(); }

  static Message fetch_of(std::string key, Reach reach = Reach::all) {
    return {.kind = Kind::fetch,
            .number = static_cast<std::uint64_t>(reach),
            .ns = "compile",
            .key = std::move(key)};
  }

  /// The kind of the answer.
  static Kind ask(Connection& connection, const Message& request) {
    const auto answer = connection.ask(request, soon(), soon());
    return answer ? answer->message.kind : Kind::ack;
  }

  void put(GatedBackend& store, const std::string& key) {
    const std::vector<NamedSource> blobs = {{name_of("b"), BlobSource::from_text("content")}};
    ASSERT_TRUE(store.put_entry({ns_, support::key_of(key)}, blobs, 1 << 20));
  }

  support::TempDir dir_;
  support::FakeClock clock_;
  store::NamespacePath ns_ = store::NamespacePath::parse("compile").value();
  Endpoint endpoint_ = {.dir = RuntimeDir::open_at(dir_.file("run")).value(),
                        .name = "c0ffee",
                        .program = "/bin/false",
                        .spool = dir_.file("spool")};
  std::shared_ptr<GatedBackend> all_ = std::make_shared<GatedBackend>();
  std::shared_ptr<GatedBackend> beyond_ = std::make_shared<GatedBackend>();
  std::function<std::uint64_t()> failures_;
  util::UniqueFd end_{::eventfd(0, EFD_CLOEXEC)};
  std::unique_ptr<Server> server_;
  std::unique_ptr<Uploader> uploader_;
  std::atomic<int> ended_ = -1;
  std::thread thread_;
};

TEST_F(ServerTest, HandsOverThePackThatItFinds) {
  put(*all_, "key");
  start();
  auto connection = connect();

  const auto answer = connection.ask(fetch_of("key"), soon(), soon());

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->message.kind, Kind::found);
  ASSERT_TRUE(answer->attached);
  EXPECT_EQ(static_cast<std::uint64_t>(sys::stat_fd(answer->attached.get()).value().st_size),
            answer->message.number);
}

TEST_F(ServerTest, LooksWhereItIsAskedTo) {
  put(*beyond_, "key");
  start();
  auto connection = connect();

  EXPECT_EQ(ask(connection, fetch_of("key", Reach::beyond_disks)), Kind::found);
  EXPECT_EQ(ask(connection, fetch_of("key", Reach::all)), Kind::absent);
}

TEST_F(ServerTest, PassesOnErrors) {
  all_->fail_with(Error(ErrorCode::denied, "no"));
  start();
  auto connection = connect();

  const auto answer = connection.ask(fetch_of("key"), soon(), soon());

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->message.kind, Kind::failed);
  EXPECT_EQ(error_of(answer->message).code(), ErrorCode::denied);
}

TEST_F(ServerTest, AcknowledgesAtOnceThoughEveryWorkerWaits) {
  all_->close_gate();
  start({.workers = 2});
  std::vector<Connection> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(connect());
    const auto late = waiting.back().ask(fetch_of("key" + std::to_string(i)), soon(),
                                         std::chrono::steady_clock::now());
    EXPECT_FALSE(late);
    EXPECT_EQ(late.error().message(), "the courier did not answer in time");
  }
}

TEST_F(ServerTest, MakesEqualFetchesOneCall) {
  put(*all_, "key");
  all_->close_gate();
  start({}, {.describe = [](const ServerStats& stats) { return std::to_string(stats.collapsed); }});
  std::vector<std::thread> clients;
  std::atomic<int> found = 0;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back([&] {
      auto connection = connect();
      if (ask(connection, fetch_of("key")) == Kind::found) ++found;
    });
  }
  auto observer = connect();
  const auto collapsed = [&] {
    return observer.ask({.kind = Kind::status}, soon(), soon()).value().message.text;
  };
  EXPECT_TRUE(eventually([&] { return collapsed() == "19"; }));

  all_->open_gate();
  for (std::thread& client : clients) client.join();

  EXPECT_EQ(found, 20);
  EXPECT_EQ(all_->calls().size(), 1U);
}

TEST_F(ServerTest, RemembersWhatIsAbsentForAMinute) {
  start();
  auto connection = connect();

  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(connection, fetch_of("key")), Kind::absent);
  EXPECT_EQ(all_->calls().size(), 1U);

  clock_.advance(seconds(61));
  EXPECT_EQ(ask(connection, fetch_of("key")), Kind::absent);
  EXPECT_EQ(all_->calls().size(), 2U);
}

TEST_F(ServerTest, RemembersNoMissOfTiersThatWereAway) {
  std::atomic<std::uint64_t> failures = 0;
  failures_ = [&] { return ++failures; };
  start();
  auto connection = connect();

  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(connection, fetch_of("key")), Kind::absent);

  EXPECT_EQ(all_->calls().size(), 3U);
}

TEST_F(ServerTest, ForgetsTheMissOfWhatIsPushed) {
  start();
  auto connection = connect();
  EXPECT_EQ(ask(connection, fetch_of("key")), Kind::absent);
  put(*all_, "key");
  const SpoolEntry entry = {.time_ns = 1, .writer = 1, .ns = ns_, .key = support::key_of("key")};
  Message push = fetch_of("key");
  push.kind = Kind::push;
  push.text = entry.name().value();

  EXPECT_EQ(ask(connection, push), Kind::absent);

  EXPECT_EQ(ask(connection, fetch_of("key")), Kind::found);
}

TEST_F(ServerTest, RefusesToUploadWhatIsNoFileOfItsSpool) {
  start();
  auto connection = connect();
  Message push = fetch_of("key");
  push.kind = Kind::push;
  push.text = "../../etc/passwd";

  EXPECT_EQ(ask(connection, push), Kind::failed);
}

TEST_F(ServerTest, RefusesAddressesThatCannotBe) {
  start();
  auto connection = connect();
  Message request = fetch_of("key");
  request.ns = "..";

  EXPECT_EQ(ask(connection, request), Kind::failed);
  EXPECT_EQ(ask(connection, fetch_of("")), Kind::failed);
  EXPECT_EQ(ask(connection, fetch_of(std::string(65, 'k'))), Kind::failed);
  EXPECT_EQ(ask(connection, fetch_of("key", static_cast<Reach>(7))), Kind::failed);
}

TEST_F(ServerTest, ClosesTheConnectionOfWhoSpeaksAnotherLanguage) {
  start();
  const auto fd = connect_to(endpoint_.dir, endpoint_.socket(), soon()).value();
  ASSERT_EQ(::send(fd.get(), "hello", 5, 0), 5);

  EXPECT_FALSE(receive_until(fd.get(), soon()));
  auto other = connect();
  EXPECT_EQ(ask(other, fetch_of("key")), Kind::absent);
}

TEST_F(ServerTest, BeginsNoFetchThatNobodyWaitsForAnyMore) {
  all_->close_gate();
  start({.workers = 1});
  auto first = connect();
  (void)first.ask(fetch_of("first"), soon(), std::chrono::steady_clock::now());
  all_->wait_for_calls(1);
  {
    auto second = connect();
    (void)second.ask(fetch_of("second"), soon(), std::chrono::steady_clock::now());
  }
  auto third = connect();
  (void)third.ask(fetch_of("third"), soon(), std::chrono::steady_clock::now());

  all_->open_gate();
  all_->wait_for_calls(2);

  EXPECT_EQ(all_->calls()[1], "get_pack " + support::key_of("third").hex());
}

TEST_F(ServerTest, ServesOthersWhileAClientDoesNotReadItsAnswers) {
  put(*all_, "key");
  start();
  const auto deaf = connect_to(endpoint_.dir, endpoint_.socket(), soon()).value();
  ASSERT_TRUE(send_message(deaf.get(), fetch_of("key")));

  auto other = connect();

  EXPECT_EQ(ask(other, fetch_of("key")), Kind::found);
}

TEST_F(ServerTest, HoldsThousandsOfClients) {
  start();
  std::vector<Connection> clients;
  for (int i = 0; i < 400; ++i) clients.push_back(connect());

  for (Connection& client : clients) EXPECT_EQ(ask(client, fetch_of("key")), Kind::absent);

  EXPECT_EQ(all_->calls().size(), 1U);
}

TEST_F(ServerTest, ReportsWhatItIsToldTo) {
  start({}, {.describe = [](const ServerStats& stats) {
          return "clients " + std::to_string(stats.clients);
        }});
  auto connection = connect();

  const auto answer = connection.ask({.kind = Kind::status}, soon(), soon());

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->message.text, "clients 1");
}

TEST_F(ServerTest, EndsAfterTenIdleMinutes) {
  start();
  auto connection = connect();
  clock_.advance(seconds(599));
  EXPECT_EQ(ask(connection, fetch_of("key")), Kind::absent);
  clock_.advance(seconds(599));
  EXPECT_EQ(ask(connection, fetch_of("key")), Kind::absent);

  clock_.advance(seconds(601));

  EXPECT_TRUE(eventually([&] { return has_ended_by(Server::End::idle); }));
}

TEST_F(ServerTest, EndsWhenAClientStopsIt) {
  start();
  auto connection = connect();

  EXPECT_EQ(ask(connection, {.kind = Kind::stop}), Kind::report);

  EXPECT_TRUE(eventually([&] { return has_ended_by(Server::End::stopped); }));
}

TEST_F(ServerTest, EndsOnceSupersededWhenNobodyIsConnectedAndNothingIsLeft) {
  beyond_->close_gate();
  start({}, {.is_superseded = [] { return true; }});
  std::optional<Connection> connection = connect();
  EXPECT_EQ(ask(*connection, fetch_of("key")), Kind::absent);
  EXPECT_EQ(ended_, -1);

  connection.reset();

  EXPECT_TRUE(eventually([&] { return has_ended_by(Server::End::superseded); }));
}

TEST_F(ServerTest, FlushesAtOnceWhenNothingIsInTheSpool) {
  start();
  auto connection = connect();

  const auto answer = connection.ask({.kind = Kind::flush}, soon(), soon());

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->message.text, R"({"remaining":0,"error":""})");
}

TEST_F(ServerTest, FlushesOnceThatAllIsUploaded) {
  beyond_->close_gate();
  start();
  const auto bytes = std::make_shared<const util::ByteBuffer>(support::noise(100));
  const SpoolEntry entry = {.time_ns = 1, .writer = 1, .ns = ns_, .key = support::key_of("key")};
  ASSERT_TRUE(Spool::open_or_create(endpoint_.spool)
                  .value()
                  .add(entry, *store::pack_bytes_of(bytes), 1 << 20));
  auto connection = connect();
  std::atomic<bool> has_flushed = false;
  std::thread flush([&] {
    EXPECT_EQ(ask(connection, {.kind = Kind::flush}), Kind::report);
    has_flushed = true;
  });
  beyond_->wait_for_calls(1);
  EXPECT_FALSE(has_flushed);

  beyond_->open_gate();
  flush.join();

  EXPECT_TRUE(uploader_->is_drained());
}

TEST_F(ServerTest, SaysWhatIsLeftWhenAFlushGetsNowhere) {
  beyond_->fail_with(Error(ErrorCode::unavailable, "away"));
  start({.flush_patience = seconds(0)});
  const auto bytes = std::make_shared<const util::ByteBuffer>(support::noise(100));
  const SpoolEntry entry = {.time_ns = 1, .writer = 1, .ns = ns_, .key = support::key_of("key")};
  ASSERT_TRUE(Spool::open_or_create(endpoint_.spool)
                  .value()
                  .add(entry, *store::pack_bytes_of(bytes), 1 << 20));
  auto connection = connect();

  const auto answer = connection.ask({.kind = Kind::flush}, soon(), soon());

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->message.text, R"({"remaining":1,"error":"beyond: away"})");
}

}  // namespace
}  // namespace larder::courier
