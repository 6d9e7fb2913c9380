#include "backend/s3/location.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace larder::s3 {
namespace {

/// Options in an empty environment.
S3Options options_of(const std::string& bucket) {
  static const char* const kNothing[] = {nullptr};
  S3Options options;
  options.bucket = bucket;
  options.environment = kNothing;
  return options;
}

std::string url_of(const S3Options& options, const std::string& region = "eu-west-1") {
  return Location::from(options).value().in_region(region).value().url;
}

TEST(S3Location, IsAwssInTheRegionByDefault) {
  EXPECT_EQ(url_of(options_of("pantry")), "https://pantry.s3.eu-west-1.amazonaws.com/");
  EXPECT_EQ(url_of(options_of("pantry"), "cn-north-1"),
            "https://pantry.s3.cn-north-1.amazonaws.com.cn/");
}

TEST(S3Location, HasABucketWithDotsInThePath) {
  EXPECT_EQ(url_of(options_of("a.pantry")), "https://s3.eu-west-1.amazonaws.com/a.pantry/");
}

TEST(S3Location, HasTheBucketInThePathOfAnEndpoint) {
  S3Options options = options_of("pantry");
  options.endpoint = "http://localhost:9000/";

  EXPECT_EQ(url_of(options), "http://localhost:9000/pantry/");
  options.virtual_host = true;
  EXPECT_EQ(url_of(options), "http://pantry.localhost:9000/");
}

TEST(S3Location, TakesEndpointAndRegionFromTheEnvironment) {
  const char* const environment[] = {"AWS_DEFAULT_REGION=eu-north-1",
                                     "AWS_ENDPOINT_URL=http://one:1", "AWS_REGION=", nullptr};
  S3Options options = options_of("pantry");
  options.environment = environment;
  EXPECT_EQ(Location::from(options)->region(), "eu-north-1");
  EXPECT_EQ(url_of(options), "http://one:1/pantry/");

  const char* const better[] = {"AWS_DEFAULT_REGION=eu-north-1", "AWS_ENDPOINT_URL=http://one:1",
                                "AWS_ENDPOINT_URL_S3=https://two", "AWS_REGION=eu-south-1",
                                nullptr};
  options.environment = better;
  EXPECT_EQ(Location::from(options)->region(), "eu-south-1");
  EXPECT_EQ(url_of(options), "https://two/pantry/");

  options.region = "ap-east-1";
  options.endpoint = "http://three";
  EXPECT_EQ(Location::from(options)->region(), "ap-east-1");
  EXPECT_EQ(url_of(options), "http://three/pantry/");
}

TEST(S3Location, RefusesBucketsPrefixesAndEndpointsThatCannotBe) {
  for (const char* bucket : {"", "ab", "a/b", "a b c", ".abc", "a..b", "b\xc3\xa9"}) {
    EXPECT_FALSE(Location::from(options_of(bucket))) << bucket;
  }
  for (const std::string prefix : {"/a", "a//b", "a/../b", "./a", "..", "a\nb", "\xff"}) {
    S3Options options = options_of("pantry");
    options.prefix = prefix;
    EXPECT_FALSE(Location::from(options)) << prefix;
  }
  for (const char* endpoint : {"", "localhost", "ftp://host", "http://", "http://host/path",
                               "http://user@host", "http://host?x"}) {
    S3Options options = options_of("pantry");
    options.endpoint = endpoint;
    EXPECT_FALSE(Location::from(options)) << endpoint;
  }
}

TEST(S3Location, RefusesARegionThatWouldBeAnotherHost) {
  for (const char* region : {"", "eu.evil/", "a b"}) {
    EXPECT_FALSE(Location::from(options_of("pantry"))->in_region(region)) << region;
  }
}

}  // namespace
}  // namespace larder::s3
