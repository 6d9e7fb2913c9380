#include "backend/s3/xml.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace larder::s3 {
namespace {

using util::as_bytes;

constexpr std::string_view kHead = R"(<?xml version="1.0" encoding="UTF-8"?>)";

std::string listing(std::string_view inside) {
  std::string text(kHead);
  text += R"(<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
  return text.append(inside).append("</ListBucketResult>");
}

TEST(S3Xml, ReadsAnError) {
  const auto error = parse_error(as_bytes(
      std::string(kHead) +
      "<Error><Code>PermanentRedirect</Code><Message>a &amp; b</Message><Region>eu-west-1</Region>"
      "<Endpoint>b.s3.eu-west-1.amazonaws.com</Endpoint><HostId>x</HostId></Error>"));

  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, "PermanentRedirect");
  EXPECT_EQ(error->message, "a & b");
  EXPECT_EQ(error->region, "eu-west-1");
  EXPECT_EQ(error->endpoint, "b.s3.eu-west-1.amazonaws.com");
}

TEST(S3Xml, TakesNothingElseForAnError) {
  for (const std::string_view text :
       {"", "Error", "<html><Error/></html>", "<Errors></Errors>", "<Error", "\x89LARDER\n"}) {
    EXPECT_FALSE(parse_error(as_bytes(text))) << text;
  }
}

TEST(S3Xml, ReadsAPage) {
  const auto page = parse_list(as_bytes(listing(
      "<IsTruncated>true</IsTruncated><NextContinuationToken>t/+=</NextContinuationToken>"
      "<EncodingType>url</EncodingType>"
      "<Contents><Key>a%20b%2Bc/d+e</Key><LastModified>1994-11-06T08:49:37.000Z</LastModified>"
      "<ETag>\"x\"</ETag><Size>5000000000</Size></Contents>"
      "<Contents><Key>z</Key><LastModified>1994-11-06T08:49:37Z</LastModified>"
      "<Size>0</Size></Contents>")));

  ASSERT_TRUE(page);
  ASSERT_EQ(page->objects.size(), 2U);
  EXPECT_EQ(page->objects[0].key, "a b+c/d e");
  EXPECT_EQ(page->objects[0].bytes, 5'000'000'000U);
  EXPECT_EQ(page->objects[0].last_modified.time_since_epoch(), std::chrono::seconds(784'111'777));
  EXPECT_EQ(page->objects[1].key, "z");
  EXPECT_EQ(page->next, "t/+=");
}

TEST(S3Xml, TakesKeysAsTheyAreFromAServiceThatDoesNotEncodeThem) {
  const auto page = parse_list(as_bytes(
      listing("<IsTruncated>false</IsTruncated><Contents><Key>a%20+b</Key>"
              "<LastModified>1994-11-06T08:49:37Z</LastModified><Size>1</Size></Contents>")));

  EXPECT_EQ(page->objects.at(0).key, "a%20+b");
  EXPECT_EQ(page->next, "");
}

TEST(S3Xml, RefusesAPageThatItDoesNotUnderstand) {
  const std::string time = "<LastModified>1994-11-06T08:49:37Z</LastModified>";
  for (const std::string& text :
       {std::string(), std::string("<html/>"), listing("<IsTruncated>true</IsTruncated>"),
        listing("<Contents><Key>a</Key>" + time + "</Contents>"),
        listing("<Contents><Key>a</Key>" + time + "<Size>-1</Size></Contents>"),
        listing("<Contents><Key>a</Key><Size>1</Size></Contents>"),
        listing("<EncodingType>url</EncodingType><Contents><Key>%</Key>" + time +
                "<Size>1</Size></Contents>")}) {
    const auto page = parse_list(as_bytes(text));
    ASSERT_FALSE(page) << text;
    EXPECT_EQ(page.error().code(), ErrorCode::unavailable);
  }
}

TEST(S3Xml, AsksToDeleteKeysOfAnyCharacter) {
  const std::vector<std::string> keys = {"a&b<c>\"'", " x "};

  EXPECT_EQ(print_delete(keys),
            R"(<?xml version="1.0"?>)"
            R"(<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>)"
            R"(<Object><Key>a&amp;b&lt;c&gt;"'</Key></Object>)"
            R"(<Object><Key> x </Key></Object></Delete>)");
}

TEST(S3Xml, ReadsWhatWasNotDeleted) {
  const auto failures = parse_delete_result(
      as_bytes("<DeleteResult><Deleted><Key>b</Key></Deleted><Error><Key>a</Key>"
               "<Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>"));

  ASSERT_TRUE(failures);
  ASSERT_EQ(failures->size(), 1U);
  EXPECT_EQ(failures->at(0).key, "a");
  EXPECT_EQ(failures->at(0).error.code, "AccessDenied");
  EXPECT_FALSE(parse_delete_result(as_bytes("<Deleted/>")));
}

}  // namespace
}  // namespace larder::s3
