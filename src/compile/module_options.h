#pragma once

#include "compile/invocation.h"
#include "compile/option_table.h"
#include "compile/pass_through.h"

#include <optional>
#include <string>
#include <string_view>

namespace larder::compile {

/// Gathers the options by which gcc is told to use modules. One thread at a time.
class ModuleOptions {
 public:
  /// Takes one option of EffectGroup::modules.
  void apply(Effect effect, std::string_view spelled, std::string_view value);

  /// Sets `modules` and the side output of a compile whose language and output are set. A reason to
  /// pass through where the options say nothing of how modules are found, or nothing that is known.
  [[nodiscard]] std::optional<PassThrough> resolve(Invocation& compile) const;

 private:
  bool is_on_ = false;
  std::string mapper_;
  std::string rules_;    // the option that asks for them; empty: none
  std::string spelled_;  // the last of the options
};

}  // namespace larder::compile
