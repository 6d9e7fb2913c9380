#include "compose/store_url.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace larder::compose {
namespace {

constexpr std::array<const char*, 2> kEntries = {"HOME=/home/ann", nullptr};

CacheConfig parsed(std::string_view url) {
  auto cache = parse_store_url(url, Environment(kEntries.data()));
  EXPECT_TRUE(cache) << cache.error().message();
  return cache ? *std::move(cache) : CacheConfig{};
}

std::string error_of(std::string_view url) {
  const auto cache = parse_store_url(url, Environment(kEntries.data()));
  return cache ? "no error" : cache.error().message();
}

const std::string kForm = "; the form is s3://BUCKET/PREFIX?KEY=VALUE&...";

TEST(StoreUrl, NamesABucket) {
  for (const char* url : {"s3://objects", "s3://objects/", "s3://objects?", "s3://objects/?"}) {
    const CacheConfig cache = parsed(url);

    EXPECT_EQ(cache.type.value, "s3");
    EXPECT_EQ(cache.bucket.value, "objects");
    EXPECT_EQ(cache.prefix.value, "cache/");
    EXPECT_EQ(cache.max_bytes.value, std::nullopt);
  }
}

TEST(StoreUrl, NamesAPrefix) {
  EXPECT_EQ(parsed("s3://objects/ci").prefix.value, "ci/");
  EXPECT_EQ(parsed("s3://objects/ci/main/").prefix.value, "ci/main/");
  EXPECT_EQ(parsed("s3://objects/a%20b%2Fc%25").prefix.value, "a b/c%/");
  EXPECT_EQ(parsed("s3://objects?prefix=").prefix.value, "");
}

TEST(StoreUrl, SetsWhatATableCanSay) {
  const CacheConfig cache = parsed(
      "s3://objects/ci?endpoint=http%3A%2F%2F127.0.0.1:9000&region=eu-west-1&profile=build"
      "&anonymous=1&virtual_host=no&ca_file=~/ca.pem&encryption=AES256&auto_create=true"
      "&refresh_after=2d&max_size=5%20GiB&compression=zstd:3&read_only=yes&max_blob=1M");

  EXPECT_EQ(cache.endpoint.value, "http://127.0.0.1:9000");
  EXPECT_EQ(cache.region.value, "eu-west-1");
  EXPECT_EQ(cache.profile.value, "build");
  EXPECT_TRUE(cache.anonymous.value);
  EXPECT_EQ(cache.virtual_host.value, false);
  EXPECT_EQ(cache.ca_file.value, "/home/ann/ca.pem");
  EXPECT_EQ(cache.encryption.value.mode, S3Encryption::Mode::aes256);
  EXPECT_TRUE(cache.auto_create.value);
  EXPECT_EQ(cache.refresh_after.value, std::chrono::hours(48));
  EXPECT_EQ(cache.max_bytes.value, std::uint64_t{5} << 30);
  EXPECT_EQ(cache.compression.value, (Compression{Compression::Mode::zstd, 3}));
  EXPECT_TRUE(cache.read_only.value);
  EXPECT_EQ(cache.max_blob_bytes.value, std::uint64_t{1} << 20);
  EXPECT_EQ(cache.region.origin.kind, Origin::Kind::caller);
}

TEST(StoreUrl, TakesAnEndpointAsItIsWritten) {
  EXPECT_EQ(parsed("s3://b?endpoint=http://127.0.0.1:9000/").endpoint.value,
            "http://127.0.0.1:9000/");
}

TEST(StoreUrl, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(error_of("s3://b?regoin=x"), "unknown parameter \"regoin\"; did you mean \"region\"?");
  for (const char* key : {"bucket", "type", "location", "layout", "durable"}) {
    EXPECT_EQ(error_of("s3://b?" + std::string(key) + "=x"),
              "unknown parameter \"" + std::string(key) + "\"");
  }
  EXPECT_EQ(error_of("s3://b?region=a&region=b"), "region: given twice" + kForm);
  EXPECT_EQ(error_of("s3://b/ci?prefix=x"), "prefix: given twice" + kForm);
  EXPECT_EQ(error_of("s3://b?anonymous"), "a parameter without a value" + kForm);
  EXPECT_EQ(error_of("s3://b?anonymous=maybe"),
            "anonymous: \"maybe\": expected 1, true, yes, on or 0, false, no, off");
}

TEST(StoreUrl, RefusesWhatIsNoUrlOfAStore) {
  EXPECT_EQ(error_of("gs://b"), "a store of another kind" + kForm);
  EXPECT_EQ(error_of("s3://"), "no bucket is named" + kForm);
  EXPECT_EQ(error_of("s3:///ci"), "no bucket is named" + kForm);
  EXPECT_EQ(error_of("s3://b/ci#x"), "a # is written %23" + kForm);
  for (const char* broken : {"%", "%2", "%zz", "%00"}) {
    EXPECT_EQ(error_of("s3://b/" + std::string(broken)),
              "the prefix: a % without two hex digits, or NUL" + kForm);
  }
}

TEST(StoreUrl, RefusesCredentialsAndDoesNotRepeatThem) {
  for (const char* url :
       {"s3://b?secret_key=hush", "s3://b?access_key=hush", "s3://b?session_token=hush",
        "s3://id:hush@b/ci", "s3://b?secret%5Fkey=hush"}) {
    const std::string message = error_of(url);

    EXPECT_NE(message.find("put credentials into the config file"), std::string::npos) << message;
    EXPECT_EQ(message.find("hush"), std::string::npos) << message;
  }
}

TEST(StoreUrl, IsToldFromAPath) {
  for (const char* url : {"s3://b", "gs://b/c", "://"}) EXPECT_TRUE(is_url(url)) << url;
  for (const char* path : {"", "a", "/a", "a/b://c", "./s3://b", "s3:/b", "s3:"}) {
    EXPECT_FALSE(is_url(path)) << path;
  }
}

}  // namespace
}  // namespace larder::compose
