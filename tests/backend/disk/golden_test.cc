#include "backend/disk/counter_file.h"
#include "backend/disk/store_fixture.h"

#include <string>

/// Stores as version 1 wrote them, in tests/golden/disk-v1. They never change and are read for
/// ever; a new version gets a directory of its own.
namespace larder::disk {
namespace {

using conformance::Blobs;
using conformance::in_namespace;
using conformance::stats;

class GoldenDiskTest : public DiskStoreTest {
 protected:
  /// A copy, for reading marks as used. Written out in full: the counters must have no holes.
  void SetUp() override {
    const std::filesystem::path golden =
        std::string(LARDER_GOLDEN_DIR "/disk-v1/") + name_of_layout({GetParam(), 0});
    for (const auto& item : std::filesystem::recursive_directory_iterator(golden)) {
      const std::string copy = path(std::filesystem::relative(item.path(), golden));
      if (item.is_directory()) {
        std::filesystem::create_directories(copy);
      } else {
        std::filesystem::create_directories(sys::parent_path(copy));
        (void)support::make_file(copy, support::content_of(item.path()));
      }
    }
  }

  static Blobs entry(Store& store, std::string_view hex) {
    const auto found = store.get_entry(Key::from_hex(hex).value()).value();
    Blobs blobs;
    for (const auto& item : found.value().blobs) {
      blobs[item.name.text()] = support::text_of(item.blob.read().value());
    }
    return blobs;
  }
};

INSTANTIATE_TEST_SUITE_P(Disk, GoldenDiskTest,
                         testing::Values(DiskLayout::packed, DiskLayout::directory),
                         name_of_layout);

TEST_P(GoldenDiskTest, IsReadAsItWasWritten) {
  const auto store = open({.dir = path()});
  const auto compile = in_namespace(*store, "compile");
  std::string prose;
  for (int i = 0; i < 400; ++i) prose += "line " + std::to_string(i) + " of prose\n";

  EXPECT_EQ(entry(*compile, "3f21aabb"), (Blobs{{"exit_code", "0"},
                                                {"output", prose},
                                                {"stderr", "a.c:1: warning: größe\n"},
                                                {"stdout", ""}}));
  EXPECT_EQ(entry(*in_namespace(*compile, "tenant"), "3f21aabb"), (Blobs{{"output", "tenant's"}}));
  EXPECT_EQ(entry(*in_namespace(*store, "ab"), "ab"), (Blobs{{"output", "of namespace ab"}}));
  EXPECT_EQ(entry(*store, "ab"), (Blobs{{"output", "of the root"}}));
  EXPECT_EQ(entry(*store, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
            (Blobs{{"output", "long key"}}));
}

TEST_P(GoldenDiskTest, IsCountedAsItWasCounted) {
  const auto counters = CounterFile::open(AT_FDCWD, path(layout::kCountersPath)).value();
  const auto store = open();

  ASSERT_TRUE(counters);
  EXPECT_EQ(counters->header().coverage, CounterCoverage::complete);
  EXPECT_EQ(stats(*store).bytes, GetParam() == DiskLayout::packed ? 20480U : 53248U);
  EXPECT_EQ(stats(*in_namespace(*store, "compile")).entries, 2U);
  EXPECT_TRUE(findings(*store).empty());
}

}  // namespace
}  // namespace larder::disk
