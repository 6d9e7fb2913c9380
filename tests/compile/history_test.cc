#include "compile/history.h"

#include "support/data.h"
#include "support/files.h"
#include "support/temp_dir.h"
#include "sys/file.h"
#include "sys/flock.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace larder::compile {
namespace {

HistoryRecord example(const std::string& source) {
  HistoryRecord record;
  record.time_ms = 1234567890123;
  record.outcome = "misses_changed";
  record.detail = "dir/a.h";
  record.source = source;
  record.compile_ms = 42;
  record.description.arguments = {"-xc", std::string("-I\0dir", 6)};
  record.description.environment = {"LANG=C"};
  record.description.source_digest = util::blake3(util::as_bytes("source"));
  record.description.named_files = {{"extra", util::blake3(util::as_bytes("extra"))}};
  record.change = "changed";
  record.unstored = "inputs_changed";
  record.unstored_detail = "b.h changed";
  record.words = {"@flags"};
  record.totals = {.hits = 7, .saved_ms = 700};
  return record;
}

class HistoryTest : public testing::Test {
 protected:
  std::vector<HistoryRecord> read_all() {
    std::vector<HistoryRecord> records;
    EXPECT_TRUE(read_history(path_, [&](const HistoryRecord& record) {
      records.push_back(record);
      return true;
    }));
    return records;
  }

  /// Two of them are more than a history may hold.
  static HistoryRecord large_example() {
    HistoryRecord record = example("a.c");
    record.detail.assign(kHistoryMaxBytes * 3 / 4, 'x');
    return record;
  }

  support::TempDir dir_;
  std::string path_ = dir_.file("history");
};

TEST_F(HistoryTest, IsEmptyBeforeThereIsAFile) { EXPECT_TRUE(read_all().empty()); }

TEST_F(HistoryTest, GivesRecordsBackNewestFirst) {
  ASSERT_TRUE(append_history(path_, example("a.c")));
  ASSERT_TRUE(append_history(path_, example("b.c")));

  const auto records = read_all();

  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].source, "b.c");
  const HistoryRecord& record = records[1];
  EXPECT_EQ(record.source, "a.c");
  EXPECT_EQ(record.time_ms, 1234567890123);
  EXPECT_EQ(record.detail, "dir/a.h");
  EXPECT_EQ(record.compile_ms, 42U);
  EXPECT_EQ(record.description.arguments, example("").description.arguments);
  EXPECT_EQ(record.description.source_digest, example("").description.source_digest);
}

TEST_F(HistoryTest, GivesBackWhatOnlySomeRecordsHave) {
  ASSERT_TRUE(append_history(path_, example("a.c")));

  const HistoryRecord record = read_all().at(0);

  EXPECT_EQ(record.change, "changed");
  EXPECT_EQ(record.unstored, "inputs_changed");
  EXPECT_EQ(record.unstored_detail, "b.h changed");
  EXPECT_EQ(record.words, example("").words);
  ASSERT_EQ(record.description.named_files.size(), 1U);
  EXPECT_EQ(record.description.named_files[0].path, "extra");
  EXPECT_EQ(record.description.named_files[0].digest, util::blake3(util::as_bytes("extra")));
  ASSERT_TRUE(record.totals);
  EXPECT_EQ(record.totals->hits, 7U);
  EXPECT_EQ(record.totals->saved_ms, 700U);
}

TEST_F(HistoryTest, ReadsRecordsOfVersion1) {
  support::write_file(path_, R"({"time_ms":5,"outcome":"misses_new","source":"a.c"})"
                             "\n");

  const auto records = read_all();

  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, "misses_new");
  EXPECT_FALSE(records[0].totals);
}

TEST_F(HistoryTest, SkipsRecordsOfALaterVersion) {
  support::write_file(path_, R"({"version":3,"time_ms":5,"outcome":"misses_new"})"
                             "\n");

  EXPECT_TRUE(read_all().empty());
}

TEST_F(HistoryTest, StopsWhenTheVisitorHasSeenEnough) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(append_history(path_, example(std::to_string(i))));
  int seen = 0;

  ASSERT_TRUE(read_history(path_, [&](const HistoryRecord&) { return ++seen < 2; }));

  EXPECT_EQ(seen, 2);
}

TEST_F(HistoryTest, SkipsLinesThatAreNoRecord) {
  ASSERT_TRUE(append_history(path_, example("a.c")));
  auto text = support::text_of(support::content_of(path_));
  text += "garbage\n{\"time_ms\": \"no number\"}\n[]\n{\"cut off";
  (void)support::make_file(path_, util::as_bytes(text));

  const auto records = read_all();

  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].time_ms, 0);
  EXPECT_EQ(records[1].source, "a.c");
}

TEST_F(HistoryTest, KeepsOneOlderFileOnceItHasGrown) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(append_history(path_, large_example()));

  EXPECT_EQ(dir_.children(), 2U);
  EXPECT_EQ(read_all().size(), 3U);
}

TEST_F(HistoryTest, IsLeftInPlaceWhileAnotherProcessSetsItAside) {
  ASSERT_TRUE(append_history(path_, large_example()));
  const auto other = sys::open_at(AT_FDCWD, path_, O_RDONLY).value();
  ASSERT_TRUE(sys::flock_try(other.get()));

  ASSERT_TRUE(append_history(path_, large_example()));

  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(HistoryTest, IsReadOnceWhenItIsSetAsideMeanwhile) {
  ASSERT_TRUE(append_history(path_, example("a.c")));
  int seen = 0;

  ASSERT_TRUE(read_history(path_, [&](const HistoryRecord&) {
    if (seen == 0) std::filesystem::rename(path_, path_ + ".1");
    return ++seen < 3;
  }));

  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace larder::compile
