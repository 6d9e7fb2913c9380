#include "backend/s3/s3_fixture.h"

/// That reading keeps entries young.
namespace larder::s3 {
namespace {

using conformance::get;
using conformance::put_entry;
using std::chrono::hours;
using std::chrono::milliseconds;

using TimePoint = std::chrono::system_clock::time_point;

/// The system's clock, ahead by a day and an hour.
class TomorrowsClock final : public sys::Clock {
 public:
  [[nodiscard]] TimePoint now() const override {
    return std::chrono::system_clock::now() + hours(25);
  }
};

class S3RefreshTest : public S3FaultTest {
 protected:
  [[nodiscard]] OpenedStore open_tomorrow(const S3Options& at) const {
    return open_tomorrow(at, std::make_shared<StaticCredentials>(engine()));
  }
  [[nodiscard]] OpenedStore open_tomorrow(const S3Options& at,
                                          std::shared_ptr<CredentialSource> credentials) const {
    static const TomorrowsClock clock;
    return open(at, std::move(credentials), {.clock = clock});
  }

  /// The only entry's.
  static TimePoint last_use(Store& store) {
    TimePoint time;
    EXPECT_TRUE(store.entries([&time](const EntryInfo& info) {
      time = info.last_use;
      return true;
    }));
    return time;
  }
};

TEST_F(S3RefreshTest, LeavesAYoungEntryAlone) {
  const auto store = open();
  put_entry(*store, "key", {{"blob", "value"}});
  const TimePoint written = last_use(*store);

  EXPECT_EQ(get(*store, "key", "blob"), "value");

  EXPECT_EQ(last_use(*store), written);
  EXPECT_EQ(store.transport->counts().requests, 4U);
}

TEST_F(S3RefreshTest, MarksAnEntryAsUsedThatWasWrittenADayAgo) {
  S3Options at = options();
  at.prefix += "a b+c%2F&d=\xc3\xa9/";
  put_entry(*open(at), "key", {{"blob", "value"}});
  const TimePoint written = last_use(*open(at));
  const auto store = open_tomorrow(at);

  EXPECT_EQ(get(*store, "key", "blob"), "value");

  EXPECT_GT(last_use(*store), written);
  EXPECT_EQ(get(*open(at), "key", "blob"), "value");
}

TEST_F(S3RefreshTest, MarksAnEntryOnceThatIsReadByMany) {
  put_entry(*open(), "key", {{"blob", "value"}});
  proxy().set({.delay = milliseconds(300), .method = "PUT"});
  const auto store = open_tomorrow(options_by_proxy());

  for (int i = 0; i < 5; ++i) EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_TRUE(store->entries([](const EntryInfo&) { return true; }));

  EXPECT_EQ(store.transport->counts().requests, 5U + 1U + 1U);
}

TEST_F(S3RefreshTest, DoesNotKeepAGetWaiting) {
  put_entry(*open(), "key", {{"blob", "value"}});
  proxy().set({.delay = milliseconds(1500), .method = "PUT"});
  const auto store = open_tomorrow(options_by_proxy());

  const auto took = time_of([&] { EXPECT_EQ(get(*store, "key", "blob"), "value"); });

  EXPECT_LT(took, milliseconds(1000));
}

TEST_F(S3RefreshTest, FailsNoGet) {
  put_entry(*open(), "key", {{"blob", "value"}});
  proxy().set({.kind = support::Fault::Kind::answer, .status = 500, .method = "PUT"});
  const auto store = open_tomorrow(options_by_proxy());

  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(conformance::stats(*store).entries, 1U);
  EXPECT_EQ(get(*store, "key", "blob"), "value");
}

TEST_F(S3RefreshTest, TakesAnErrorOfStatus200ForOne) {
  put_entry(*open(), "key", {{"blob", "value"}});
  const TimePoint written = last_use(*open());
  proxy().set({.kind = support::Fault::Kind::answer,
               .status = 200,
               .body = "<Error><Code>InternalError</Code></Error>",
               .method = "PUT",
               .times = 1});
  const auto store = open_tomorrow(options_by_proxy());

  EXPECT_EQ(get(*store, "key", "blob"), "value");

  EXPECT_GT(last_use(*store), written);  // by the second attempt
}

TEST_F(S3RefreshTest, IsNotTriedAgainByWhoMayNotWrite) {
  put_entry(*open(), "a", {{"blob", "value"}});
  put_entry(*open(), "b", {{"blob", "value"}});
  const auto store =
      open_tomorrow(options(), std::make_shared<StaticCredentials>(Credentials{
                                   engine().reader_access_key, engine().reader_secret_key}));

  EXPECT_EQ(get(*store, "a", "blob"), "value");
  EXPECT_EQ(conformance::stats(*store).entries, 2U);
  EXPECT_EQ(get(*store, "b", "blob"), "value");
  EXPECT_EQ(conformance::stats(*store).entries, 2U);

  EXPECT_EQ(store.transport->counts().requests, 5U);
}

TEST_F(S3RefreshTest, IsNotDoneInAStoreThatWasOpenedReadOnly) {
  put_entry(*open(), "key", {{"blob", "value"}});
  S3Options read_only = options();
  read_only.read_only = true;
  const auto store = open_tomorrow(read_only);

  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(conformance::stats(*store).entries, 1U);

  EXPECT_EQ(store.transport->counts().requests, 2U);
}

TEST_F(S3RefreshTest, BringsNothingBackThatWasRemovedMeanwhile) {
  put_entry(*open(), "key", {{"blob", "value"}});
  proxy().set({.delay = milliseconds(200), .method = "PUT"});
  {
    const auto store = open_tomorrow(options_by_proxy());
    EXPECT_EQ(get(*store, "key", "blob"), "value");
    conformance::remove(*store, "key");
  }

  EXPECT_FALSE(conformance::has(*open(), "key"));
}

TEST_F(S3RefreshTest, AsksForTheSameEncryptionAgain) {
  S3Options at = options_by_proxy();
  at.encryption = {.mode = S3Encryption::Mode::kms, .key_id = "larder-test"};
  const auto store = open_tomorrow(at);
  put_entry(*store, "key", {{"blob", "value"}});
  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(conformance::stats(*store).entries, 1U);

  const auto refresh = proxy().requests().at(2);

  EXPECT_EQ(refresh.header("x-amz-copy-source"), "/stores/" + prefix() + "6b/6b6579");
  EXPECT_EQ(refresh.header("x-amz-server-side-encryption"), "aws:kms");
  EXPECT_EQ(refresh.header("x-amz-server-side-encryption-aws-kms-key-id"), "larder-test");
}

}  // namespace
}  // namespace larder::s3
