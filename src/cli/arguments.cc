#include "cli/arguments.h"

#include "util/similar.h"
#include "util/try.h"

#include <algorithm>
#include <limits>

namespace larder::cli {
namespace {

constexpr std::string_view kRepeats = "...";

tl::unexpected<Error> refuse(std::string_view what, std::string_view word,
                             std::string_view hint = "") {
  std::string message(what);
  message.append(" ").append(word).append(hint);
  return fail(ErrorCode::invalid_argument, std::move(message));
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string hint_for(std::string_view word, std::span<const Option> options) {
  std::vector<std::string_view> names;
  for (const Option& option : options) names.push_back(option.name);
  const auto meant = util::most_similar(word, names);
  return meant ? "; did you mean " + std::string(*meant) + "?" : "";
}

}  // namespace

std::size_t OperandRule::min_count() const {
  const auto words = split_words(synopsis);
  return static_cast<std::size_t>(
      std::ranges::count_if(words, [](std::string_view word) { return !word.starts_with('['); }));
}

std::size_t OperandRule::max_count() const {
  const auto words = split_words(synopsis);
  if (synopsis.ends_with(kRepeats)) return std::numeric_limits<std::size_t>::max();
  return words.size();
}

std::string_view OperandRule::name(std::size_t index) const { return split_words(synopsis)[index]; }

Result<void> Arguments::take_option(std::string_view word, std::span<const Option> options,
                                    std::span<char* const>& rest) {
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(0, equals);
  const auto option = std::ranges::find(options, name, &Option::name);
  if (option == options.end()) return refuse("unknown option", name, hint_for(name, options));
  if (option->value.empty()) {
    if (equals != word.size()) return refuse("no value is taken by", name);
    values_[option->name] = {};
    return {};
  }
  if (equals != word.size()) {
    values_[option->name] = word.substr(equals + 1);
    return {};
  }
  if (rest.empty()) {
    return refuse("missing", option->value, " after " + std::string(option->name));
  }
  values_[option->name] = rest.front();
  rest = rest.subspan(1);
  return {};
}

Result<Arguments> Arguments::parse(std::span<char* const> words, std::span<const Option> options,
                                   const OperandRule& rule) {
  Arguments arguments;
  bool options_end = false;
  while (!words.empty()) {
    const std::string_view word = words.front();
    words = words.subspan(1);
    if (options_end || word == "-" || !word.starts_with('-')) {
      arguments.operands_.push_back(word);
    } else if (word == "--") {
      options_end = true;
    } else {
      LARDER_CHECK(arguments.take_option(word, options, words));
    }
  }
  const std::size_t count = arguments.operands_.size();
  if (count < rule.min_count()) return refuse("missing", rule.name(count));
  if (count > rule.max_count()) {
    return refuse("unexpected operand", arguments.operands_[rule.max_count()]);
  }
  return arguments;
}

std::optional<std::string_view> Arguments::value(std::string_view option) const {
  const auto found = values_.find(option);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

}  // namespace larder::cli
