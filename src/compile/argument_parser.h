#pragma once

#include "compile/debug_options.h"
#include "compile/dependency_options.h"
#include "compile/invocation.h"
#include "compile/module_options.h"
#include "compile/option_table.h"
#include "compile/pass_through.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <cstddef>

namespace larder::compile {

/// One pass over arguments without response files. For one command line; one thread at a time.
class ArgumentParser {
 public:
  /// `args` stay alive while the parser does.
  ArgumentParser(CompilerKind kind, bool is_cpp_driver, std::span<const std::string> args)
      : kind_(kind), is_cpp_driver_(is_cpp_driver), args_(args) {}

  /// The compile, or the first reason against it. Once.
  [[nodiscard]] std::variant<Invocation, PassThrough> parse();

 private:
  /// An option as it stands on the command line.
  struct Argument {
    const Option* option = nullptr;
    std::string_view spelled;  // the whole argument; the first of two
    std::string_view value;
    bool is_value_separate = false;
  };

  void take_next();
  void take_option(std::string_view spelled);
  void take_input(std::string_view spelled);
  void apply(const Argument& argument);
  void refuse(PassThroughReason reason, std::string_view detail);
  [[nodiscard]] PassThrough refusal() const;

  void apply_keep(const Argument& argument);
  void apply_mode(const Argument& argument);
  void apply_include(const Argument& argument);
  void apply_dependency(const Argument& argument);
  void apply_debug(const Argument& argument);
  void apply_module(const Argument& argument);
  void apply_diagnostics(const Argument& argument);
  void apply_delegated(const Argument& argument);

  void keep(const Argument& argument, KeyArgument::Value kind = KeyArgument::Value::text);
  void keep_for_search(const Argument& argument, KeyArgument::Value kind);
  void keep_unknown(const Argument& argument);
  void keep_input_charset(const Argument& argument);
  void set_language(std::string_view name);
  void add_directory(SearchDirectory::Chain chain, const Argument& argument);
  void add_prefixed_directory(SearchDirectory::Chain chain, const Argument& argument);
  void add_forced_include(ForcedInclude::Kind kind, const Argument& argument);
  void apply_assembler_option(std::string_view option);
  void apply_assembler_list(const Argument& argument);
  void apply_preprocessor_list(const Argument& argument);
  void apply_frontend_value(const Argument& argument);

  void resolve();
  void resolve_language();
  void resolve_output();
  void resolve_depfile();
  void resolve_tools();

  CompilerKind kind_;
  bool is_cpp_driver_;
  std::span<const std::string> args_;
  std::size_t next_ = 0;
  Invocation compile_;
  std::optional<PassThrough> refused_;
  DependencyOptions dependencies_;
  DebugOptions debug_;
  ModuleOptions modules_;

  bool has_input_ = false;
  std::optional<OutputKind> output_kind_;
  std::optional<std::string> language_name_;        // the last -x but "none"
  std::optional<std::string> input_language_name_;  // language_name_ where the input stood
  std::optional<std::string> include_prefix_;
  bool uses_external_assembler_ = false;
};

}  // namespace larder::compile
