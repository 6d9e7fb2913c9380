#include "backend/disk/temporary.h"

#include "backend/disk/disk_backend.h"
#include "backend/disk/own_dir.h"
#include "backend/disk/session.h"
#include "backend/disk/sweep.h"
#include "support/data.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"
#include "sys/file.h"

#include <gtest/gtest.h>

#include <vector>

#include <chrono>

namespace larder::disk {
namespace {

class TemporaryTest : public testing::Test {
 protected:
  [[nodiscard]] Temporary make(Temporary::Kind kind) const {
    return store().own.make_temporary(0x3F, kind).value();
  }
  [[nodiscard]] std::size_t left() const {
    return std::filesystem::directory_iterator(dir_.file(".larder/tmp")) ==
                   std::filesystem::directory_iterator()
               ? 0
               : 1;
  }
  [[nodiscard]] const WritableStore& store() const { return *store_; }

  /// What a sweep takes for a leftover, with the time set so many hours ahead.
  std::vector<std::string> sweep(int hours_ahead) {
    std::vector<std::string> found;
    const auto now = std::chrono::system_clock::now() + std::chrono::hours(hours_ahead);
    EXPECT_TRUE(sweep_temporaries(
        store(),
        {.now = now, .on_leftover = [&](const std::string& name) { found.push_back(name); }}));
    return found;
  }

  support::TempDir dir_;

 private:
  Session session_ = Session({.dir = dir_.path()}, sys::system_clock());
  std::shared_ptr<const WritableStore> store_ = session_.writable().value();
};

TEST_F(TemporaryTest, RemovesItself) {
  for (const auto kind : {Temporary::Kind::file, Temporary::Kind::directory}) {
    {
      const Temporary temporary = make(kind);
      EXPECT_EQ(left(), 1U);
    }
    EXPECT_EQ(left(), 0U);
  }
}

TEST_F(TemporaryTest, RemovesTheFilesInItToo) {
  {
    const Temporary temporary = make(Temporary::Kind::directory);
    (void)sys::open_at(temporary.fd(), "blob", O_WRONLY | O_CREAT).value();
  }
  EXPECT_EQ(left(), 0U);
}

TEST_F(TemporaryTest, IsPlacedOnlyWhereNothingIs) {
  Temporary first = make(Temporary::Kind::file);
  Temporary second = make(Temporary::Kind::file);

  EXPECT_TRUE(first.place(store().dir().fd(), "place").value());
  EXPECT_FALSE(second.place(store().dir().fd(), "place").value());
}

TEST_F(TemporaryTest, RemovesWhatItWasExchangedFor) {
  (void)support::make_file(dir_.file("place"), util::as_bytes("old"));
  {
    Temporary temporary = make(Temporary::Kind::file);
    ASSERT_TRUE(sys::write_all(temporary.fd(), util::as_bytes("new")));
    ASSERT_TRUE(temporary.exchange(store().dir().fd(), "place"));
  }
  EXPECT_EQ(support::text_of(support::content_of(dir_.file("place"))), "new");
  EXPECT_EQ(left(), 0U);
}

TEST_F(TemporaryTest, IsNotSweptWhileItsWriterLives) {
  const Temporary file = make(Temporary::Kind::file);
  const Temporary directory = make(Temporary::Kind::directory);

  EXPECT_TRUE(sweep(1000).empty());
}

TEST_F(TemporaryTest, IsSweptAnHourAfterItsWriterDied) {
  const std::string name = layout::temporary_name(0x3F, 1);
  (void)support::make_file(dir_.file(".larder/tmp/" + name));

  EXPECT_TRUE(sweep(0).empty());
  EXPECT_EQ(sweep(2), std::vector{name});
  EXPECT_EQ(left(), 0U);
}

TEST_F(TemporaryTest, IsNotSweptWhileItsShardIsPublishedTo) {
  (void)support::make_file(dir_.file(".larder/tmp/" + layout::temporary_name(0x3F, 1)));

  const Lock lock = store().own.locks().take(0x3F, LockMode::shared).value();

  EXPECT_TRUE(sweep(2).empty());
}

TEST_F(TemporaryTest, IsMadeInItsShardsDirectoryOnceTheyAreSpread) {
  store().own.spread_temporaries();
  store().own.spread_temporaries();  // does nothing more

  for (const auto kind : {Temporary::Kind::file, Temporary::Kind::directory}) {
    const std::string place = dir_.file(kind == Temporary::Kind::file ? "file" : "directory");
    {
      const Temporary temporary = make(kind);
      EXPECT_EQ(temporary.name().substr(0, 6), "3f/3f-");
      EXPECT_TRUE(sweep(1000).empty());
    }
    EXPECT_TRUE(std::filesystem::is_empty(dir_.file(".larder/tmp/3f")));
    EXPECT_TRUE(make(kind).place(store().dir().fd(), place).value());
    EXPECT_TRUE(std::filesystem::exists(place));
  }
}

TEST_F(TemporaryTest, IsMadeBesideWhereItsShardsDirectoryIsMissing) {
  store().own.spread_temporaries();
  std::filesystem::remove(dir_.file(".larder/tmp/3f"));

  EXPECT_EQ(make(Temporary::Kind::file).name().substr(0, 3), "3f-");
}

TEST_F(TemporaryTest, IsSweptInItsShardsDirectoryToo) {
  store().own.spread_temporaries();
  const std::string name = layout::temporary_name(0x3F, 1);
  for (const char* dir : {".larder/tmp/", ".larder/tmp/3f/", ".larder/tmp/40/"}) {
    (void)support::make_file(dir_.file(dir + name));
  }
  const auto later = std::chrono::system_clock::now() + std::chrono::hours(2);

  ASSERT_TRUE(sweep_shard(store(), 0x3F, {.now = later}));
  EXPECT_FALSE(std::filesystem::exists(dir_.file(".larder/tmp/" + name)));
  EXPECT_FALSE(std::filesystem::exists(dir_.file(".larder/tmp/3f/" + name)));
  EXPECT_EQ(sweep(2), std::vector{name});
  EXPECT_TRUE(std::filesystem::is_empty(dir_.file(".larder/tmp/40")));
}

TEST_F(TemporaryTest, LeavesForeignFilesBesideIt) {
  (void)support::make_file(dir_.file(".larder/tmp/notes.txt"));

  EXPECT_TRUE(sweep(1000).empty());
  EXPECT_EQ(left(), 1U);
}

}  // namespace
}  // namespace larder::disk
