#include "backend/courier/spool.h"

#include "support/data.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"
#include "sys/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace larder::courier {
namespace {

constexpr std::uint64_t kRoom = std::uint64_t{1} << 20;

SpoolEntry entry_of(std::string_view ns, std::string_view key, std::uint64_t time_ns = 1) {
  return {.time_ns = time_ns,
          .writer = 7,
          .ns = store::NamespacePath::parse(ns).value(),
          .key = support::key_of(key)};
}

TEST(SpoolEntry, SpellsItsNameAsVersion1Does) {
  const SpoolEntry entry = entry_of("compile/ab", "\x01\xff", 0x1122334455667788);

  EXPECT_EQ(entry.name().value(), "1122334455667788-00000007-p-01ff-636f6d70696c652f6162");
}

TEST(SpoolEntry, ReadsTheNamesThatItSpells) {
  for (const auto verb : {SpoolEntry::Verb::put, SpoolEntry::Verb::remove}) {
    SpoolEntry entry = entry_of("manifest", std::string(64, 'k'), 42);
    entry.verb = verb;

    const auto read = SpoolEntry::parse(entry.name().value());

    ASSERT_TRUE(read);
    EXPECT_EQ(read->time_ns, 42U);
    EXPECT_EQ(read->writer, 7U);
    EXPECT_EQ(read->verb, verb);
    EXPECT_EQ(read->ns.text(), "manifest");
    EXPECT_EQ(read->key, entry.key);
  }
}

TEST(SpoolEntry, ReadsTheRootNamespace) {
  const auto read = SpoolEntry::parse(entry_of("", "k").name().value());

  ASSERT_TRUE(read);
  EXPECT_TRUE(read->ns.is_root());
}

TEST(SpoolEntry, ReadsNoOtherName) {
  const std::string good = entry_of("compile", "k").name().value();

  const std::vector<std::string> others = {"",
                                           "usage",
                                           "lock",
                                           "copy.new-1-2",
                                           good + "0",
                                           good + "-",
                                           good + "00",
                                           "+" + good.substr(1),
                                           "F" + good.substr(1),
                                           good.substr(1),
                                           "0000000000000001-00000007-x-6b-",
                                           "0000000000000001-00000007-p--"};
  for (const std::string& bad : others) {
    EXPECT_FALSE(SpoolEntry::parse(bad)) << bad;
  }
}

TEST(SpoolEntry, HasNoNameForANamespaceThatIsTooLong) {
  const SpoolEntry entry = entry_of(std::string(120, 'n'), "k");

  ASSERT_FALSE(entry.name());
  EXPECT_EQ(entry.name().error().code(), ErrorCode::invalid_argument);
}

class SpoolTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return dir_.file("store/.larder/spool/id"); }
  [[nodiscard]] Spool open() const { return Spool::open_or_create(path()).value(); }

  [[nodiscard]] std::shared_ptr<const store::PackBytes> pack_of(const util::ByteBuffer& bytes) {
    return store::pack_bytes_of(support::make_file(dir_.file("pack"), bytes), bytes.size());
  }

  [[nodiscard]] std::string content(const std::string& name) const {
    return support::text_of(support::content_of(path() + "/" + name));
  }

  support::TempDir dir_;
};

TEST_F(SpoolTest, IsMadeForItsUserAlone) {
  (void)open();

  EXPECT_EQ(sys::stat_at(AT_FDCWD, path()).value()->st_mode & 07777, 0700U);
}

TEST_F(SpoolTest, LetsOtherUsersOfASharedStoreMakeTheirs) {
  std::filesystem::create_directories(dir_.file("store/.larder"));
  ASSERT_EQ(::chmod(dir_.file("store/.larder").c_str(), 02770), 0);

  (void)open();

  EXPECT_EQ(sys::stat_at(AT_FDCWD, dir_.file("store/.larder/spool")).value()->st_mode & 07777,
            02770U);
}

TEST_F(SpoolTest, RefusesALinkInItsPlace) {
  std::filesystem::create_directories(dir_.file("store/.larder/spool"));
  ASSERT_EQ(::symlink("/tmp", path().c_str()), 0);

  EXPECT_FALSE(Spool::open_or_create(path()));
}

TEST_F(SpoolTest, LinksToThePacksFile) {
  const Spool spool = open();

  const auto name = spool.add(entry_of("compile", "k"), *pack_of(support::prose(5000)), kRoom);

  ASSERT_TRUE(name);
  const auto linked = sys::stat_at(spool.fd(), *name).value();
  EXPECT_EQ(linked->st_ino, sys::stat_at(AT_FDCWD, dir_.file("pack")).value()->st_ino);
}

TEST_F(SpoolTest, CopiesAPackWhoseFileHasNoNameAnyMore) {
  const Spool spool = open();
  const util::ByteBuffer bytes = support::noise(300'000);
  const auto pack = pack_of(bytes);
  ASSERT_EQ(::unlink(dir_.file("pack").c_str()), 0);

  const auto name = spool.add(entry_of("compile", "k"), *pack, kRoom);

  ASSERT_TRUE(name);
  EXPECT_EQ(content(*name), support::text_of(bytes));
}

TEST_F(SpoolTest, CopiesAPackInMemory) {
  const Spool spool = open();
  const auto bytes = std::make_shared<const util::ByteBuffer>(support::noise(10'000));

  const auto name = spool.add(entry_of("compile", "k"), *store::pack_bytes_of(bytes), kRoom);

  ASSERT_TRUE(name);
  EXPECT_EQ(content(*name), support::text_of(*bytes));
}

TEST_F(SpoolTest, CountsWhatItHolds) {
  const Spool spool = open();
  const auto name = spool.add(entry_of("compile", "a", 1), *pack_of(support::prose(5000)), kRoom);
  ASSERT_TRUE(spool.add(entry_of("compile", "b", 2), *pack_of(support::prose(3000)), kRoom));

  EXPECT_EQ(open().usage().bytes, 8000U);
  EXPECT_EQ(open().usage().files, 2U);

  ASSERT_TRUE(spool.remove(*name, 5000));
  ASSERT_TRUE(spool.remove(*name, 5000)) << "what is gone is not counted twice";

  EXPECT_EQ(open().usage().bytes, 3000U);
  EXPECT_EQ(open().usage().files, 1U);
}

TEST_F(SpoolTest, RefusesAndCountsWhatIsTooMuch) {
  const Spool spool = open();
  ASSERT_TRUE(spool.add(entry_of("compile", "a", 1), *pack_of(support::prose(5000)), 6000));

  const auto refused = spool.add(entry_of("compile", "b", 2), *pack_of(support::prose(1001)), 6000);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(spool.usage().bytes, 5000U);
  EXPECT_EQ(spool.usage().refused, 1U);
  EXPECT_TRUE(spool.add(entry_of("compile", "c", 3), *pack_of(support::prose(1000)), 6000));
}

TEST_F(SpoolTest, TakesARemovalHoweverFull) {
  const Spool spool = open();
  ASSERT_TRUE(spool.add(entry_of("compile", "a", 1), *pack_of(support::prose(5000)), 5000));
  SpoolEntry removal = entry_of("compile", "a", 2);
  removal.verb = SpoolEntry::Verb::remove;

  const auto name = spool.add_removal(removal);

  ASSERT_TRUE(name);
  EXPECT_EQ(content(*name), "");
  EXPECT_EQ(spool.usage().files, 2U);
}

TEST(SpoolClock, GivesEachTimeOnceThoughTheClockGoesBack) {
  support::FakeClock clock;
  SpoolClock times(clock);

  std::vector<std::uint64_t> given;
  for (int i = 0; i < 100; ++i) {
    given.push_back(times.next_ns());
    if (i % 10 == 0) clock.advance(-std::chrono::seconds(1));
  }

  EXPECT_TRUE(std::ranges::is_sorted(given, std::ranges::less_equal()));
  EXPECT_EQ(std::ranges::adjacent_find(given), given.end());
}

}  // namespace
}  // namespace larder::courier
