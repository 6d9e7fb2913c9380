#include "compose/config_file.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace larder::compose {
namespace {

constexpr std::array<const char*, 2> kEntries = {"HOME=/home/ann", nullptr};
constexpr std::string_view kCache = "[[cache]]\n";

Config parsed(std::string_view text) {
  Config config;
  const auto done = parse_config(text, "larder.toml", Environment(kEntries.data()), config);
  EXPECT_TRUE(done) << done.error().message();
  return config;
}

std::string error_of(std::string_view text) {
  Config config;
  const auto done = parse_config(text, "larder.toml", Environment(kEntries.data()), config);
  return done ? "no error" : done.error().message();
}

std::string cache_error(std::string_view line) {
  return error_of(std::string(kCache).append(line));
}

TEST(ConfigFile, SetsEverySettingOfTheCompilerCache) {
  const Config config = parsed(R"(
mode = "preprocessed"
read_only = true
recache = true
disable = true
log = "~/larder.log"
extra_files = ["/etc/a", "$HOME/b"]
prefix_command = "distcc --fast"
)");

  EXPECT_EQ(config.compile.mode.value, CacheMode::preprocessed);
  EXPECT_TRUE(config.compile.read_only.value);
  EXPECT_TRUE(config.compile.recache.value);
  EXPECT_TRUE(config.compile.disable.value);
  EXPECT_EQ(config.compile.log.value, "/home/ann/larder.log");
  const std::vector<std::string> files = {"/etc/a", "/home/ann/b"};
  EXPECT_EQ(config.compile.extra_files.value, files);
  EXPECT_EQ(config.compile.prefix_command.value, "distcc --fast");
}

TEST(ConfigFile, SetsEverySettingOfAStore) {
  const Config config = parsed(R"([[cache]]
type = "disk"
location = "/srv/cache"
max_size = "20 GiB"
layout = "directory"
compression = "zstd:3"
durable = true
shared = true
read_only = true
max_blob = "2G"
)");

  ASSERT_EQ(config.caches.size(), 1U);
  const CacheConfig& cache = config.caches.front();
  EXPECT_EQ(cache.type.value, "disk");
  EXPECT_EQ(cache.location.value, "/srv/cache");
  EXPECT_EQ(cache.max_bytes.value, std::uint64_t{20} << 30);
  EXPECT_EQ(cache.layout.value, DiskLayout::directory);
  EXPECT_EQ(cache.compression.value, (Compression{Compression::Mode::zstd, 3}));
  EXPECT_TRUE(cache.durable.value);
  EXPECT_TRUE(cache.shared.value);
  EXPECT_TRUE(cache.read_only.value);
  EXPECT_EQ(cache.max_blob_bytes.value, std::uint64_t{2} << 30);
}

TEST(ConfigFile, KeepsTheOrderOfStores) {
  const Config config = parsed("[[cache]]\ntype='memory'\n[[cache]]\nlocation='/a'\n[[cache]]\n");

  ASSERT_EQ(config.caches.size(), 3U);
  EXPECT_EQ(config.caches[0].type.value, "memory");
  EXPECT_EQ(config.caches[1].location.value, "/a");
}

TEST(ConfigFile, RemembersTheLine) {
  const Config config = parsed("\n[[cache]]\nmax_size = \"\"\n");

  const auto& max_bytes = config.caches.at(0).max_bytes;
  EXPECT_EQ(max_bytes.value, std::nullopt);
  EXPECT_EQ(max_bytes.origin.kind, Origin::Kind::file);
  EXPECT_EQ(max_bytes.origin.line, 3U);
  EXPECT_EQ(config.caches[0].type.origin.kind, Origin::Kind::built_in);
}

TEST(ConfigFile, NamesUnknownKeys) {
  EXPECT_EQ(error_of("\nmoed = 1"), "larder.toml:2: unknown key \"moed\"; did you mean \"mode\"?");
  EXPECT_EQ(cache_error("maxsize = 1"),
            "larder.toml:2: unknown key \"maxsize\"; did you mean \"max_size\"?");
  EXPECT_EQ(cache_error("bucket = 1"), "larder.toml:2: unknown key \"bucket\"");
}

TEST(ConfigFile, SaysWhereAMisplacedKeyBelongs) {
  EXPECT_EQ(error_of("max_size = '1G'"),
            "larder.toml:1: unknown key \"max_size\"; it belongs in a [[cache]] table");
  EXPECT_EQ(cache_error("mode = 'direct'"),
            "larder.toml:2: unknown key \"mode\"; it belongs above the first [[cache]]");
}

TEST(ConfigFile, NamesWrongTypes) {
  EXPECT_EQ(error_of("mode = 1"), "larder.toml:1: mode: expected a string, not an integer");
  EXPECT_EQ(error_of("disable = 'yes'"),
            "larder.toml:1: disable: expected true or false, not a string");
  EXPECT_EQ(error_of("extra_files = '/a'"),
            "larder.toml:1: extra_files: expected an array of strings, not a string");
  EXPECT_EQ(error_of("extra_files = ['/a',\n 1.5]"),
            "larder.toml:2: extra_files: expected strings, not a floating-point number");
  EXPECT_EQ(error_of("log = 2000-01-01"),
            "larder.toml:1: log: expected a string, not a date or time");
  EXPECT_EQ(cache_error("max_size = 10"),
            "larder.toml:2: max_size: expected a string, not an integer");
  EXPECT_EQ(error_of("[cache]"), "larder.toml:1: cache: expected [[cache]] tables, not a table");
  EXPECT_EQ(error_of("cache = ['/a']"),
            "larder.toml:1: cache: expected [[cache]] tables, not a string");
  EXPECT_EQ(error_of("cache = []"), "larder.toml:1: cache: expected [[cache]] tables");
}

TEST(ConfigFile, NamesBadValues) {
  EXPECT_EQ(error_of("mode = 'fast'"),
            "larder.toml:1: mode: \"fast\": expected \"direct\" or \"preprocessed\"");
  EXPECT_EQ(cache_error("layout = ''"),
            "larder.toml:2: layout: \"\": expected \"auto\", \"packed\" or \"directory\"");
  EXPECT_EQ(cache_error("max_size = '10 GB/s'"),
            "larder.toml:2: max_size: size \"10 GB/s\": unknown unit \"GB/s\"; there are B, KiB, "
            "MiB, GiB and TiB");
  EXPECT_EQ(cache_error("max_blob = ''"), "larder.toml:2: max_blob: \"\": expected a size");
  EXPECT_EQ(cache_error("location = 'cache'"),
            "larder.toml:2: location: \"cache\": expected an absolute path");
  for (const std::string_view level : {"zstd:0", "zstd:20", "zstd:", "zstd:3x", "lz4"}) {
    EXPECT_EQ(cache_error("compression = '" + std::string(level) + "'"),
              "larder.toml:2: compression: \"" + std::string(level) +
                  "\": expected \"auto\", \"none\" or \"zstd:1\" to \"zstd:19\"");
  }
}

TEST(ConfigFile, RefusesAKeyThatAStoreInMemoryCannotHave) {
  EXPECT_EQ(cache_error("location = '/a'\ntype = 'memory'"),
            "larder.toml:2: location: a store of type \"memory\" has none");
}

TEST(ConfigFile, LeavesUnknownKeysOfAnUnknownTypeToThatType) {
  const Config config = parsed("[[cache]]\ntype = 's3'\nbucket = 'objects'\nmax_size = '1G'");

  EXPECT_EQ(config.caches.at(0).type.value, "s3");
  EXPECT_EQ(config.caches[0].max_bytes.value, std::uint64_t{1} << 30);
}

TEST(ConfigFile, RefusesALetterOutsideAsciiInAKey) {
  const std::string message = error_of("m\xef\xbb\xaf = 'a'");

  EXPECT_TRUE(message.starts_with("larder.toml:1: ")) << message;
}

TEST(ConfigFile, NamesTheLineOfASyntaxError) {
  const std::string message = error_of("mode = 'direct'\nlog = \n");

  EXPECT_TRUE(message.starts_with("larder.toml:2: ")) << message;
}

}  // namespace
}  // namespace larder::compose
