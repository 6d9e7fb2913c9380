#include "store/quantity.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

#include <charconv>
#include <cstddef>

namespace larder::store {
namespace {

constexpr std::string_view kScales = "KMGT";  // 1024 to the power of one to four
constexpr std::uint64_t kStep = 1024;

tl::unexpected<Error> refuse(std::string_view kind, std::string_view text, std::string_view why) {
  std::string message(kind);
  message.append(" \"").append(text).append("\": ").append(why);
  return fail(ErrorCode::invalid_argument, std::move(message));
}

/// A whole number and what follows it.
struct Quantity {
  std::uint64_t number = 0;
  std::string_view rest;
};

Result<Quantity> parse_number(std::string_view kind, std::string_view text,
                              std::string_view example) {
  Quantity quantity;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, quantity.number);
  if (error == std::errc::result_out_of_range) return refuse(kind, text, "too large");
  if (error != std::errc()) {
    return refuse(kind, text, "expected digits and a unit, such as " + std::string(example));
  }
  quantity.rest = text.substr(static_cast<std::size_t>(stop - text.data()));
  if (!quantity.rest.empty() && (quantity.rest.front() == '.' || quantity.rest.front() == ',')) {
    return refuse(kind, text, "expected a whole number; use a smaller unit");
  }
  return quantity;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// The power of 1024 that the unit stands for; nullopt for an unknown one.
std::optional<unsigned> power_of_unit(std::string_view unit) {
  std::string name;
  std::ranges::transform(unit, std::back_inserter(name), upper);
  if (name.empty() || name == "B") return 0;
  const auto power = kScales.find(name.front());
  const std::string_view tail = std::string_view(name).substr(1);
  if (power == std::string_view::npos || (!tail.empty() && tail != "B" && tail != "IB")) {
    return std::nullopt;
  }
  return static_cast<unsigned>(power) + 1;
}

struct AgeUnit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array kAgeUnits = {AgeUnit{'w', 604800}, AgeUnit{'d', 86400}, AgeUnit{'h', 3600},
                                  AgeUnit{'m', 60}, AgeUnit{'s', 1}};

std::string unit_name(std::size_t power) {
  if (power == 0) return " B";
  return {' ', kScales[power - 1], 'i', 'B'};
}

}  // namespace

Result<std::optional<std::uint64_t>> parse_size(std::string_view text) {
  if (text.empty()) return std::optional<std::uint64_t>();
  auto quantity = parse_number("size", text, "10 GiB or 512M");
  if (!quantity) return fail(std::move(quantity).error());
  std::string_view unit = quantity->rest;
  if (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  const auto power = power_of_unit(unit);
  if (!power) {
    return refuse("size", text,
                  "unknown unit \"" + std::string(unit) + "\"; there are B, KiB, MiB, GiB and TiB");
  }
  const unsigned shift = 10 * *power;
  if (quantity->number > std::numeric_limits<std::uint64_t>::max() >> shift) {
    return refuse("size", text, "too large");
  }
  return std::optional(quantity->number << shift);
}

Result<std::chrono::seconds> parse_age(std::string_view text) {
  auto quantity = parse_number("age", text, "90s, 15m, 12h, 30d or 8w");
  if (!quantity) return fail(std::move(quantity).error());
  const auto unit = std::ranges::find_if(kAgeUnits, [&](const AgeUnit& candidate) {
    return quantity->rest == std::string_view(&candidate.letter, 1);
  });
  if (unit == kAgeUnits.end()) {
    return refuse("age", text, "expected one of the units s, m, h, d and w after the number");
  }
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (quantity->number > most / static_cast<std::uint64_t>(unit->seconds)) {
    return refuse("age", text, "too large");
  }
  return std::chrono::seconds(static_cast<std::int64_t>(quantity->number) * unit->seconds);
}

std::string format_size(std::uint64_t bytes) {
  std::size_t power = 0;
  std::uint64_t unit = 1;
  while (power < kScales.size() && bytes / unit >= kStep) {
    ++power;
    unit *= kStep;
  }
  std::uint64_t tenths = bytes / unit * 10 + (bytes % unit * 10 + unit / 2) / unit;
  // Rounding up can reach the next unit: 1023.96 KiB is 1 MiB.
  if (tenths >= 10 * kStep && power < kScales.size()) {
    ++power;
    tenths = 10;
  }
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text.append(".").append(std::to_string(tenths % 10));
  return text + unit_name(power);
}

std::string format_exact_size(std::uint64_t bytes) {
  std::size_t power = 0;
  while (power < kScales.size() && bytes != 0 && bytes % kStep == 0) {
    bytes /= kStep;
    ++power;
  }
  return std::to_string(bytes) + unit_name(power);
}

std::string format_age(std::chrono::seconds age) {
  const std::int64_t seconds = std::max<std::int64_t>(age.count(), 0);
  const auto unit = std::ranges::find_if(
      kAgeUnits, [&](const AgeUnit& candidate) { return seconds >= candidate.seconds; });
  const AgeUnit& chosen = unit == kAgeUnits.end() ? kAgeUnits.back() : *unit;
  return std::to_string(seconds / chosen.seconds) + chosen.letter;
}

std::string format_exact_age(std::chrono::seconds age) {
  const std::int64_t seconds = std::max<std::int64_t>(age.count(), 0);
  const auto unit = std::ranges::find_if(kAgeUnits, [&](const AgeUnit& candidate) {
    return seconds >= candidate.seconds && seconds % candidate.seconds == 0;
  });
  const AgeUnit& chosen = unit == kAgeUnits.end() ? kAgeUnits.back() : *unit;
  return std::to_string(seconds / chosen.seconds) + chosen.letter;
}

}  // namespace larder::store
