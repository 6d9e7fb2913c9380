#pragma once

#include "compile/cache.h"
#include "compile/compiler_command.h"
#include "compile/counters.h"
#include "compile/debug_log.h"
#include "compile/dependency_run.h"
#include "compile/file_digests.h"
#include "compile/history.h"
#include "compile/job.h"
#include "compile/pass_through.h"
#include "compile/preprocessed.h"
#include "compile/state_paths.h"
#include "compile/store_result.h"
#include "compile/stores.h"
#include "sys/process.h"
#include "util/helper.h"
#include <larder/config.h>

#include <optional>
#include <string>
#include <variant>

#include <cstdint>

namespace larder::compile {

/// One compiler command on its way through the cache. Used once; one thread.
class Session {
 public:
  Session(CompilerCommand command, const CompileConfig& config, Stores stores);

  /// Does what compile::run() says. Returns the exit status, or not at all.
  int run();

 private:
  /// Why a command is run by execve after all.
  struct Refusal {
    Counter counter = Counter::cache_error;
    std::optional<PassThroughReason> reason = {};
    std::string detail = {};
  };

  /// A job ready to be looked up, or why there is none.
  std::variant<Job, Refusal> prepare();
  Result<void> identify_and_describe(Job& job);
  void find_root(Job& job);
  void open_state();
  [[nodiscard]] Result<std::optional<InodeCache>> create_state() const;

  std::optional<int> look_up(const Job& job);
  std::optional<int> look_up_preprocessed(const Job& job);
  Result<std::optional<Preprocessed>> preprocess(const Job& job);
  bool deliver(const Job& job, const FoundResult& found, Counter counter);
  void add_to_manifest(const Job& job, const FoundResult& found);

  int compile(const Job& job);
  void store(const Job& job, const sys::RunOutcome& outcome, const DependencyRun& dependencies);

  int execute(const Refusal& refusal);
  void leave_unstored(Counter why, std::string detail);
  HistoryRecord outcome_of(const Job& job) const;
  HistoryRecord outcome_of(const Refusal& refusal) const;
  void record(HistoryRecord record);
  void add_counts();

  CompilerCommand command_;
  const CompileConfig& config_;
  Stores stores_;
  DebugLog log_;
  StatePaths paths_;
  CountChange counts_;
  FileDigests digests_{std::nullopt};
  util::Helper helper_;
  std::optional<Cache> cache_;
  std::optional<Preprocessed> preprocessed_;  // once the preprocessor has run
  Counter miss_ = Counter::miss_new;
  std::optional<FileChange> change_;  // why it is no hit
  std::string miss_detail_;           // the same where no file is why
  std::optional<Counter> unstored_;   // why a miss was not stored
  std::string unstored_detail_;
  std::uint32_t compile_ms_ = 0;
  std::string stored_key_;  // hex; empty until a result is stored
};

}  // namespace larder::compile
