#include "compile/macro_includes.h"

#include "compile/source_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <cstddef>

namespace larder::compile {
namespace {

using Form = IncludeSpelling::Form;
using Use = IncludeSpelling::Use;

constexpr auto kNpos = std::string_view::npos;

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_identifier) &&
         !(text.front() >= '0' && text.front() <= '9');
}

/// The header name that a text is, if it is one.
std::optional<IncludeSpelling> header_name(std::string_view text, Use use) {
  if (text.size() < 3) return std::nullopt;
  const char close = text.front() == '<' ? '>' : '"';
  if ((text.front() != '<' && text.front() != '"') || text.find(close, 1) != text.size() - 1) {
    return std::nullopt;
  }
  IncludeSpelling spelling = {.form = close == '>' ? Form::angle : Form::quote, .use = use};
  spelling.name = text.substr(1, text.size() - 2);
  return spelling;
}

/// How a name stands in a text.
enum class Role : std::uint8_t {
  defined,    // #define NAME
  asked_for,  // #ifdef, defined(), #undef: its meaning does not matter
  used,
};

std::size_t skip_blanks_back(std::string_view text, std::size_t at) {
  while (at > 0 && is_blank(text[at - 1])) --at;
  return at;
}

Role role_at(std::string_view text, std::size_t at) {
  static constexpr auto kAsking = std::to_array<std::string_view>(
      {"defined", "elifdef", "elifndef", "ifdef", "ifndef", "undef"});
  std::size_t end = skip_blanks_back(text, at);
  if (end > 0 && text[end - 1] == '(') end = skip_blanks_back(text, end - 1);
  std::size_t begin = end;
  while (begin > 0 && is_identifier(text[begin - 1])) --begin;
  const std::string_view word = text.substr(begin, end - begin);
  if (std::ranges::binary_search(kAsking, word)) return Role::asked_for;
  const std::size_t mark = skip_blanks_back(text, begin);
  const bool is_directive = mark > 0 && (text[mark - 1] == '#' || text[mark - 1] == ':');
  return word == "define" && is_directive ? Role::defined : Role::used;
}

/// Calls `visit` with where a name stands in a text as a whole word.
template <typename Visit>
void for_each_mention(std::string_view text, std::string_view name, Visit visit) {
  for (auto at = text.find(name); at != kNpos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if (at > 0 && is_identifier(text[at - 1])) continue;
    if (end < text.size() && is_identifier(text[end])) continue;
    visit(at);
  }
}

/// A macro that passes one of its parameters to __has_include.
struct Wrapper {
  std::string name;
  std::uint32_t parameter = 0;
  Use use = Use::probe;

  friend auto operator<=>(const Wrapper&, const Wrapper&) = default;
};

class MacroResolver {
 public:
  MacroResolver(std::span<const MacroSource> files, const Invocation& invocation,
                SourceTexts& sources)
      : files_(files),
        invocation_(invocation),
        sources_(sources),
        texts_(files.size()),
        found_(files.size()) {}

  Result<std::vector<std::vector<IncludeSpelling>>> run() {
    for (std::size_t file = 0; file < files_.size() && obstacle_.empty(); ++file) {
      for (const IncludeSpelling& spelling : files_[file].scan->includes) {
        if (spelling.form == Form::computed) resolve(file, spelling);
      }
    }
    while (!wrappers_to_do_.empty() && obstacle_.empty()) {
      const Wrapper wrapper = std::move(wrappers_to_do_.back());
      wrappers_to_do_.pop_back();
      for (std::size_t file = 0; file < files_.size(); ++file) follow_wrapper(file, wrapper);
    }
    if (!obstacle_.empty()) return fail(ErrorCode::unavailable, obstacle_);
    return std::move(found_);
  }

 private:
  void refuse(std::size_t file, std::string_view what) {
    if (!obstacle_.empty()) return;
    obstacle_ = std::string(files_[file].path) + ": an include by macro, " + std::string(what);
  }

  /// The text of a file if it holds a word, without line splices.
  std::optional<std::string_view> text_with(std::size_t file, std::string_view word) {
    const auto holds = sources_.holds(file, word);
    if (!holds) return fail_by(holds.error());
    if (!*holds) return std::nullopt;
    if (!texts_[file]) {
      auto text = sources_.read(file);
      if (!text) return fail_by(text.error());
      texts_[file] = without_splices(*text);
    }
    return *texts_[file];
  }

  std::nullopt_t fail_by(const Error& error) {
    if (obstacle_.empty()) obstacle_ = error.message();
    return std::nullopt;
  }

  void resolve(std::size_t file, const IncludeSpelling& spelling) {
    if (!spelling.macro.empty()) {
      return add_wrapper({spelling.macro, spelling.parameter, spelling.use});
    }
    std::set<std::string, std::less<>> seen;
    resolve_operand(file, spelling.name, spelling.use, seen);
  }

  /// What a header name, or a macro that becomes one, may name in a file.
  void resolve_operand(std::size_t file, std::string_view operand, Use use,
                       std::set<std::string, std::less<>>& seen) {
    if (auto plain = header_name(operand, use)) return add(file, *std::move(plain));
    const bool is_file_macro = operand == "__FILE__" || operand == "__BASE_FILE__";
    if (!is_name(operand) || is_file_macro) return refuse(file, operand);
    if (!seen.emplace(operand).second) return;
    const std::vector<std::string>* bodies = definitions_of(operand);
    if (bodies == nullptr) return refuse(file, operand);
    for (const std::string& body : *bodies) resolve_operand(file, body, use, seen);
  }

  /// What a macro is defined as, anywhere; null for one with parameters. No definition at all means
  /// that the include stands in a branch not taken.
  const std::vector<std::string>* definitions_of(std::string_view name) {
    const auto [place, is_new] = definitions_.try_emplace(std::string(name));
    if (is_new) place->second = find_definitions(name);
    return place->second ? &*place->second : nullptr;
  }

  std::optional<std::vector<std::string>> find_definitions(std::string_view name) {
    std::vector<std::string> bodies;
    bool has_parameters = false;
    const auto add_body = [&](std::string_view behind_name) {
      has_parameters = has_parameters || behind_name.starts_with('(');
      std::string body = body_of(behind_name);
      // An include of nothing or of a number fails: it is not what the compile saw.
      if (!body.empty() && !(body.front() >= '0' && body.front() <= '9')) {
        bodies.push_back(std::move(body));
      }
    };
    for (std::size_t file = 0; file < files_.size(); ++file) {
      const auto text = text_with(file, name);
      if (!text) continue;
      for_each_mention(*text, name, [&](std::size_t at) {
        if (role_at(*text, at) != Role::defined) return;
        add_body(LineReader(*text, at + name.size()).rest_of_line());
      });
    }
    for (const KeyArgument& argument : invocation_.key_arguments) {
      if (argument.option != "-D" || !argument.value.starts_with(name)) continue;
      const std::string_view rest = std::string_view(argument.value).substr(name.size());
      if (rest.starts_with('(')) has_parameters = true;
      if (rest.starts_with('=')) add_body(rest.substr(1));
    }
    if (has_parameters) return std::nullopt;
    return bodies;
  }

  /// A macro's body without comments. A header name may hold what looks like one.
  static std::string body_of(std::string_view text) {
    text = trimmed(text);
    if (!text.empty() && (text.front() == '<' || text.front() == '"')) {
      const std::size_t end = text.find(text.front() == '<' ? '>' : '"', 1);
      const std::string_view behind = trimmed(text.substr(std::min(end, text.size() - 1) + 1));
      if (behind.empty() || behind.starts_with("//") || behind.starts_with("/*")) {
        text = text.substr(0, end + 1);
      }
      return std::string(text);
    }
    return std::string(trimmed(text.substr(0, std::min(text.find("//"), text.find("/*")))));
  }

  /// Between angle brackets macros are replaced by what they mean, unless the name is spelled
  /// where it is used.
  void add(std::size_t file, IncludeSpelling spelling) {
    if (spelling.form == Form::angle) {
      if (has_macro(spelling.name)) return refuse(file, spelling.name);
      // Macros of the compilers, except with -std=c… and c++….
      for (const std::string_view system : {"linux", "unix", "i386"}) {
        const std::size_t at = spelling.name.find(system);
        if (at == kNpos) continue;
        IncludeSpelling replaced = spelling;
        replaced.name.replace(at, system.size(), "1");
        found_[file].push_back(std::move(replaced));
      }
    }
    found_[file].push_back(std::move(spelling));
  }

  /// Whether any word of a text is defined as a macro.
  bool has_macro(std::string_view text) {
    for (LineReader line(text, 0); line.position() < text.size();) {
      const std::string_view word = line.word();
      if (!word.empty() && is_macro(word)) return true;
      if (word.empty()) (void)line.take(line.peek());
    }
    return false;
  }

  bool is_macro(std::string_view word) {
    if (!macros_) {
      macros_.emplace();
      constexpr std::string_view kDefine = "define";
      for (std::size_t file = 0; file < files_.size(); ++file) {
        const auto text = text_with(file, kDefine);
        if (!text) continue;
        for_each_mention(*text, kDefine, [&](std::size_t at) {
          LineReader line(*text, at + kDefine.size());
          line.skip_space();
          macros_->emplace(line.word());
        });
      }
      for (const KeyArgument& argument : invocation_.key_arguments) {
        if (argument.option == "-D") macros_->emplace(LineReader(argument.value, 0).word());
      }
    }
    return macros_->contains(word);
  }

  void add_wrapper(Wrapper wrapper) {
    if (is_known_.insert(wrapper).second) wrappers_to_do_.push_back(std::move(wrapper));
  }

  /// Everything that is passed to a wrapper in a file.
  void follow_wrapper(std::size_t file, const Wrapper& wrapper) {
    const auto found = text_with(file, wrapper.name);
    if (!found) return;
    const std::string_view text = *found;
    for_each_mention(text, wrapper.name, [&](std::size_t at) {
      if (role_at(text, at) != Role::used) return;
      const auto argument = argument_of(text, at + wrapper.name.size(), wrapper.parameter);
      if (!argument || (!is_name(*argument) && !header_name(*argument, wrapper.use))) {
        return refuse_code(file, at, wrapper.name);
      }
      IncludeSpelling spelling = {.form = Form::computed, .use = wrapper.use};
      spelling.name = *argument;
      if (auto parameter = find_parameter(text, at, *argument)) {  // of another wrapper
        spelling.macro = std::move(parameter->macro);
        spelling.parameter = parameter->number;
      }
      resolve(file, spelling);
    });
  }

  void refuse_code(std::size_t file, std::size_t at, std::string_view what) {
    if (TextKinds(*texts_[file]).at(at) == TextKind::code) refuse(file, what);
  }

  /// Argument `number` of a call whose arguments begin behind `at`; nullopt where there is none on
  /// the line.
  static std::optional<std::string_view> argument_of(std::string_view text, std::size_t at,
                                                     std::uint32_t number) {
    LineReader line(text, at);
    line.skip_space();
    if (!line.take('(')) return std::nullopt;
    for (std::uint32_t i = 0;; ++i) {
      line.skip_space();
      const std::size_t begin = line.position();
      const char first = line.peek();
      const bool is_quoted = first == '"' || first == '<';
      if (is_quoted && (!line.take(first) || !line.until(first == '<' ? '>' : '"'))) {
        return std::nullopt;
      }
      while (line.peek() != ',' && line.peek() != ')' && line.peek() != '(' &&
             line.peek() != '\n') {
        (void)line.take(line.peek());
      }
      if (line.peek() == '\n' || line.peek() == '(') return std::nullopt;
      if (i == number) return trimmed(text.substr(begin, line.position() - begin));
      if (!line.take(',')) return std::nullopt;
    }
  }

  std::span<const MacroSource> files_;
  const Invocation& invocation_;
  SourceTexts& sources_;
  std::vector<std::optional<std::string>> texts_;  // Of those that were needed.
  std::vector<std::vector<IncludeSpelling>> found_;
  std::map<std::string, std::optional<std::vector<std::string>>, std::less<>> definitions_;
  std::optional<std::set<std::string_view>> macros_;  // All that are defined; into texts_.
  std::set<Wrapper> is_known_;
  std::vector<Wrapper> wrappers_to_do_;
  std::string obstacle_;
};

}  // namespace

Result<std::vector<std::vector<IncludeSpelling>>> resolve_macro_includes(
    std::span<const MacroSource> files, const Invocation& invocation, SourceTexts& texts) {
  const auto is_computed = [](const IncludeSpelling& spelling) {
    return spelling.form == Form::computed;
  };
  for (const KeyArgument& argument : invocation.key_arguments) {
    if (argument.option == "-D" && argument.value.find("__has_") != kNpos) {
      return fail(ErrorCode::unavailable, "-D" + argument.value + ": an include by macro");
    }
  }
  const bool has_any = std::ranges::any_of(files, [&](const MacroSource& file) {
    return std::ranges::any_of(file.scan->includes, is_computed);
  });
  if (!has_any) return std::vector<std::vector<IncludeSpelling>>(files.size());
  return MacroResolver(files, invocation, texts).run();
}

}  // namespace larder::compile
