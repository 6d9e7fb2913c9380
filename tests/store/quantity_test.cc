#include "store/quantity.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <chrono>
#include <cstdint>

namespace larder::store {
namespace {

using std::chrono::seconds;

std::optional<std::uint64_t> bytes_of(std::string_view text) {
  const auto size = parse_size(text);
  EXPECT_TRUE(size) << size.error().message();
  return size ? *size : std::nullopt;
}

std::string size_error(std::string_view text) {
  const auto size = parse_size(text);
  return size ? "no error" : size.error().message();
}

std::string age_error(std::string_view text) {
  const auto age = parse_age(text);
  return age ? "no error" : age.error().message();
}

TEST(ParseSize, TakesDigitsAsBytes) {
  EXPECT_EQ(bytes_of("0"), 0U);
  EXPECT_EQ(bytes_of("4096"), 4096U);
  EXPECT_EQ(bytes_of("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
}

TEST(ParseSize, CountsEveryUnitIn1024s) {
  for (const std::string_view unit : {"B", "b", ""})
    EXPECT_EQ(bytes_of("7" + std::string(unit)), 7);
  for (const std::string_view unit : {"K", "kb", "KiB"}) {
    EXPECT_EQ(bytes_of("3 " + std::string(unit)), 3U << 10);
  }
  EXPECT_EQ(bytes_of("512M"), 512U << 20);
  EXPECT_EQ(bytes_of("10 GiB"), std::uint64_t{10} << 30);
  EXPECT_EQ(bytes_of("2tIb"), std::uint64_t{2} << 40);
}

TEST(ParseSize, TakesEmptyAsUnlimited) { EXPECT_EQ(bytes_of(""), std::nullopt); }

TEST(ParseSize, RefusesTextWithoutDigits) {
  const std::string expected = ": expected digits and a unit, such as 10 GiB or 512M";

  EXPECT_EQ(size_error("GiB"), "size \"GiB\"" + expected);
  EXPECT_EQ(size_error(" 10"), "size \" 10\"" + expected);
  EXPECT_EQ(size_error("-1"), "size \"-1\"" + expected);
  EXPECT_EQ(size_error("+1"), "size \"+1\"" + expected);
}

TEST(ParseSize, RefusesUnknownUnits) {
  const std::string expected = "\"; there are B, KiB, MiB, GiB and TiB";

  EXPECT_EQ(size_error("1 PiB"), "size \"1 PiB\": unknown unit \"PiB" + expected);
  EXPECT_EQ(size_error("1KBi"), "size \"1KBi\": unknown unit \"KBi" + expected);
  EXPECT_EQ(size_error("1  K"), "size \"1  K\": unknown unit \" K" + expected);
  EXPECT_EQ(size_error("1iB"), "size \"1iB\": unknown unit \"iB" + expected);
  EXPECT_EQ(size_error("0x10"), "size \"0x10\": unknown unit \"x10" + expected);
}

TEST(ParseSize, RefusesFractions) {
  EXPECT_EQ(size_error("1.5G"), "size \"1.5G\": expected a whole number; use a smaller unit");
}

TEST(ParseSize, RefusesWhat64BitsCannotHold) {
  EXPECT_EQ(size_error("18446744073709551616"), "size \"18446744073709551616\": too large");
  EXPECT_EQ(size_error("16777216T"), "size \"16777216T\": too large");
  EXPECT_EQ(bytes_of("16777215T"), std::uint64_t{16777215} << 40);
}

TEST(ParseAge, CountsEachUnit) {
  EXPECT_EQ(*parse_age("90s"), seconds(90));
  EXPECT_EQ(*parse_age("15m"), seconds(15 * 60));
  EXPECT_EQ(*parse_age("12h"), seconds(12 * 3600));
  EXPECT_EQ(*parse_age("30d"), seconds(30 * 86400));
  EXPECT_EQ(*parse_age("8w"), seconds(8 * 7 * 86400));
}

TEST(ParseAge, RefusesWhatIsNoAge) {
  const std::string no_unit = ": expected one of the units s, m, h, d and w after the number";

  EXPECT_EQ(age_error("30"), "age \"30\"" + no_unit);
  EXPECT_EQ(age_error("30D"), "age \"30D\"" + no_unit);
  EXPECT_EQ(age_error("1h30m"), "age \"1h30m\"" + no_unit);
  EXPECT_EQ(age_error(""),
            "age \"\": expected digits and a unit, such as 90s, 15m, 12h, 30d or 8w");
  EXPECT_EQ(age_error("9223372036854775807w"), "age \"9223372036854775807w\": too large");
}

TEST(FormatSize, RoundsToATenth) {
  EXPECT_EQ(format_size(0), "0 B");
  EXPECT_EQ(format_size(1023), "1023 B");
  EXPECT_EQ(format_size(1536), "1.5 KiB");
  EXPECT_EQ(format_size(std::uint64_t{10} << 30), "10 GiB");
  EXPECT_EQ(format_size((1U << 20) - 1), "1 MiB");
  EXPECT_EQ(format_size(std::numeric_limits<std::uint64_t>::max()), "16777216 TiB");
}

TEST(FormatExactSize, IsReadBackAsTheSame) {
  for (const std::uint64_t bytes :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1537} << 10, std::uint64_t{1'000'001},
        std::uint64_t{10} << 30, std::uint64_t{1} << 60,
        std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(bytes_of(format_exact_size(bytes)), bytes);
  }
  EXPECT_EQ(format_exact_size(std::uint64_t{10} << 30), "10 GiB");
}

TEST(FormatAge, NamesTheLargestUnitThatFits) {
  EXPECT_EQ(format_age(seconds(0)), "0s");
  EXPECT_EQ(format_age(seconds(-5)), "0s");
  EXPECT_EQ(format_age(seconds(59)), "59s");
  EXPECT_EQ(format_age(seconds(3 * 3600 + 59 * 60)), "3h");
  EXPECT_EQ(format_age(seconds(6 * 86400)), "6d");
  EXPECT_EQ(format_age(seconds(60 * 86400)), "8w");
}

TEST(FormatExactAge, IsReadBackAsTheSame) {
  for (const std::int64_t age : {0, 1, 90, 3600, 36 * 3600, 86'400, 8 * 604'800}) {
    EXPECT_EQ(parse_age(format_exact_age(seconds(age))), seconds(age));
  }
  EXPECT_EQ(format_exact_age(seconds(86'400)), "1d");
  EXPECT_EQ(format_exact_age(seconds(36 * 3600)), "36h");
}

}  // namespace
}  // namespace larder::store
