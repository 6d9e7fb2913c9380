#pragma once

#include <larder/result.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cstddef>

namespace larder::cli {

/// An option that a command takes. Its texts are static.
struct Option {
  std::string_view name;   ///< "--dir".
  std::string_view value;  ///< What its help calls its value; empty for a switch.
  std::string_view help;   ///< One line.
};

/// What a command's operands are called, such as "KEY NAME [FILE]" or "KEY NAME=FILE...".
/// One in brackets may be left out; one with dots may be repeated.
struct OperandRule {
  std::string_view synopsis;

  [[nodiscard]] std::size_t min_count() const;
  [[nodiscard]] std::size_t max_count() const;
  /// The synopsis of the operand at `index`.
  [[nodiscard]] std::string_view name(std::size_t index) const;
};

/// A command's options and operands as the user gave them. Refers to the texts they came from.
class Arguments {
 public:
  /// Options may stand before, between and after operands, as `--name value` or `--name=value`;
  /// the last of several holds. `--` ends them. Errors: invalid_argument, saying what is unknown,
  /// missing or too much.
  static Result<Arguments> parse(std::span<char* const> words, std::span<const Option> options,
                                 const OperandRule& rule);

  [[nodiscard]] bool has(std::string_view option) const { return values_.contains(option); }

  /// The value of an option, or nullopt where it was not given.
  [[nodiscard]] std::optional<std::string_view> value(std::string_view option) const;

  [[nodiscard]] const std::vector<std::string_view>& operands() const { return operands_; }

 private:
  Result<void> take_option(std::string_view word, std::span<const Option> options,
                           std::span<char* const>& rest);

  std::map<std::string_view, std::string_view> values_;
  std::vector<std::string_view> operands_;
};

}  // namespace larder::cli
