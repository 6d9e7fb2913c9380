#include "backend/courier/client.h"

#include "backend/courier/courier_place.h"
#include "support/data.h"
#include "support/fake_clock.h"

#include <gtest/gtest.h>

#include <atomic>

namespace larder::courier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// What a sound courier says to one client until that has closed.
void serve_soundly(int connection, const std::function<Message(const Message&)>& answer) {
  for (;;) {
    const auto request = receive_until(connection, in(kPatience));
    if (!request || !*request) return;
    (void)send_message(connection, {.kind = Kind::ack});
    (void)send_message(connection, answer((*request)->message));
  }
}

/// Waits for the client to give up.
void wait_for_end(int connection) {
  pollfd event = {.fd = connection, .events = POLLRDHUP, .revents = 0};
  (void)::poll(&event, 1, static_cast<int>(milliseconds(kPatience).count()));
}

class ClientTest : public testing::Test {
 protected:
  /// As another process would have it.
  [[nodiscard]] std::unique_ptr<Client> client(ClientDeadlines deadlines = {}) {
    return std::make_unique<Client>([this] { return Result<Endpoint>(place_.endpoint()); },
                                    deadlines, clock_);
  }

  [[nodiscard]] static Result<std::optional<FetchedPack>> fetch(Client& client) {
    static const store::NamespacePath ns = store::NamespacePath::parse("compile").value();
    static const Key key = support::key_of("key");
    return client.fetch({ns, key}, Reach::all);
  }

  /// How long a fetch takes, which must fail.
  [[nodiscard]] milliseconds time_of_failure(Client& client) {
    const auto begin = steady_clock::now();
    const auto outcome = fetch(client);
    const auto took = steady_clock::now() - begin;
    const ErrorCode code = outcome ? ErrorCode::io : outcome.error().code();
    EXPECT_EQ(code, ErrorCode::unavailable);
    return std::chrono::duration_cast<milliseconds>(took);
  }

  /// Expects that neither this client nor another one asks again before the pause is over.
  void expect_left_alone(Client& failed) {
    const Endpoint endpoint = place_.endpoint();
    SharedState state = SharedState::open_or_create(endpoint.dir, endpoint.state(), clock_).value();
    EXPECT_FALSE(state.may_ask());
    // Whoever asked now would be answered.
    const auto again = fetch(failed);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().message(), "the courier has failed before");
  }

  // Far apart, so that what has been waited for shows even on a machine that does much else.
  static constexpr ClientDeadlines kLong = {.ack = seconds(20), .answer = seconds(40)};
  static constexpr milliseconds kNoTime = seconds(10);

  CourierPlace place_;
  support::FakeClock clock_;
};

TEST_F(ClientTest, LearnsThatAnEntryIsAbsent) {
  const FakeCourier courier(place_, [](int connection) {
    serve_soundly(connection, [](const Message&) { return Message{.kind = Kind::absent}; });
  });
  const auto asking = client();

  const auto outcome = fetch(*asking);

  ASSERT_TRUE(outcome);
  EXPECT_FALSE(*outcome);
}

TEST_F(ClientTest, AsksForWhatItIsAskedFor) {
  Message seen;
  const FakeCourier courier(place_, [&seen](int connection) {
    serve_soundly(connection, [&seen](const Message& request) {
      seen = request;
      return Message{.kind = Kind::absent};
    });
  });
  const auto asking = client();

  ASSERT_TRUE(fetch(*asking));

  EXPECT_EQ(seen.kind, Kind::fetch);
  EXPECT_EQ(seen.ns, "compile");
  EXPECT_EQ(seen.key, "key");
}

TEST_F(ClientTest, SpeaksOverOneConnection) {
  std::atomic<int> connections = 0;
  const FakeCourier courier(place_, [&connections](int connection) {
    ++connections;
    serve_soundly(connection, [](const Message&) { return Message{.kind = Kind::absent}; });
  });
  const auto asking = client();

  for (int i = 0; i < 10; ++i) ASSERT_TRUE(fetch(*asking));

  EXPECT_EQ(connections, 1);
}

TEST_F(ClientTest, TakesAnAnswerThatComesAtOnceWithoutAnAck) {
  const FakeCourier courier(place_, [](int connection) {
    (void)receive_until(connection, in(kPatience));
    (void)send_message(connection, {.kind = Kind::absent});
    wait_for_end(connection);
  });
  const auto asking = client();

  EXPECT_TRUE(fetch(*asking));
}

TEST_F(ClientTest, PassesOnWhatTheTiersFailedWith) {
  const FakeCourier courier(place_, [](int connection) {
    serve_soundly(connection, [](const Message&) {
      return failure(Error(ErrorCode::denied, "the bucket is closed"));
    });
  });
  const auto asking = client();

  const auto outcome = fetch(*asking);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), ErrorCode::denied);
  EXPECT_EQ(outcome.error().message(), "the bucket is closed");
}

TEST_F(ClientTest, LosesFiftyMillisecondsOnceToACourierThatDoesNotCome) {
  const auto first = client();

  const auto took = time_of_failure(*first);

  EXPECT_GE(took, milliseconds(45));
  EXPECT_LT(took, milliseconds(2000));
  expect_left_alone(*first);
}

TEST_F(ClientTest, LosesNoTimeToAProgramThatIsNotThere) {
  place_.program_ = place_.dir_.file("missing");
  const auto first = client(kLong);

  EXPECT_LT(time_of_failure(*first), kNoTime);

  expect_left_alone(*first);
}

TEST_F(ClientTest, LosesFiftyMillisecondsOnceToACourierThatHangs) {
  const FakeCourier courier(place_, [](int connection) { wait_for_end(connection); });
  const auto first = client();

  const auto took = time_of_failure(*first);

  EXPECT_GE(took, milliseconds(50));
  EXPECT_LT(took, milliseconds(2000));
  expect_left_alone(*first);
}

TEST_F(ClientTest, LosesFiftyMillisecondsOnceToAListenerThatAcceptsNobody) {
  const auto listener = listen_on(place_.endpoint().dir, place_.endpoint().socket()).value();
  ASSERT_EQ(::listen(listener.get(), 0), 0);
  const auto in_the_way = Connection::open(place_.endpoint(), in(kPatience));
  const auto first = client();

  EXPECT_LT(time_of_failure(*first), milliseconds(2000));

  expect_left_alone(*first);
}

TEST_F(ClientTest, GivesUpAnAnswerThatIsLate) {
  const FakeCourier courier(place_, [](int connection) {
    (void)receive_until(connection, in(kPatience));
    (void)send_message(connection, {.kind = Kind::ack});
    wait_for_end(connection);
  });
  const auto first = client({.ack = milliseconds(50), .answer = milliseconds(200)});

  const auto took = time_of_failure(*first);

  EXPECT_GE(took, milliseconds(200));
  EXPECT_LT(took, milliseconds(2000));
  expect_left_alone(*first);
}

TEST_F(ClientTest, LosesNoTimeToACourierThatDies) {
  const FakeCourier courier(place_,
                            [](int connection) { (void)receive_until(connection, in(kPatience)); });
  const auto first = client(kLong);

  EXPECT_LT(time_of_failure(*first), kNoTime);

  expect_left_alone(*first);
}

TEST_F(ClientTest, LeavesACourierOfAnotherVersionAlone) {
  const FakeCourier courier(place_, [](int connection) {
    (void)receive_until(connection, in(kPatience));
    util::ByteBuffer datagram = encode({.kind = Kind::absent});
    util::store<std::uint16_t>(datagram, 4, kVersion + 1);
    (void)::send(connection, datagram.data(), datagram.size(), 0);
  });
  const auto first = client(kLong);

  EXPECT_LT(time_of_failure(*first), kNoTime);

  expect_left_alone(*first);
}

TEST_F(ClientTest, TriesAgainWhenThePauseIsOver) {
  std::atomic<bool> hangs = true;
  const FakeCourier courier(place_, [&hangs](int connection) {
    if (hangs) return wait_for_end(connection);
    serve_soundly(connection, [](const Message&) { return Message{.kind = Kind::absent}; });
  });
  (void)time_of_failure(*client());
  hangs = false;

  clock_.advance(SharedState::kPause + seconds(1));

  EXPECT_TRUE(fetch(*client()));
  EXPECT_TRUE(fetch(*client()));
}

TEST_F(ClientTest, ConnectsAnewToACourierThatHasEndedMeanwhile) {
  const auto serve = [](int connection) {
    (void)receive_until(connection, in(kPatience));
    (void)send_message(connection, {.kind = Kind::absent});
  };
  const FakeCourier courier(place_, serve);
  const auto asking = client();

  EXPECT_TRUE(fetch(*asking));
  EXPECT_TRUE(fetch(*asking));
}

TEST_F(ClientTest, IsNotAskedWhereTheCourierCannotBe) {
  Client lost([] { return Result<Endpoint>(fail(ErrorCode::denied, "no place for it")); });

  const auto outcome = fetch(lost);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message(), "no place for it");
}

}  // namespace
}  // namespace larder::courier
