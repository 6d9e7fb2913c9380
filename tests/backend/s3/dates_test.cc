#include "backend/s3/dates.h"

#include <gtest/gtest.h>

namespace larder::s3 {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using TimePoint = std::chrono::system_clock::time_point;

constexpr TimePoint kTime = TimePoint(seconds(784'111'777));

TEST(S3Dates, ReadsTheDateOfAHeader) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), kTime);
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), TimePoint());
}

TEST(S3Dates, ReadsTheTimeOfADocument) {
  EXPECT_EQ(parse_iso_time("1994-11-06T08:49:37Z"), kTime);
  EXPECT_EQ(parse_iso_time("1994-11-06T08:49:37.000Z"), kTime);
  EXPECT_EQ(parse_iso_time("1994-11-06T08:49:37.25Z"), kTime + nanoseconds(250'000'000));
  EXPECT_EQ(parse_iso_time("1994-11-06T08:49:37.1234567891Z"), kTime + nanoseconds(123'456'789));
}

TEST(S3Dates, RefusesWhatIsNone) {
  for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun, 06 Abc 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT+1"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
  for (const char* text :
       {"", "1994-11-06", "1994-11-06T08:49:37", "1994-13-06T08:49:37Z", "1994-11-06T08:61:37Z",
        "1994-11-06 08:49:37Z", "-994-11-06T08:49:37Z", "1994-11-06T08:49:37.5+01:00"}) {
    EXPECT_FALSE(parse_iso_time(text)) << text;
  }
}

}  // namespace
}  // namespace larder::s3
