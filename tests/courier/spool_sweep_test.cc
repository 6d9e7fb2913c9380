#include "courier/spool_sweep.h"

#include "support/data.h"
#include "support/temp_dir.h"
#include "sys/flock.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace larder::courier {
namespace {

using std::chrono::hours;
using std::chrono::system_clock;

constexpr hours kMonth{24 * 30};

class SpoolSweepTest : public testing::Test {
 protected:
  [[nodiscard]] Spool open(const std::string& name) const {
    return Spool::open_or_create(dir_.file("spool/" + name)).value();
  }

  /// Makes a spool as a courier has left it, with an upload in it.
  void leave(const std::string& name) const {
    const Spool spool = open(name);
    const auto bytes = std::make_shared<const util::ByteBuffer>(support::noise(100));
    const SpoolEntry entry = {.time_ns = 1, .writer = 1, .ns = {}, .key = support::key_of("key")};
    ASSERT_TRUE(spool.add(entry, *store::pack_bytes_of(bytes), 1000));
    support::make_file(spool.path() + "/lock");
  }

  [[nodiscard]] bool has(const std::string& path) const {
    return std::filesystem::exists(dir_.file("spool/" + path));
  }

  support::TempDir dir_;
  Spool own_ = Spool::open_or_create(dir_.file("spool/own")).value();
};

TEST_F(SpoolSweepTest, RemovesASpoolThatNobodyHasLookedAfterForAMonth) {
  leave("other");

  sweep_spools(own_, system_clock::now() + kMonth - hours(1));
  EXPECT_TRUE(has("other"));
  sweep_spools(own_, system_clock::now() + kMonth + hours(1));

  EXPECT_FALSE(has("other"));
  EXPECT_TRUE(has("own"));
}

TEST_F(SpoolSweepTest, LeavesASpoolThatACourierIsAt) {
  leave("other");
  const auto lock = sys::open_at(AT_FDCWD, dir_.file("spool/other/lock"), O_RDWR).value();
  ASSERT_TRUE(sys::flock_try(lock.get()));

  sweep_spools(own_, system_clock::now() + kMonth + hours(1));

  EXPECT_TRUE(has("other"));
}

TEST_F(SpoolSweepTest, LeavesWhatIsNoSpools) {
  leave("other");
  support::make_file(dir_.file("spool/other/notes"));
  std::filesystem::create_directory(dir_.file("spool/foreign"));

  sweep_spools(own_, system_clock::now() + kMonth + hours(1));

  EXPECT_TRUE(has("other/notes"));
  EXPECT_TRUE(has("foreign"));
}

TEST_F(SpoolSweepTest, RemovesTheTemporariesOfWritersThatAreGone) {
  support::make_file(own_.path() + "/copy.new-1-1");

  sweep_spools(own_, system_clock::now());
  EXPECT_TRUE(has("own/copy.new-1-1"));
  sweep_spools(own_, system_clock::now() + hours(2));

  EXPECT_FALSE(has("own/copy.new-1-1"));
}

}  // namespace
}  // namespace larder::courier
