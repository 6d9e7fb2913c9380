#include "backend/disk/store_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

/// Where a store lives: how its directory comes to be, whom it trusts, what it leaves alone.
namespace larder::disk {
namespace {

using conformance::code_of;
using conformance::get;
using conformance::put;
using conformance::put_entry;
using conformance::stats;
using support::key_of;
using support::name_of;

INSTANTIATE_TEST_SUITE_P(Disk, DiskStoreTest,
                         testing::Values(DiskLayout::packed, DiskLayout::directory),
                         name_of_layout);

mode_t mode_of(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

TEST_P(DiskStoreTest, CreatesNothingUntilItIsWrittenTo) {
  const auto store = open();

  EXPECT_EQ(get(*store, "a", "blob"), std::nullopt);
  EXPECT_FALSE(store->has(key_of("a")).value());
  EXPECT_EQ(stats(*store), StoreStats());
  EXPECT_TRUE(store->remove(key_of("a")));
  EXPECT_TRUE(store->clean({.max_bytes = 0}));
  EXPECT_TRUE(findings(*store).empty());

  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_P(DiskStoreTest, CreatesItsDirectoryWithItsParents) {
  const auto store = open({.dir = path("deep/down"), .layout = GetParam()});

  put(*store, "a", "blob", "value");

  EXPECT_EQ(get(*store, "a", "blob"), "value");
  EXPECT_TRUE(std::filesystem::exists(path("deep/down/61/61")));
}

TEST_P(DiskStoreTest, FindsWhatAnotherStoreCreatedMeanwhile) {
  const auto reader = open({.dir = path()});
  EXPECT_EQ(get(*reader, "a", "blob"), std::nullopt);

  put(*open(), "a", "blob", "value");

  EXPECT_EQ(get(*reader, "a", "blob"), "value");
}

TEST_P(DiskStoreTest, LeavesForeignFilesAlone) {
  std::filesystem::create_directories(path("photos/ab"));
  std::filesystem::create_directory(path("AB"));
  for (const char* file : {"notes.txt", "ab", "photos/ab/cat.jpg", "photos/ab/AB00", "AB/ab12"}) {
    (void)support::make_file(path(file), util::as_bytes("mine"));
  }
  const auto store = open({.dir = path(), .max_bytes = 3 * 8192, .layout = GetParam()});
  for (const char key : {'a', 'b', 'c', 'd', 'e'}) put(*store, {&key, 1}, "blob", "value");

  EXPECT_TRUE(store->clean({.max_bytes = 0}));
  (void)findings(*store, true);

  EXPECT_EQ(stats(*store), StoreStats());
  for (const char* file : {"notes.txt", "ab", "photos/ab/cat.jpg", "photos/ab/AB00", "AB/ab12"}) {
    EXPECT_TRUE(std::filesystem::exists(path(file))) << file;
  }
}

TEST_P(DiskStoreTest, ReportsForeignFiles) {
  put(*open(), "a", "blob", "value");
  (void)support::make_file(path("61/notes.txt"));
  (void)support::make_file(path("notes.txt"));

  EXPECT_EQ(findings(*open()), std::vector(2, Finding::Kind::foreign));
}

TEST_P(DiskStoreTest, RefusesAFileInItsPlace) {
  (void)support::make_file(path());

  const auto store = try_open(options());

  EXPECT_EQ(code_of(store), ErrorCode::invalid_argument);
}

TEST_P(DiskStoreTest, RefusesAPathThatIsEmpty) {
  EXPECT_EQ(code_of(try_open({.dir = ""})), ErrorCode::invalid_argument);
}

TEST_P(DiskStoreTest, StaysWhereItWasWhenTheWorkingDirectoryChanges) {
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(dir_.path());
  const auto store = open({.dir = "store", .layout = GetParam()});
  std::filesystem::current_path(here);

  put(*store, "a", "blob", "value");

  EXPECT_TRUE(std::filesystem::exists(path("61/61")));
  EXPECT_EQ(store->dir(), path());
}

TEST_P(DiskStoreTest, RefusesTheOtherLayout) {
  put(*open(), "a", "blob", "value");
  const auto other = GetParam() == DiskLayout::packed ? DiskLayout::directory : DiskLayout::packed;

  EXPECT_EQ(code_of(try_open({.dir = path(), .layout = other})), ErrorCode::invalid_argument);
  EXPECT_EQ(get(*open({.dir = path()}), "a", "blob"), "value");
}

TEST_P(DiskStoreTest, CompressesAheadOnlyWhereItKeepsPacks) {
  const DiskOptions options = {.dir = path(), .compression = {Compression::Mode::zstd, 7}};
  const auto compression_of = [](const Store& store) {
    return store::root_of(store)->backend->pack_compression();
  };
  EXPECT_EQ(compression_of(*open(options)).value().level, 7);

  put(*open(), "a", "blob", "value");

  EXPECT_EQ(compression_of(*open(options)).has_value(), GetParam() == DiskLayout::packed);
  EXPECT_EQ(compression_of(*open()).has_value(), GetParam() == DiskLayout::packed);
}

TEST_P(DiskStoreTest, RefusesANewerStore) {
  put(*open(), "a", "blob", "value");
  (void)support::make_file(path(".larder/format"), util::as_bytes("larder store 2\n"));

  EXPECT_EQ(code_of(try_open({.dir = path()})), ErrorCode::invalid_argument);
}

TEST_P(DiskStoreTest, RecreatesItsOwnDirectoryAndCountsAnew) {
  put(*open(), "a", "blob", "value");
  put(*open(), "b", "blob", "value");
  const StoreStats before = stats(*open());
  std::filesystem::remove_all(path(".larder"));

  const auto store = open({.dir = path()});

  EXPECT_EQ(get(*store, "a", "blob"), "value");
  EXPECT_EQ(stats(*store), before);
  put(*store, "b", "blob", "other");
  EXPECT_EQ(stats(*store), before);
  EXPECT_EQ(stats(*open()), before);
}

TEST_P(DiskStoreTest, RecoversFromAGarbledFormatFile) {
  put(*open(), "a", "blob", "value");
  (void)support::make_file(path(".larder/format"), util::as_bytes("\x01garbage"));

  const auto store = open({.dir = path()});

  EXPECT_EQ(get(*store, "a", "blob"), "value");
  put(*store, "b", "blob", "value");
  EXPECT_EQ(get(*open(), "b", "blob"), "value");
}

TEST_P(DiskStoreTest, StartsAnewWhenItsDirectoryVanished) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  std::filesystem::remove_all(path());

  EXPECT_EQ(get(*store, "a", "blob"), std::nullopt);
  EXPECT_EQ(stats(*store), StoreStats());
  put(*store, "b", "blob", "value");

  EXPECT_EQ(get(*store, "b", "blob"), "value");
  EXPECT_EQ(stats(*store).entries, 1U);
}

TEST_P(DiskStoreTest, StartsAnewWhenItsOwnDirectoryVanished) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  std::filesystem::remove_all(path(".larder"));

  put(*store, "b", "blob", "value");

  EXPECT_EQ(stats(*store).entries, 2U);
}

TEST_P(DiskStoreTest, FollowsALinkToItsDirectory) {
  std::filesystem::create_directory(dir_.file("elsewhere"));
  std::filesystem::create_symlink("elsewhere", path());

  put(*open(), "a", "blob", "value");

  EXPECT_TRUE(std::filesystem::exists(dir_.file("elsewhere/61/61")));
}

TEST_P(DiskStoreTest, FollowsNoLinkInItsDirectory) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  std::filesystem::rename(path("61"), dir_.file("outside"));
  std::filesystem::create_symlink(dir_.file("outside"), path("61"));

  EXPECT_EQ(get(*store, "a", "blob"), std::nullopt);
  EXPECT_FALSE(store->has(key_of("a")).value());
  EXPECT_FALSE(store->put(key_of("a"), name_of("blob"), BlobSource::from_text("new")));
  EXPECT_TRUE(store->remove(key_of("a")));

  EXPECT_TRUE(std::filesystem::exists(dir_.file("outside/61")));
}

TEST_P(DiskStoreTest, LeavesALinkInAnEntrysPlace) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  std::filesystem::rename(path("61/61"), dir_.file("outside"));
  std::filesystem::create_symlink(dir_.file("outside"), path("61/61"));

  EXPECT_EQ(get(*store, "a", "blob"), std::nullopt);
  EXPECT_FALSE(store->put(key_of("a"), name_of("blob"), BlobSource::from_text("new")));

  EXPECT_TRUE(std::filesystem::is_symlink(path("61/61")));
  EXPECT_EQ(temporaries(), 0U);
}

TEST_P(DiskStoreTest, IsNotHeldUpByAFifoInAnEntrysPlace) {
  const auto store = open();
  put(*store, "b", "blob", "value");
  std::filesystem::create_directory(path("61"));
  ASSERT_EQ(::mkfifo(path("61/61").c_str(), 0666), 0);

  EXPECT_EQ(get(*store, "a", "blob"), std::nullopt);
  EXPECT_FALSE(store->put(key_of("a"), name_of("blob"), BlobSource::from_text("new")));
}

TEST_P(DiskStoreTest, RefusesADirectoryThatEveryoneMayWriteTo) {
  std::filesystem::create_directory(path());
  ASSERT_EQ(::chmod(path().c_str(), 01777), 0);

  EXPECT_EQ(code_of(try_open(options())), ErrorCode::denied);
  EXPECT_TRUE(try_open({.dir = path(), .layout = GetParam(), .shared = true}));
}

TEST_P(DiskStoreTest, RefusesADirectoryOfAnotherOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  std::filesystem::create_directory(path());
  ASSERT_EQ(::chown(path().c_str(), 12345, 12345), 0);

  EXPECT_EQ(code_of(try_open(options())), ErrorCode::denied);
  EXPECT_TRUE(try_open({.dir = path(), .layout = GetParam(), .shared = true}));
}

TEST_P(DiskStoreTest, CreatesWithTheModesOfTheUmask) {
  const mode_t before = ::umask(027);
  put(*open(), "a", "blob", "value");
  (void)::umask(before);

  EXPECT_EQ(mode_of(path()), 0750U);
  EXPECT_EQ(mode_of(path("61")), 0750U);
  EXPECT_EQ(mode_of(content_file("61/61", "blob")), 0640U);
}

TEST_P(DiskStoreTest, SharesWithItsGroupWhateverTheUmask) {
  const mode_t before = ::umask(077);
  put(*open({.dir = path(), .layout = GetParam(), .shared = true}), "a", "blob", "value");
  (void)::umask(before);

  for (const char* dir : {"", "61", ".larder", ".larder/tmp", ".larder/locks"}) {
    EXPECT_EQ(mode_of(path(dir)), 02775U) << dir;
  }
  for (const char* file : {".larder/format", ".larder/counters", ".larder/locks/61"}) {
    EXPECT_EQ(mode_of(path(file)), 0664U) << file;
  }
  EXPECT_EQ(mode_of(content_file("61/61", "blob")), 0664U);
}

TEST_P(DiskStoreTest, OnlyReadsWhenToldTo) {
  put(*open(), "a", "blob", "value");
  const auto last_use = std::filesystem::last_write_time(path("61/61"));
  const auto store = open({.dir = path(), .layout = GetParam(), .read_only = true});

  EXPECT_EQ(get(*store, "a", "blob"), "value");
  EXPECT_EQ(code_of(store->put(key_of("b"), name_of("blob"), BlobSource::from_text("x"))),
            ErrorCode::denied);
  EXPECT_EQ(code_of(store->remove(key_of("a"))), ErrorCode::denied);
  EXPECT_EQ(code_of(store->clean({.max_bytes = 0})), ErrorCode::denied);
  EXPECT_EQ(stats(*store).entries, 1U);
  EXPECT_TRUE(findings(*store).empty());

  EXPECT_EQ(std::filesystem::last_write_time(path("61/61")), last_use);
}

TEST_P(DiskStoreTest, SyncsWhenItIsToBeDurable) {
  const auto store = open({.dir = path(), .layout = GetParam(), .durable = true});

  put(*store, "a", "blob", "value");
  put_entry(*store, "a", {{"blob", "other"}});

  EXPECT_EQ(get(*store, "a", "blob"), "other");
}

TEST_P(DiskStoreTest, RemovesDirectoriesThatBecameEmptyWhenCleaned) {
  const auto store = open();
  const auto view = conformance::in_namespace(*store, "ab");
  put(*view, "a", "blob", "value");
  ASSERT_TRUE(std::filesystem::exists(path(".ns-ab/61/61")));

  EXPECT_TRUE(store->clean({.max_bytes = 0}));
  EXPECT_FALSE(std::filesystem::exists(path(".ns-ab")));

  put(*view, "a", "blob", "value");
  EXPECT_EQ(get(*view, "a", "blob"), "value");
}

}  // namespace
}  // namespace larder::disk
