#pragma once

#include "compile/invocation.h"
#include "compile/option_table.h"
#include "compile/pass_through.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace larder::compile {

/// Gathers -MD, -MMD, -MF, -MT, -MQ, -MP and what -Wp, says of them, and tells what depfile both
/// drivers would write. Combinations that the drivers read in surprising ways pass through.
/// One thread at a time.
class DependencyOptions {
 public:
  /// Takes one option of the driver's own.
  void apply(Effect effect, std::string_view spelled, std::string_view value);

  /// Takes the comma-separated list of one -Wp, option: dependency options only, in whole.
  /// False if there is anything else in it.
  [[nodiscard]] bool apply_preprocessor_list(CompilerKind kind, std::string_view list);

  /// Whether both -MD and -MMD were given: user headers then, and clang warns of it.
  [[nodiscard]] bool has_both_scopes() const noexcept { return wants_all_ && wants_user_; }

  /// The depfile of a compile whose input, language, output and output_kind are set, or none.
  [[nodiscard]] std::variant<std::optional<Depfile>, PassThrough> resolve(
      CompilerKind kind, const Invocation& compile) const;

 private:
  struct Target {
    std::string text;
    bool is_quoted = false;
  };

  [[nodiscard]] bool apply_preprocessor_item(std::string_view item, std::string_view& rest);
  [[nodiscard]] const char* contradiction() const noexcept;
  [[nodiscard]] std::optional<PassThrough> resolve_path(const Invocation& compile,
                                                        Depfile& depfile) const;
  [[nodiscard]] std::optional<PassThrough> resolve_targets(CompilerKind kind,
                                                           const Invocation& compile,
                                                           Depfile& depfile) const;

  bool wants_all_ = false;
  bool wants_user_ = false;
  bool has_phony_targets_ = false;
  std::optional<std::string> path_;
  std::vector<Target> targets_;
  std::string last_;  // the last option seen, for a PassThrough's detail

  // From -Wp, where gcc's compiler proper does not know of -o.
  std::optional<Depfile::Scope> inner_scope_;
  std::string inner_path_;
  std::vector<Target> inner_targets_;
};

}  // namespace larder::compile
