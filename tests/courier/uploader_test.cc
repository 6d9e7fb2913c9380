#include "courier/uploader.h"

#include "support/data.h"
#include "support/eventually.h"
#include "support/gated_backend.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include <cerrno>

namespace larder::courier {
namespace {

using support::eventually;
using support::GatedBackend;
using support::name_of;

class UploaderTest : public testing::Test {
 protected:
  [[nodiscard]] Spool spool() const { return Spool::open_or_create(dir_.file("spool")).value(); }

  [[nodiscard]] std::unique_ptr<Uploader> start(
      const std::vector<std::shared_ptr<GatedBackend>>& stores, unsigned threads = 4) {
    std::vector<UploadTarget> targets;
    for (const auto& store : stores) {
      targets.push_back({.name = "tier " + std::to_string(targets.size()), .store = store});
    }
    return Uploader::start(spool(), std::move(targets), {.threads = threads},
                           [this](const SpoolEntry&) { ++finished_; })
        .value();
  }

  static SpoolEntry entry_of(const std::string& key, std::uint64_t time_ns,
                             std::uint32_t writer = 1) {
    return {.time_ns = time_ns,
            .writer = writer,
            .ns = store::NamespacePath::parse("compile").value(),
            .key = support::key_of(key)};
  }

  /// Puts an entry with one blob into the spool; gives the file's name.
  std::string add(const SpoolEntry& entry) {
    const std::string path = dir_.file("pack-" + std::to_string(entry.time_ns));
    auto file = support::make_file(path);
    const std::vector<NamedSource> blobs = {{name_of("b"), BlobSource::from_text(path)}};
    const auto bytes = store::write_pack(file.get(), entry.address(), blobs, {}).value();
    return spool()
        .add(entry, *store::pack_bytes_of(std::move(file), bytes), std::uint64_t{1} << 30)
        .value();
  }

  [[nodiscard]] std::size_t files() const {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(dir_.file("spool"))) {
      if (SpoolEntry::parse(file.path().filename().string())) ++count;
    }
    return count;
  }

  static bool has(GatedBackend& store, const SpoolEntry& entry) {
    return store.get_entry(entry.address()).value().has_value();
  }

  support::TempDir dir_;
  std::atomic<int> finished_ = 0;
  std::shared_ptr<GatedBackend> store_ = std::make_shared<GatedBackend>();
};

TEST_F(UploaderTest, UploadsWhatItIsToldOfAndRemovesIt) {
  const auto uploader = start({store_});
  const SpoolEntry entry = entry_of("a", 1);

  EXPECT_TRUE(uploader->add(add(entry)));

  EXPECT_TRUE(eventually([&] { return finished_ == 1; }));
  EXPECT_TRUE(has(*store_, entry));
  EXPECT_EQ(files(), 0U);
  EXPECT_TRUE(uploader->is_drained());
  EXPECT_EQ(uploader->status().spool.files, 0U);
  EXPECT_EQ(uploader->status().uploaded, 1U);
}

TEST_F(UploaderTest, UploadsWhatLiesThereFromBefore) {
  const SpoolEntry entry = entry_of("a", 1);
  add(entry);

  const auto uploader = start({store_});

  EXPECT_TRUE(eventually([&] { return uploader->is_drained(); }));
  EXPECT_TRUE(has(*store_, entry));
}

TEST_F(UploaderTest, FindsWhatNobodyToldOfWhenItLooksAgain) {
  const auto uploader = start({store_});
  ASSERT_TRUE(eventually([&] { return uploader->is_drained(); }));
  add(entry_of("a", 1));

  uploader->rescan();

  EXPECT_TRUE(eventually([&] { return finished_ == 1; }));
}

TEST_F(UploaderTest, KeepsTheOrderOfAWriter) {
  std::vector<std::string> expected;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    const SpoolEntry entry = entry_of("key" + std::to_string(i), i);
    add(entry);
    expected.push_back("put_pack " + entry.key.hex());
  }

  const auto uploader = start({store_});

  ASSERT_TRUE(eventually([&] { return uploader->is_drained(); }));
  EXPECT_EQ(store_->calls(), expected);
}

TEST_F(UploaderTest, RemovesAfterTheUploadThatCameBefore) {
  const SpoolEntry put = entry_of("a", 1);
  SpoolEntry removal = entry_of("a", 2);
  removal.verb = SpoolEntry::Verb::remove;
  add(put);
  ASSERT_TRUE(spool().add_removal(removal));

  const auto uploader = start({store_});

  ASSERT_TRUE(eventually([&] { return uploader->is_drained(); }));
  EXPECT_EQ(store_->calls().size(), 2U);
  EXPECT_FALSE(has(*store_, put));
}

TEST_F(UploaderTest, TriesAgainWhatATargetThatIsAwayCouldNotTake) {
  store_->fail_with(Error(ErrorCode::unavailable, "away"));
  add(entry_of("a", 1));
  const auto uploader = start({store_});
  store_->wait_for_calls(1);
  ASSERT_TRUE(eventually([&] { return uploader->status().failed == 1; }));
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(uploader->status().last_error, "tier 0: away");

  store_->fail_with(std::nullopt);
  uploader->retry_now();

  EXPECT_TRUE(eventually([&] { return uploader->is_drained(); }));
  EXPECT_EQ(files(), 0U);
}

TEST_F(UploaderTest, TellsOfAnErrorUntilAnUploadToThatTargetWorks) {
  const auto other = std::make_shared<GatedBackend>();
  store_->fail_with(Error(ErrorCode::unavailable, "away"));
  add(entry_of("a", 1));
  const auto uploader = start({store_, other});
  ASSERT_TRUE(eventually([&] { return uploader->status().failed == 1; }));

  ASSERT_TRUE(eventually([&] { return uploader->status().uploaded == 1; }));
  EXPECT_EQ(uploader->status().last_error, "tier 0: away");
  store_->fail_with(std::nullopt);
  uploader->retry_now();

  EXPECT_TRUE(eventually([&] { return uploader->is_drained(); }));
  EXPECT_EQ(uploader->status().last_error, "");
}

TEST_F(UploaderTest, DropsWhatATargetWillNeverTake) {
  store_->fail_with(Error(ErrorCode::no_space, "larger than the limit"));
  add(entry_of("a", 1));

  const auto uploader = start({store_});

  EXPECT_TRUE(eventually([&] { return finished_ == 1; }));
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(uploader->status().refused, 1U);
  EXPECT_EQ(uploader->status().uploaded, 0U);
}

TEST_F(UploaderTest, DropsWhatIsNoPack) {
  const std::string name = entry_of("a", 1).name().value();
  (void)spool();
  support::make_file(dir_.file("spool/" + name), support::noise(100));

  const auto uploader = start({store_});

  EXPECT_TRUE(eventually([&] { return uploader->is_drained(); }));
  EXPECT_TRUE(eventually([&] { return files() == 0U; }));
  EXPECT_EQ(uploader->status().refused, 1U);
}

TEST_F(UploaderTest, UploadsToEveryTargetThoughOneIsAway) {
  const auto other = std::make_shared<GatedBackend>();
  store_->fail_with(Error(ErrorCode::unavailable, "away"));
  const SpoolEntry first = entry_of("a", 1);
  const SpoolEntry second = entry_of("b", 2);
  add(first);
  add(second);

  const auto uploader = start({store_, other});

  EXPECT_TRUE(eventually([&] { return has(*other, first) && has(*other, second); }));
  EXPECT_EQ(files(), 2U);
  store_->fail_with(std::nullopt);
  uploader->retry_now();
  EXPECT_TRUE(eventually([&] { return uploader->is_drained(); }));
  EXPECT_TRUE(has(*store_, first) && has(*store_, second));
}

TEST_F(UploaderTest, WaitsForASpoolThatAnotherIsAt) {
  auto first = start({store_});
  ASSERT_TRUE(eventually([&] { return first->status().is_in_charge; }));
  const auto other = std::make_shared<GatedBackend>();
  const auto second = start({other});
  const SpoolEntry entry = entry_of("a", 1);
  second->add(add(entry));
  EXPECT_FALSE(second->is_drained());

  first.reset();

  EXPECT_TRUE(eventually([&] { return second->is_drained(); }));
  EXPECT_TRUE(has(*store_, entry) || has(*other, entry));
}

TEST_F(UploaderTest, LeavesInTheSpoolWhatItHasNotBegun) {
  store_->close_gate();
  for (std::uint64_t i = 1; i <= 10; ++i) add(entry_of("key" + std::to_string(i), i));
  auto uploader = start({store_});
  store_->wait_for_calls(1);

  std::thread release([this] { store_->open_gate(); });
  uploader.reset();
  release.join();

  EXPECT_GE(files(), 8U);
}

TEST_F(UploaderTest, UploadsFromTheSpoolThatTakesThePlaceOfARemovedOne) {
  const auto uploader = start({store_});
  ASSERT_TRUE(eventually([&] { return uploader->is_drained(); }));
  std::filesystem::remove_all(dir_.file("spool"));
  const SpoolEntry entry = entry_of("a", 1);
  add(entry);

  uploader->look_after();

  EXPECT_TRUE(eventually([&] { return has(*store_, entry); }));
  EXPECT_TRUE(eventually([&] { return files() == 0; }));
}

TEST_F(UploaderTest, ForgetsWhatWasInASpoolThatIsRemoved) {
  store_->close_gate();
  for (std::uint64_t i = 1; i <= 10; ++i) add(entry_of("key" + std::to_string(i), i));
  const auto uploader = start({store_}, 1);
  store_->wait_for_calls(1);
  std::filesystem::remove_all(dir_.file("spool"));

  store_->open_gate();
  uploader->rescan();

  EXPECT_TRUE(eventually([&] { return uploader->is_drained(); }));
  EXPECT_EQ(uploader->status().uploaded, 1U);
}

TEST_F(UploaderTest, CorrectsTheFiguresThatAKilledWriterLeft) {
  (void)spool();
  spool().set_usage(12345, 67);

  const auto uploader = start({store_});

  EXPECT_TRUE(eventually([&] { return uploader->status().spool.bytes == 0; }));
  EXPECT_EQ(uploader->status().spool.files, 0U);
}

}  // namespace
}  // namespace larder::courier
