#include "backend/s3/s3_fixture.h"

#include <thread>

/// What calls cost in requests.
namespace larder::s3 {
namespace {

using conformance::get;
using conformance::get_entry;
using conformance::put;
using conformance::put_entry;

using S3RequestsTest = S3Test;

TEST_F(S3RequestsTest, OpensWithNone) {
  const auto store = open();
  const auto view = conformance::in_namespace(*store, "compile");

  EXPECT_EQ(store.transport->counts().requests, 0U);
}

TEST_F(S3RequestsTest, NeedsOneForEachCallButPuttingABlob) {
  const auto store = open();
  put_entry(*store, "key", {{"blob", "value"}});
  const NamedSource blob = {name_of("blob"), BlobSource::from_text("value")};

  EXPECT_EQ(store.requests_of([&] { EXPECT_EQ(get(*store, "key", "blob"), "value"); }), 1U);
  EXPECT_EQ(store.requests_of([&] { EXPECT_EQ(get_entry(*store, "key").size(), 1U); }), 1U);
  EXPECT_EQ(store.requests_of([&] { EXPECT_EQ(get(*store, "no", "blob"), std::nullopt); }), 1U);
  EXPECT_EQ(store.requests_of([&] { EXPECT_TRUE(get_entry(*store, "no").empty()); }), 1U);
  EXPECT_EQ(store.requests_of([&] { EXPECT_TRUE(store->has(key_of("key")).value()); }), 1U);
  EXPECT_EQ(store.requests_of([&] { EXPECT_FALSE(store->has(key_of("no")).value()); }), 1U);
  EXPECT_EQ(store.requests_of([&] {
    EXPECT_TRUE(store->put_entry(key_of("new"), {&blob, 1}));
  }),
            1U);
  EXPECT_EQ(store.requests_of([&] { EXPECT_TRUE(store->remove(key_of("new"))); }), 1U);
  EXPECT_EQ(store.requests_of([&] { put(*store, "key", "more", "value"); }), 2U);
}

TEST_F(S3RequestsTest, ReuseOneConnection) {
  const auto store = open();
  for (int i = 0; i < 10; ++i) put(*store, "key", std::to_string(i), "value");

  EXPECT_EQ(store.transport->counts().connections, 1U);
}

TEST_F(S3RequestsTest, ListPageByPage) {
  const auto store =
      open(options(), std::make_shared<StaticCredentials>(engine()), {.page_keys = 3});
  std::set<std::string> expected;
  for (int i = 0; i < 10; ++i) {
    put_entry(*store, std::to_string(i), {{"blob", ""}});
    expected.insert(':' + std::to_string(i));
  }

  EXPECT_EQ(store.requests_of([&] { EXPECT_EQ(conformance::walk(*store), expected); }), 4U);
  EXPECT_EQ(store.requests_of([&] { EXPECT_EQ(conformance::stats(*store).entries, 10U); }), 4U);
}

TEST_F(S3RequestsTest, RemoveAThousandEntriesAtOnce) {
  const auto store = open();
  constexpr int kThreads = 4;
  constexpr int kEach = 301;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        put_entry(*store, std::to_string(thread) + '/' + std::to_string(i), {{"blob", ""}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  const auto requests = store.requests_of([&] {
    EXPECT_EQ(conformance::clean(*store, {.max_bytes = 0}).removed.entries, kThreads * kEach);
  });

  EXPECT_EQ(requests, 4U);  // two pages, two batches
  EXPECT_EQ(conformance::stats(*store), StoreStats());
}

}  // namespace
}  // namespace larder::s3
