#include "backend/s3/dates.h"

#include <algorithm>
#include <array>

#include <charconv>
#include <cstddef>
#include <cstdint>

namespace larder::s3 {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Takes a text apart from its start; once something does not fit, it stays failed.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  void skip(std::string_view expected) {
    if (!text_.starts_with(expected)) return fail();
    text_.remove_prefix(expected.size());
  }

  void skip_any(std::size_t count) {
    if (text_.size() < count) return fail();
    text_.remove_prefix(count);
  }

  /// A number of exactly so many digits.
  unsigned number(std::size_t digits) {
    unsigned value = 0;
    const std::string_view word = text_.substr(0, digits);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.size() != digits || error != std::errc() || end != word.data() + digits) fail();
    skip_any(digits);
    return value;
  }

  /// The number of the month that the next three letters name.
  unsigned month() {
    const auto found = std::ranges::find(kMonths, text_.substr(0, 3));
    if (found == kMonths.end()) fail();
    skip_any(3);
    return static_cast<unsigned>(found - kMonths.begin()) + 1;
  }

  /// What ".725" stands for; nothing if there is no point.
  std::chrono::nanoseconds fraction() {
    if (!text_.starts_with('.')) return {};
    text_.remove_prefix(1);
    std::int64_t nanoseconds = 0;
    std::int64_t unit = 100'000'000;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      nanoseconds += unit * (text_.front() - '0');
      unit /= 10;
      text_.remove_prefix(1);
    }
    return std::chrono::nanoseconds(nanoseconds);
  }

  [[nodiscard]] bool is_done() const { return !has_failed_ && text_.empty(); }

 private:
  void fail() {
    has_failed_ = true;
    text_ = {};
  }

  std::string_view text_;
  bool has_failed_ = false;
};

struct TimeOfDay {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

TimeOfDay parse_time_of_day(Cursor& cursor) {
  TimeOfDay time;
  time.hour = cursor.number(2);
  cursor.skip(":");
  time.minute = cursor.number(2);
  cursor.skip(":");
  time.second = cursor.number(2);
  return time;
}

std::optional<TimePoint> join(std::chrono::year_month_day date, const TimeOfDay& time) {
  // A minute may have a leap second.
  if (!date.ok() || time.hour > 23 || time.minute > 59 || time.second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(time.hour) +
         std::chrono::minutes(time.minute) + std::chrono::seconds(time.second);
}

std::chrono::year_month_day date_of(unsigned year, unsigned month, unsigned day) {
  return {std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
          std::chrono::day(day)};
}

}  // namespace

std::optional<TimePoint> parse_http_date(std::string_view text) {
  Cursor cursor(text);
  cursor.skip_any(3);  // the day of the week says nothing new
  cursor.skip(", ");
  const unsigned day = cursor.number(2);
  cursor.skip(" ");
  const unsigned month = cursor.month();
  cursor.skip(" ");
  const unsigned year = cursor.number(4);
  cursor.skip(" ");
  const TimeOfDay time = parse_time_of_day(cursor);
  cursor.skip(" GMT");
  if (!cursor.is_done()) return std::nullopt;
  return join(date_of(year, month, day), time);
}

std::optional<TimePoint> parse_iso_time(std::string_view text) {
  Cursor cursor(text);
  const unsigned year = cursor.number(4);
  cursor.skip("-");
  const unsigned month = cursor.number(2);
  cursor.skip("-");
  const unsigned day = cursor.number(2);
  cursor.skip("T");
  const TimeOfDay time = parse_time_of_day(cursor);
  const std::chrono::nanoseconds fraction = cursor.fraction();
  cursor.skip("Z");
  if (!cursor.is_done()) return std::nullopt;
  const auto whole = join(date_of(year, month, day), time);
  if (!whole) return std::nullopt;
  return *whole + fraction;
}

}  // namespace larder::s3
