#include "backend/disk/disk_backend.h"
#include "backend/disk/store_fixture.h"
#include "backend/memory/memory_backend.h"
#include "conformance/packs.h"

#include <memory>

/// Entries that move as packs between disk and memory, in every direction.
namespace larder::conformance {
namespace {

BackendFactory disk_backends(std::string name, DiskLayout layout) {
  return {.name = std::move(name), .make = [layout](std::uint64_t max_blob_bytes) {
            auto dir = std::make_shared<support::TempDir>();
            auto backend =
                disk::open_backend(
                    {.dir = dir->file("store"), .layout = layout, .max_blob_bytes = max_blob_bytes})
                    .value();
            // The directory goes after the backend.
            return std::shared_ptr<store::Backend>(
                backend.release(), [dir](const store::Backend* done) { delete done; });
          }};
}

const BackendFactory kMemory = {"memory", [](std::uint64_t max_blob_bytes) {
                                  return std::shared_ptr<store::Backend>(
                                      memory::make_backend({.max_blob_bytes = max_blob_bytes}));
                                }};

INSTANTIATE_TEST_SUITE_P(
    Disk, PackConformance,
    testing::ValuesIn(all_pairs({kMemory, disk_backends("packed", DiskLayout::packed),
                                 disk_backends("directory", DiskLayout::directory)})),
    name_of_pair);

}  // namespace
}  // namespace larder::conformance

namespace larder::disk {
namespace {

using conformance::get_entry;
using conformance::noise_text;
using support::key_of;

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

class DiskPacksTest : public DiskStoreTest {
 protected:
  [[nodiscard]] std::unique_ptr<store::Backend> backend(DiskOptions options) {
    options.layout = GetParam();
    return open_backend(options, clock_).value();
  }
  [[nodiscard]] store::Address address() const { return {ns_, key_}; }

  const store::NamespacePath ns_;
  const Key key_ = key_of("a");
};

INSTANTIATE_TEST_SUITE_P(Disk, DiskPacksTest,
                         testing::Values(DiskLayout::packed, DiskLayout::directory),
                         name_of_layout);

TEST_P(DiskPacksTest, TakingAPackCountsAsUse) {
  const auto store = open();
  for (const char* key : {"a", "b"}) conformance::put(*store, key, "blob", "value");

  EXPECT_NE(*backend(options())->get_pack(address()), nullptr);

  EXPECT_EQ(conformance::clean(*store, {.max_bytes = conformance::stats(*store).bytes / 2})
                .removed.entries,
            1U);
  EXPECT_TRUE(conformance::has(*store, "a"));
}

TEST_P(DiskPacksTest, LeavesNothingBehindOfAPackThatIsRefused) {
  const auto from = open();
  conformance::put_entry(*from, "a", {{"blob", noise_text(100'000)}});
  const auto pack = backend(options())->get_pack(address()).value();
  DiskOptions elsewhere = options();
  elsewhere.dir = dir_.file("elsewhere");
  const auto to = backend(elsewhere);
  const Key other = key_of("b");

  EXPECT_EQ(conformance::code_of(to->put_pack({ns_, other}, pack, kUnlimited)), ErrorCode::corrupt);
  EXPECT_EQ(conformance::code_of(to->put_pack(address(), pack, 4096)), ErrorCode::no_space);

  EXPECT_TRUE(std::filesystem::is_empty(dir_.file("elsewhere/.larder/tmp")));
  EXPECT_EQ(*to->stats({}), StoreStats());
}

TEST_P(DiskPacksTest, StoresAPackDurably) {
  conformance::put_entry(*open(), "a", {{"blob", noise_text(100'000)}});
  const auto pack = backend(options())->get_pack(address()).value();
  DiskOptions durable = options();
  durable.dir = dir_.file("durable");
  durable.durable = true;

  ASSERT_TRUE(backend(durable)->put_pack(address(), pack, kUnlimited));

  EXPECT_TRUE(get_entry(*open(durable), "a") == get_entry(*open(), "a"));
}

TEST_P(DiskPacksTest, DeniesAPackToAStoreThatIsReadOnly) {
  conformance::put_entry(*open(), "a", {{"blob", "value"}});
  DiskOptions read_only = options();
  read_only.read_only = true;
  const auto reader = backend(read_only);

  const auto pack = reader->get_pack(address()).value();

  EXPECT_TRUE(reader->is_read_only());
  EXPECT_EQ(conformance::code_of(reader->put_pack(address(), pack, kUnlimited)), ErrorCode::denied);
}

TEST_P(DiskPacksTest, GivesNoPackOfAMisplacedEntry) {
  conformance::put_entry(*open(), "a", {{"blob", "value"}});
  std::filesystem::create_directories(path("62"));
  std::filesystem::rename(path("61/61"), path("62/62"));
  const Key other = key_of("b");

  EXPECT_EQ(*backend(options())->get_pack({ns_, other}), nullptr);
}

TEST(PackedDisk, KeepsTheBytesOfAPackAsTheyAre) {
  const support::TempDir dir;
  const store::NamespacePath ns;
  const Key key = key_of("a");
  const auto from = open_backend({.dir = dir.file("from"), .compression = {}}).value();
  const std::string text(200'000, 'x');
  const NamedSource blob = {support::name_of("blob"), BlobSource::from_text(text)};
  ASSERT_TRUE(from->put_entry({ns, key}, {&blob, 1}, kUnlimited));
  const auto to =
      open_backend({.dir = dir.file("to"), .compression = {Compression::Mode::none}}).value();

  ASSERT_TRUE(to->put_pack({ns, key}, from->get_pack({ns, key}).value(), kUnlimited));

  EXPECT_EQ(support::content_of(dir.file("from/61/61")), support::content_of(dir.file("to/61/61")));
}

}  // namespace
}  // namespace larder::disk
