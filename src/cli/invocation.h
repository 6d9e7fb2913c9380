#pragma once

#include "cli/arguments.h"
#include "cli/compile_store.h"
#include "cli/output.h"
#include "cli/scope.h"
#include <larder/config.h>
#include <larder/key.h>
#include <larder/name.h>
#include <larder/result.h>
#include <larder/store.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <chrono>
#include <cstdint>

namespace larder::cli {

/// One run of a command: what it was told, where its output goes, and the store it is about.
/// One thread at a time.
class Invocation {
 public:
  Invocation(Arguments arguments, std::span<const StoreType> types)
      : arguments_(std::move(arguments)), types_(types) {}

  [[nodiscard]] Output& out() { return out_; }
  [[nodiscard]] const std::vector<std::string_view>& operands() const {
    return arguments_.operands();
  }
  [[nodiscard]] bool has(std::string_view option) const { return arguments_.has(option); }

  [[nodiscard]] std::optional<std::string_view> value(std::string_view option) const {
    return arguments_.value(option);
  }

  // What an operand or option means. An error makes the command end with ExitCode::usage.
  Result<Key> key(std::string_view text) { return usage(Key::from_hex(text)); }
  Result<Name> name(std::string_view text) { return usage(Name::parse(text)); }
  /// The value of an option that is a size; nullopt where it was not given.
  Result<std::optional<std::uint64_t>> size(std::string_view option);
  /// The value of an option that is an age; nullopt where it was not given.
  Result<std::optional<std::chrono::seconds>> age(std::string_view option);

  /// Makes the command end with ExitCode::usage if this is an error.
  template <typename T>
  Result<T> usage(Result<T> result) {
    if (!result) failure_ = ExitCode::usage;
    return result;
  }

  /// The settings, with --store or --dir as the only store where that is given.
  Result<Config> config();

  /// The stores of these settings.
  Result<std::vector<std::unique_ptr<Store>>> open_stores(const Config& config) const;

  /// The store that compiles use.
  Result<CompileStore> open_compile_store();

  /// Whether one of the stores it works on is of a type that only the program larder-store has. An
  /// error in the settings is left to the command to tell.
  bool needs_store_program(Scope scope);

  /// A store that commands work on.
  struct Target {
    std::unique_ptr<Store> store;
    std::optional<std::uint64_t> max_bytes = {};  ///< Its own limit; absent is unlimited.
  };

  /// The store of --store or --dir, else the first that is configured; within it the --namespace.
  Result<Target> open_target();

  /// What to end with after an error.
  [[nodiscard]] ExitCode failure() const { return failure_; }

 private:
  Result<void> check_store_options();

  Arguments arguments_;
  std::span<const StoreType> types_;  // of the program, static
  Output out_;
  ExitCode failure_ = ExitCode::error;
};

}  // namespace larder::cli
