#include "backend/s3/s3_fixture.h"
#include "support/temp_dir.h"
#include "sys/helper.h"

#include <string>
#include <thread>
#include <utility>
#include <vector>

/// A service that is away, slow or busy, and a bad way to it.
namespace larder::s3 {
namespace {

using conformance::get;
using conformance::put_entry;
using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Fault;

/// What a busy machine may add.
constexpr milliseconds kSlack(700);

class S3FaultsTest : public S3FaultTest {
 protected:
  static Result<void> try_put(Store& store, std::string_view value = "value") {
    const NamedSource blob = {name_of("blob"), BlobSource::from_text(value)};
    return store.put_entry(key_of("key"), {&blob, 1});
  }
  static Result<std::optional<Blob>> try_get(Store& store) {
    return store.get(key_of("key"), name_of("blob"));
  }

  /// Puts the entry by the straight way.
  void prepare(std::string_view value = "value") const { ASSERT_TRUE(try_put(*open(), value)); }

  [[nodiscard]] std::size_t requests() { return proxy().requests().size(); }
};

TEST_F(S3FaultsTest, GivesUpAReadFromAServiceThatDoesNotAnswerAfterTwoSeconds) {
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::black_hole});

  const auto took = time_of([&] { EXPECT_EQ(code_of(try_get(*store)), ErrorCode::unavailable); });

  EXPECT_GE(took, seconds(2));
  EXPECT_LT(took, seconds(2) + kSlack);
  EXPECT_EQ(requests(), 1U);
}

TEST_F(S3FaultsTest, GivesUpAWriteToAServiceThatDoesNotAnswerAfterFiveSeconds) {
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::black_hole});

  const auto took = time_of([&] { EXPECT_EQ(code_of(try_put(*store)), ErrorCode::unavailable); });

  EXPECT_GE(took, seconds(5));
  EXPECT_LT(took, seconds(5) + kSlack);
}

TEST_F(S3FaultsTest, GivesUpAtOnceWhereNobodyListens) {
  S3Options at = options();
  at.endpoint = "http://127.0.0.1:1";
  const auto store = open(at);

  const auto took = time_of([&] { EXPECT_EQ(code_of(try_get(*store)), ErrorCode::unavailable); });

  EXPECT_LT(took, milliseconds(1000));
  EXPECT_EQ(store.transport->counts().requests, 3U);
}

TEST_F(S3FaultsTest, TriesThreeTimesAtAServiceThatIsUnwell) {
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::answer, .status = 503});

  EXPECT_EQ(code_of(try_get(*store)), ErrorCode::unavailable);
  EXPECT_EQ(requests(), 3U);
  EXPECT_EQ(code_of(try_put(*store)), ErrorCode::unavailable);
  EXPECT_EQ(requests(), 6U);
}

TEST_F(S3FaultsTest, SucceedsAtTheThirdAttempt) {
  prepare();
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::answer, .status = 500, .times = 2});

  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(requests(), 3U);
}

TEST_F(S3FaultsTest, WaitsAsLongAsTheServiceAsks) {
  prepare();
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::answer,
               .status = 503,
               .body = "<Error><Code>SlowDown</Code></Error>",
               .headers = {{"Retry-After", "1"}},
               .times = 1});

  const auto took = time_of([&] { EXPECT_EQ(get(*store, "key", "blob"), "value"); });

  EXPECT_GE(took, seconds(1));
}

TEST_F(S3FaultsTest, DoesNotWaitForWhatComesAfterItsDeadline) {
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::answer, .status = 503, .headers = {{"Retry-After", "100"}}});

  const auto took = time_of([&] { EXPECT_EQ(code_of(try_get(*store)), ErrorCode::unavailable); });

  EXPECT_LT(took, milliseconds(1000));
  EXPECT_EQ(requests(), 1U);
}

TEST_F(S3FaultsTest, AsksLessWhenMostRequestsFail) {
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::answer, .status = 500});

  for (int i = 0; i < 60; ++i) EXPECT_FALSE(try_get(*store));

  // Two retries each would make 180; the quota is for a hundred.
  EXPECT_EQ(requests(), 160U);
}

TEST_F(S3FaultsTest, PutsAgainWhenTheConnectionBreaksAfterTheUpload) {
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::reset_after_upload, .method = "PUT", .times = 1});
  const std::string large = conformance::noise_text(3'000'000);

  EXPECT_TRUE(try_put(*store, large));

  EXPECT_TRUE(get(*open(), "key", "blob") == large);
  EXPECT_EQ(requests(), 2U);
}

TEST_F(S3FaultsTest, GetsAgainWhatWasCutOff) {
  for (const std::size_t size : {1'000U, 3'000'000U}) {
    const std::string value = conformance::noise_text(size);
    prepare(value);
    const auto store = open_by_proxy();
    proxy().set({.kind = Fault::Kind::truncate, .at = size / 2, .times = 1});

    EXPECT_TRUE(get(*store, "key", "blob") == value) << size;
  }
}

TEST_F(S3FaultsTest, TakesNothingThatIsAlwaysCutOffForCorrupt) {
  prepare();
  proxy().set({.kind = Fault::Kind::truncate, .at = 20});

  EXPECT_EQ(code_of(try_get(*open_by_proxy())), ErrorCode::unavailable);

  EXPECT_EQ(get(*open(), "key", "blob"), "value");
}

TEST_F(S3FaultsTest, GivesUpABodyThatStandsStill) {
  prepare(conformance::noise_text(3'000'000));
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::stall, .at = 1'000'000});

  const auto took = time_of([&] { EXPECT_EQ(code_of(try_get(*store)), ErrorCode::unavailable); });

  EXPECT_LT(took, seconds(2) + kSlack);
}

TEST_F(S3FaultsTest, KeepsAnEntryThatWasDamagedOnItsWay) {
  prepare(conformance::noise_text(10'000));
  const auto store = open_by_proxy();
  for (const std::uint64_t at : {20U, 9'000U}) {  // the header, the blob
    proxy().set({.kind = Fault::Kind::corrupt, .at = at, .times = 1});

    const auto blob = try_get(*store);
    EXPECT_EQ(blob ? code_of((*blob)->read()) : blob.error().code(), ErrorCode::corrupt);
    EXPECT_TRUE(get(*store, "key", "blob") == conformance::noise_text(10'000));
  }
}

TEST_F(S3FaultsTest, RefusesWhatDeclaresMoreThanAnEntryCanHave) {
  prepare();
  const auto store = open_by_proxy();
  proxy().set({.headers = {{"Content-Length", "99999999999999"}}});

  const auto got = try_get(*store);

  EXPECT_EQ(code_of(got), ErrorCode::corrupt);
  EXPECT_NE(message_of(got).find("99999999999999"), std::string::npos);
  EXPECT_EQ(get(*open(), "key", "blob"), "value");
}

TEST_F(S3FaultsTest, TakesAnErrorOfStatus200ForOne) {
  prepare();
  const auto store = open_by_proxy();
  const Fault unwell = {
      .kind = Fault::Kind::answer,
      .status = 200,
      .body = "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>",
      .times = 1};
  proxy().set(unwell);
  EXPECT_EQ(get(*store, "key", "blob"), "value");
  proxy().set(unwell);
  EXPECT_TRUE(try_put(*store));
  proxy().set(unwell);
  EXPECT_EQ(conformance::stats(*store).entries, 1U);
  proxy().set(
      {.kind = unwell.kind, .status = 200, .body = unwell.body, .target = "delete", .times = 1});
  EXPECT_EQ(conformance::clean(*store, {.max_bytes = 0}).removed.entries, 1U);
}

TEST_F(S3FaultsTest, ReportsWhatABatchCouldNotRemove) {
  prepare();
  proxy().set({.kind = Fault::Kind::answer,
               .status = 200,
               .body = "<DeleteResult><Error><Key>" + prefix() +
                       "6b/6b6579</Key><Code>AccessDenied</Code></Error></DeleteResult>",
               .target = "delete"});

  EXPECT_EQ(code_of(open_by_proxy()->clean({.max_bytes = 0})), ErrorCode::denied);
}

TEST_F(S3FaultsTest, RemovesOneByOneWhereTheServiceKnowsNoBatch) {
  prepare();
  proxy().set({.kind = Fault::Kind::answer, .status = 501, .target = "delete"});

  EXPECT_EQ(conformance::clean(*open_by_proxy(), {.max_bytes = 0}).removed.entries, 1U);

  EXPECT_EQ(conformance::stats(*open()), StoreStats());
}

TEST_F(S3FaultsTest, FollowsNoRedirectAndSaysWhatToSet) {
  const auto store = open_by_proxy();
  proxy().set({.kind = Fault::Kind::answer,
               .status = 301,
               .body = "<Error><Code>PermanentRedirect</Code></Error>",
               .headers = {{"x-amz-bucket-region", "eu-central-1"}}});
  const auto moved = try_get(*store);
  EXPECT_EQ(code_of(moved), ErrorCode::invalid_argument);
  EXPECT_NE(message_of(moved).find("set region to \"eu-central-1\""), std::string::npos);

  proxy().set({.kind = Fault::Kind::answer,
               .status = 307,
               .headers = {{"Location", proxy().url() + "/elsewhere"}}});
  const auto redirected = try_put(*store);
  EXPECT_EQ(code_of(redirected), ErrorCode::unavailable);
  EXPECT_NE(message_of(redirected).find("/elsewhere"), std::string::npos);

  EXPECT_EQ(requests(), 2U);
}

TEST_F(S3FaultsTest, SaysThatA403MayMeanAnAbsentObject) {
  proxy().set({.kind = Fault::Kind::answer,
               .status = 403,
               .body = "<Error><Code>AccessDenied</Code></Error>"});
  const auto store = open_by_proxy();

  const auto got = try_get(*store);

  EXPECT_EQ(code_of(got), ErrorCode::denied);
  EXPECT_NE(message_of(got).find("s3:ListBucket"), std::string::npos);
  EXPECT_EQ(message_of(try_put(*store)).find("s3:ListBucket"), std::string::npos);
}

TEST_F(S3FaultsTest, CorrectsAWrongClockOnce) {
  class LateClock final : public sys::Clock {
   public:
    [[nodiscard]] std::chrono::system_clock::time_point now() const override {
      return std::chrono::system_clock::now() - std::chrono::hours(5);
    }
  };
  const LateClock late;
  const auto store =
      open(options(), std::make_shared<StaticCredentials>(engine()), {.signing_clock = late});

  EXPECT_EQ(store.requests_of([&] { EXPECT_TRUE(try_put(*store)); }), 2U);
  EXPECT_EQ(store.requests_of([&] { EXPECT_EQ(get(*store, "key", "blob"), "value"); }), 1U);
  EXPECT_EQ(store.requests_of([&] { EXPECT_TRUE(store->has(key_of("key")).value()); }), 1U);
}

TEST_F(S3FaultsTest, AsksForOtherCredentialsWhenTheyHaveExpired) {
  prepare();
  /// The first are none that the engine knows.
  class Renewing final : public CredentialSource {
   public:
    explicit Renewing(const support::S3Engine& engine)
        : now_(std::make_shared<const Credentials>(Credentials{"OLD", "old", "token"})),
          next_(std::make_shared<const Credentials>(
              Credentials{engine.access_key, engine.secret_key})) {}
    Result<std::shared_ptr<const Credentials>> get() override { return now_; }
    void forget(const std::shared_ptr<const Credentials>& /*refused*/) override { now_ = next_; }
    [[nodiscard]] std::optional<std::string> profile_region() override { return std::nullopt; }

   private:
    std::shared_ptr<const Credentials> now_;
    std::shared_ptr<const Credentials> next_;
  };
  proxy().set({.kind = Fault::Kind::answer,
               .status = 400,
               .body = "<Error><Code>ExpiredToken</Code></Error>",
               .times = 1});

  const auto store = open(options_by_proxy(), std::make_shared<Renewing>(engine()));
  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(requests(), 2U);

  // An answer to HEAD does not say why.
  proxy().set({.kind = Fault::Kind::answer, .status = 400, .times = 1});
  const auto other = open(options_by_proxy(), std::make_shared<Renewing>(engine()));
  EXPECT_TRUE(other->has(key_of("key")).value());
}

TEST_F(S3FaultsTest, IsDeniedWithCredentialsThatStayExpired) {
  proxy().set({.kind = Fault::Kind::answer,
               .status = 400,
               .body = "<Error><Code>ExpiredToken</Code></Error>"});

  EXPECT_EQ(code_of(try_get(*open_by_proxy())), ErrorCode::denied);
  EXPECT_EQ(requests(), 1U);
}

TEST_F(S3FaultsTest, TakesASlowServiceForAService) {
  prepare();
  proxy().set({.delay = milliseconds(1200)});

  EXPECT_EQ(get(*open_by_proxy(), "key", "blob"), "value");
}

/// An engine of its own, which serves one request at a time and tells the others to slow down.
class ThrottledEngine {
 public:
  ThrottledEngine() {
    EXPECT_TRUE(run({"start", directory_.file("rgw"), "rgw max concurrent requests = 1",
                     "rgw scheduler type = throttler"}));
  }
  ThrottledEngine(const ThrottledEngine&) = delete;
  ThrottledEngine& operator=(const ThrottledEngine&) = delete;
  ~ThrottledEngine() { EXPECT_TRUE(run({"stop", directory_.file("rgw")})); }

  [[nodiscard]] std::string endpoint() const {
    return support::S3Engine::in(directory_.file("rgw")).endpoint;
  }

 private:
  static bool run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "rgw");
    const auto outcome = sys::run_helper({.program = LARDER_RGW, .arguments = std::move(arguments)},
                                         {.time_limit = std::chrono::minutes(2)});
    return outcome && outcome->status.is_success();
  }

  support::TempDir directory_;
};

TEST_F(S3FaultsTest, IsUnavailableAtWorstWhenItIsThrottled) {
  const ThrottledEngine throttled;
  S3Options at = options();
  at.endpoint = throttled.endpoint();
  const auto store = open(at);
  ASSERT_TRUE(try_put(*store));
  const auto before = store.transport->counts().requests;

  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        const auto got = try_get(*store);
        EXPECT_TRUE(got || got.error().code() == ErrorCode::unavailable);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_GT(store.transport->counts().requests, before + 20);  // some were told so
}

}  // namespace
}  // namespace larder::s3
