#include "compile/option_table.h"

#include <algorithm>

#include <cstddef>

namespace larder::compile {
namespace {

/// Entries of `options`, which share their first `depth` characters, that have `next` after them.
std::span<const Option> narrow(std::span<const Option> options, std::size_t depth, char next) {
  const auto character = [depth](const Option& option) {
    return option.name.size() > depth ? static_cast<unsigned char>(option.name[depth]) : -1;
  };
  const int wanted = static_cast<unsigned char>(next);
  const auto first = std::ranges::lower_bound(options, wanted, {}, character);
  const auto last = std::ranges::upper_bound(first, options.end(), wanted, {}, character);
  return {first, last};
}

/// `option` read from an argument whose first characters are its name.
std::optional<OptionMatch> read_as(const Option& option, std::string_view argument) {
  const auto rest = argument.substr(option.name.size());
  if (!rest.empty()) {
    if (!option.has(OptionForm::joined)) return std::nullopt;
    return OptionMatch{&option, rest, false};
  }
  if (option.has(OptionForm::separate)) return OptionMatch{&option, {}, true};
  if (option.has(OptionForm::flag)) return OptionMatch{&option, {}, false};
  return std::nullopt;
}

}  // namespace

EffectGroup group_of(Effect effect) noexcept {
  if (effect < Effect::refused) return EffectGroup::keep;
  if (effect < Effect::output) return EffectGroup::refuse;
  if (effect < Effect::quote_directory) return EffectGroup::mode;
  if (effect < Effect::depfile_all) return EffectGroup::include;
  if (effect < Effect::debug_level) return EffectGroup::dependency;
  if (effect < Effect::modules) return EffectGroup::debug;
  if (effect < Effect::colour_always) return EffectGroup::modules;
  if (effect < Effect::assembler_list) return EffectGroup::diagnostics;
  return EffectGroup::delegated;
}

std::optional<OptionMatch> match_option(CompilerKind kind, std::string_view argument) noexcept {
  std::optional<OptionMatch> longest;
  std::span<const Option> candidates = option_table();
  for (std::size_t depth = 0; depth < argument.size() && !candidates.empty(); ++depth) {
    candidates = narrow(candidates, depth, argument[depth]);
    for (const Option& option : candidates) {
      if (option.name.size() > depth + 1) break;
      if (!option.is_of(kind)) continue;
      if (const auto match = read_as(option, argument)) longest = match;
    }
  }
  return longest;
}

}  // namespace larder::compile
