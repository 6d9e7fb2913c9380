#include "compile/inode_cache.h"

#include "compile/inode_layout.h"
#include "support/data.h"
#include "support/temp_dir.h"
#include "sys/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace larder::compile {
namespace {

constexpr FileStamp kStamp = {.device = 1, .inode = 2, .size = 3, .mtime_ns = 4, .ctime_ns = 5};

util::Digest digest_of(std::string_view text) { return util::blake3(util::as_bytes(text)); }

class InodeCacheTest : public testing::Test {
 protected:
  support::TempDir dir_;
  std::string path_ = dir_.file("inodes");
};

TEST_F(InodeCacheTest, IsNotThereUntilItIsMade) {
  EXPECT_FALSE(InodeCache::open(path_).value());

  ASSERT_TRUE(InodeCache::open_or_create(path_));

  EXPECT_TRUE(InodeCache::open(path_).value());
}

TEST_F(InodeCacheTest, RemembersAcrossOpening) {
  InodeCache::open_or_create(path_).value().insert(kStamp, digest_of("a"));

  const auto cache = InodeCache::open(path_).value();

  EXPECT_EQ(cache->find(kStamp), digest_of("a"));
}

TEST_F(InodeCacheTest, DoesNotKnowAStampThatDiffersInAnyField) {
  auto cache = InodeCache::open_or_create(path_).value();
  cache.insert(kStamp, digest_of("a"));

  for (const auto& change : {+[](FileStamp& s) { ++s.device; }, +[](FileStamp& s) { ++s.inode; },
                             +[](FileStamp& s) { ++s.size; }, +[](FileStamp& s) { ++s.mtime_ns; },
                             +[](FileStamp& s) { ++s.ctime_ns; }}) {
    FileStamp other = kStamp;
    change(other);
    EXPECT_FALSE(cache.find(other));
  }
}

TEST_F(InodeCacheTest, KeepsPurposesApart) {
  auto cache = InodeCache::open_or_create(path_).value();

  cache.insert(kStamp, digest_of("content"));
  cache.insert(kStamp, digest_of("absent"), 7);

  EXPECT_EQ(cache.find(kStamp), digest_of("content"));
  EXPECT_EQ(cache.find(kStamp, 7), digest_of("absent"));
  EXPECT_FALSE(cache.find(kStamp, 8));
}

/// How many of these inodes' files are known once all have been inserted.
std::size_t known_of(InodeCache cache, const std::vector<std::uint64_t>& inodes) {
  for (const std::uint64_t inode : inodes) {
    cache.insert({.device = 1, .inode = inode, .size = inode}, digest_of(std::to_string(inode)));
  }
  return static_cast<std::size_t>(std::ranges::count_if(inodes, [&](std::uint64_t inode) {
    const auto found = cache.find({.device = 1, .inode = inode, .size = inode});
    EXPECT_TRUE(!found || *found == digest_of(std::to_string(inode)));
    return found.has_value();
  }));
}

TEST_F(InodeCacheTest, KeepsThousandsOfNeighbours) {
  std::vector<std::uint64_t> inodes;
  for (std::uint64_t inode = 0; inode < 5000; ++inode) inodes.push_back(inode);

  EXPECT_EQ(known_of(InodeCache::open_or_create(path_).value(), inodes), inodes.size());
}

TEST_F(InodeCacheTest, KeepsThousandsInDirectoriesThatExt4HasSpread) {
  constexpr std::uint64_t kInodesOfAGroup = 8192;
  std::vector<std::uint64_t> inodes;
  for (std::uint64_t directory = 0; directory < 80; ++directory) {
    for (std::uint64_t file = 0; file < 60; ++file) {
      inodes.push_back(directory * kInodesOfAGroup + 12 + file);
    }
  }

  EXPECT_EQ(known_of(InodeCache::open_or_create(path_).value(), inodes), inodes.size());
}

TEST_F(InodeCacheTest, KeepsManyPurposesOfOneDirectory) {
  auto cache = InodeCache::open_or_create(path_).value();
  std::vector<std::uint64_t> purposes;
  for (int i = 0; i < 200; ++i) {
    purposes.push_back(util::xxh3_64(util::as_bytes(std::to_string(i))) | 1);
    cache.insert(kStamp, {}, purposes.back());
  }

  for (const std::uint64_t purpose : purposes) EXPECT_TRUE(cache.find(kStamp, purpose));
}

TEST_F(InodeCacheTest, DoesNotSeeARecordWithAFlippedBit) {
  InodeCache::open_or_create(path_).value().insert(kStamp, digest_of("a"));
  const std::size_t record = inode_layout::offset_of(kStamp.device, kStamp.inode, 0, 0);
  auto bytes = support::content_of(path_);
  bytes[record + 20] ^= std::byte{1};
  (void)support::make_file(path_, bytes);

  const auto cache = InodeCache::open_or_create(path_).value();

  EXPECT_FALSE(cache.find(kStamp));
}

TEST_F(InodeCacheTest, TakesSpaceForWhatIsWrittenAlone) {
  auto cache = InodeCache::open_or_create(path_).value();
  for (std::uint64_t inode = 1000; inode < 1050; ++inode) {
    cache.insert({.device = 1, .inode = inode}, digest_of("a"));
  }

  EXPECT_LE(sys::stat_at(AT_FDCWD, path_).value()->st_blocks * 512, 64 * 1024);
}

TEST_F(InodeCacheTest, ReplacesGarbageByAnEmptyCache) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, inode_layout::kFileBytes}) {
    (void)support::make_file(path_, support::noise(size));

    auto cache = InodeCache::open_or_create(path_).value();
    cache.insert(kStamp, digest_of("a"));

    EXPECT_EQ(cache.find(kStamp), digest_of("a")) << size;
  }
}

}  // namespace
}  // namespace larder::compile
