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

TEST(ConfigFile, SetsEverySettingOfTheCourier) {
  const Config config = parsed(R"([courier]
spool_size = "512 MiB"
idle = "90s"
log = "~/courier.log"
)");

  EXPECT_EQ(config.courier.spool_bytes.value, std::uint64_t{512} << 20);
  EXPECT_EQ(config.courier.idle.value, std::chrono::seconds(90));
  EXPECT_EQ(config.courier.log.value, "/home/ann/courier.log");
  EXPECT_EQ(config.courier.log.origin.line, 4U);
}

TEST(ConfigFile, NamesWhatTheCourierDoesNotHave) {
  EXPECT_EQ(error_of("[courier]\nspoolsize = \"1\""),
            "larder.toml:2: unknown key \"spoolsize\"; did you mean \"spool_size\"?");
  EXPECT_EQ(error_of("[courier]\nidle = \"soon\""),
            "larder.toml:2: idle: age \"soon\": expected digits and a unit, such as 90s, 15m, 12h, "
            "30d or 8w");
  EXPECT_EQ(error_of("courier = 1"), "larder.toml:1: courier: expected a table, not an integer");
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
  EXPECT_EQ(cache_error("wheel = 1"), "larder.toml:2: unknown key \"wheel\"");
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

TEST(ConfigFile, SetsEverySettingOfAStoreInS3) {
  const Config config = parsed(R"([[cache]]
type = "s3"
bucket = "objects"
prefix = "ci/"
region = "eu-west-1"
endpoint = "https://s3.example:9000"
virtual_host = true
access_key = "id"
secret_key = "secret"
session_token = "token"
profile = "build"
anonymous = true
ca_file = "~/ca.pem"
encryption = "aws:kms:key:1"
auto_create = true
refresh_after = "36h"
max_size = "20 GiB"
compression = "none"
read_only = true
max_blob = "2G"
)");

  const CacheConfig& cache = config.caches.at(0);
  EXPECT_EQ(cache.bucket.value, "objects");
  EXPECT_EQ(cache.prefix.value, "ci/");
  EXPECT_EQ(cache.region.value, "eu-west-1");
  EXPECT_EQ(cache.endpoint.value, "https://s3.example:9000");
  EXPECT_EQ(cache.virtual_host.value, true);
  EXPECT_EQ(cache.access_key.value, "id");
  EXPECT_EQ(cache.secret_key.value, "secret");
  EXPECT_EQ(cache.session_token.value, "token");
  EXPECT_EQ(cache.profile.value, "build");
  EXPECT_TRUE(cache.anonymous.value);
  EXPECT_EQ(cache.ca_file.value, "/home/ann/ca.pem");
  EXPECT_EQ(cache.encryption.value, (S3Encryption{S3Encryption::Mode::kms, "key:1"}));
  EXPECT_TRUE(cache.auto_create.value);
  EXPECT_EQ(cache.refresh_after.value, std::chrono::hours(36));
  EXPECT_EQ(cache.max_bytes.value, std::uint64_t{20} << 30);
  EXPECT_EQ(cache.compression.value.mode, Compression::Mode::none);
  EXPECT_TRUE(cache.read_only.value);
  EXPECT_EQ(cache.max_blob_bytes.value, std::uint64_t{2} << 30);
}

TEST(ConfigFile, LeavesAStoreInS3UnlimitedByDefault) {
  const Config config = parsed("[[cache]]\nbucket = 'b'\ntype = 's3'\n[[cache]]\n");

  EXPECT_EQ(config.caches.at(0).max_bytes.value, std::nullopt);
  EXPECT_EQ(config.caches[0].prefix.value, "cache/");
  EXPECT_EQ(config.caches[0].virtual_host.value, std::nullopt);
  EXPECT_EQ(config.caches[0].refresh_after.value, std::chrono::hours(24));
  EXPECT_EQ(config.caches.at(1).max_bytes.value, std::uint64_t{10} << 30);
}

TEST(ConfigFile, TakesAutoForASwitchThatMayBeLeftOpen) {
  const auto virtual_host = [](const std::string& value) {
    return parsed("[[cache]]\ntype='s3'\nbucket='b'\nvirtual_host = " + value)
        .caches.at(0)
        .virtual_host.value;
  };

  EXPECT_EQ(virtual_host("'auto'"), std::nullopt);
  EXPECT_EQ(virtual_host("false"), false);
  EXPECT_EQ(cache_error("type='s3'\nbucket='b'\nvirtual_host = 'yes'"),
            "larder.toml:4: virtual_host: \"yes\": expected true, false or \"auto\"");
  EXPECT_EQ(cache_error("type='s3'\nbucket='b'\nvirtual_host = 1"),
            "larder.toml:4: virtual_host: expected true, false or \"auto\", not an integer");
}

TEST(ConfigFile, ReadsHowTheServiceShallEncrypt) {
  using Mode = S3Encryption::Mode;
  const auto encryption = [](const std::string& value) {
    return parsed("[[cache]]\ntype='s3'\nbucket='b'\nencryption = '" + value + "'")
        .caches.at(0)
        .encryption.value;
  };

  EXPECT_EQ(encryption("none"), S3Encryption());
  EXPECT_EQ(encryption("AES256"), (S3Encryption{Mode::aes256, ""}));
  EXPECT_EQ(encryption("aws:kms"), (S3Encryption{Mode::kms, ""}));
  EXPECT_EQ(
      cache_error("type='s3'\nbucket='b'\nencryption = 'aws:kms:'"),
      "larder.toml:4: encryption: \"aws:kms:\": expected \"none\", \"AES256\", \"aws:kms\" or "
      "\"aws:kms:KEY-ID\"");
}

TEST(ConfigFile, RefusesAKeyOfAnotherTypeOfStore) {
  EXPECT_EQ(cache_error("bucket = 'b'"),
            "larder.toml:2: bucket: a store of type \"disk\" has none");
  EXPECT_EQ(cache_error("type = 's3'\nbucket = 'b'\nlocation = '/a'"),
            "larder.toml:4: location: a store of type \"s3\" has none");
  EXPECT_EQ(cache_error("type = 's3'\nbucket = 'b'\nbukket = 'b'"),
            "larder.toml:4: unknown key \"bukket\"; did you mean \"bucket\"?");
}

TEST(ConfigFile, RefusesAStoreInS3WithoutABucket) {
  EXPECT_EQ(error_of("\n[[cache]]\ntype = 's3'\n"),
            "larder.toml:2: bucket: a store of type \"s3\" needs one");
}

TEST(ConfigFile, LeavesUnknownKeysOfAnUnknownTypeToThatType) {
  const Config config = parsed("[[cache]]\ntype = 'tape'\nreel = 'seven'\nmax_size = '1G'");

  EXPECT_EQ(config.caches.at(0).type.value, "tape");
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
