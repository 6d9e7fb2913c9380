#include "compile/session.h"

#include "compile/bus_guard.h"
#include "compile/dependency_run.h"
#include "compile/parse_arguments.h"
#include "compile/precompiled.h"
#include "compile/processor.h"
#include "compile/relocation.h"
#include "compile/replay.h"
#include "compile/working_directory.h"
#include "store/view.h"
#include "sys/process.h"
#include "sys/signal_watch.h"
#include "util/try.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <utility>

#include <cerrno>
#include <chrono>
#include <cstdio>

namespace larder::compile {
namespace {

std::int64_t now_ms() {
  using std::chrono::system_clock;
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Session::Session(CompilerCommand command, const CompileConfig& config, Stores stores)
    : command_(std::move(command)),
      config_(config),
      stores_(std::move(stores)),
      log_(config.log.value),
      paths_(StatePaths::in(stores_.state_dir)) {}

int Session::run() {
  auto prepared = prepare();
  if (const auto* refusal = std::get_if<Refusal>(&prepared)) return execute(*refusal);
  const Job& job = std::get<Job>(prepared);
  if (const auto status = look_up(job)) return *status;
  return compile(job);
}

std::variant<Job, Session::Refusal> Session::prepare() {
  Job job{.start_ns = coarse_now_ns()};
  job.directory = working_directory();
  job.is_terminal = ::isatty(STDERR_FILENO) == 1;
  job.compiler.kind = guess_compiler_kind(command_.path);
  // The name may say gcc and mean clang: parsed again once the driver has told what it is.
  for (int round = 0; round < 2; ++round) {
    const CompilerKind kind = job.compiler.kind;
    auto parsed = parse_arguments(
        kind, command_.arguments(),
        {.is_cpp_driver = is_cpp_driver_name(command_.path), .variables = ::environ});
    if (auto* why = std::get_if<PassThrough>(&parsed)) {
      return Refusal{Counter::passed_through, why->reason, std::move(why->detail)};
    }
    job.invocation = std::get<Invocation>(std::move(parsed));
    if (forces_precompiled_header(job.invocation)) {
      return Refusal{Counter::passed_through, PassThroughReason::precompiled_header};
    }
    find_root(job);
    open_state();
    auto described = identify_and_describe(job);
    if (!described) {
      return Refusal{Counter::cache_error, {}, std::move(described).error().message()};
    }
    if (job.compiler.kind == kind) break;
  }
  job.command = command_;
  return job;
}

void Session::find_root(Job& job) {
  const bool maps_root = config_.relocate.value;
  job.root = find_relocation_root(job.invocation, job.directory, maps_root);
  if (job.root && maps_root) map_root_away(*job.root, command_, job.invocation);
}

void Session::open_state() {
  if (digests_.inodes() != nullptr || !paths_.is_known()) return;
  arm_bus_guard(command_);
  auto inodes = InodeCache::open(paths_.inodes);
  if (inodes && !*inodes && !config_.read_only.value) inodes = create_state();
  // Without it every file is read: slower, and as right.
  if (!inodes) return log_.line("inode cache", inodes.error());
  digests_ = FileDigests(*std::move(inodes));
}

Result<std::optional<InodeCache>> Session::create_state() const {
  LARDER_CHECK(paths_.make_directories());
  LARDER_TRY(auto inodes, InodeCache::open_or_create(paths_.inodes));
  return std::optional(std::move(inodes));
}

Result<void> Session::identify_and_describe(Job& job) {
  const Invocation& invocation = job.invocation;
  LARDER_TRY(
      job.compiler,
      identify_compiler({.path = command_.path,
                         .language = invocation.language,
                         .search_arguments = invocation.preprocessor.search_arguments,
                         .tools = invocation.tools,
                         .processor = invocation.has_native_target ? describe_processor() : ""},
                        paths_.compilers, digests_));
  LARDER_TRY(const auto source, digests_.hash(invocation.input.c_str()));
  if (!source) {
    return fail(ErrorCode::unavailable, "hash " + invocation.input + ": no such regular file");
  }
  job.source = *source;
  job.description = describe(invocation, {.is_terminal = job.is_terminal,
                                          .directory = job.directory,
                                          .variables = ::environ,
                                          .root = job.root_if_any()});
  job.description.compiler = job.compiler.identity;
  job.description.source_digest = source->digest;
  std::vector<std::string> named = invocation.named_files;
  named.insert(named.end(), config_.extra_files.value.begin(), config_.extra_files.value.end());
  for (std::string& path : named) {
    LARDER_TRY(const auto hashed, digests_.hash(path.c_str()));
    if (!hashed) return fail(ErrorCode::unavailable, "hash " + path + ": no such regular file");
    job.description.named_files.push_back({std::move(path), hashed->digest});
  }
  job.manifest = manifest_key(job.description);
  return {};
}

std::optional<int> Session::look_up(const Job& job) {
  auto opened = Cache::open(stores_, helper_);
  if (!opened) return execute({.detail = opened.error().message()});
  cache_ = *std::move(opened);
  if (config_.recache.value) {
    miss_ = Counter::miss_recache;
    return std::nullopt;
  }
  auto lookup = cache_->find(job.manifest, digests_, job.root_if_any());
  if (!lookup) return execute({.detail = lookup.error().message()});
  if (lookup->found && deliver(job, *lookup->found, Counter::direct_hit)) return 0;
  switch (lookup->outcome) {
    case ManifestLookup::Outcome::unknown:
      miss_ = Counter::miss_new;
      break;
    case ManifestLookup::Outcome::changed:
      miss_ = Counter::miss_changed;
      break;
    case ManifestLookup::Outcome::found:  // and could not be delivered
    case ManifestLookup::Outcome::evicted:
      miss_ = Counter::miss_evicted;
      break;
  }
  change_ = std::move(lookup->change);
  if (config_.mode.value == CacheMode::preprocessed) return look_up_preprocessed(job);
  return std::nullopt;
}

bool Session::deliver(const Job& job, const FoundResult& found, Counter counter) {
  const auto bytes = replay(found.entry, job);
  if (!bytes) {
    log_.line("replay", bytes.error());
    miss_detail_ = bytes.error().message();
    return false;
  }
  log_.line("hit " + found.key.hex());
  counts_.add(counter);
  counts_.add(Counter::saved_ms, found.compile_ms);
  counts_.add(Counter::delivered_bytes, *bytes);
  compiler_has_ended(0);
  add_counts();
  return true;
}

Result<std::optional<Preprocessed>> Session::preprocess(const Job& job) {
  sys::Command command{.program = command_.path, .arguments = {command_.words.front()}};
  for (std::string& argument : preprocessing_arguments(job.invocation)) {
    command.arguments.push_back(std::move(argument));
  }
  constexpr sys::CaptureOptions kLimits = {.time_limit = std::chrono::minutes(10),
                                           .max_bytes = std::size_t{256} << 20};
  LARDER_TRY(const auto outcome, sys::run_and_capture(command, kLimits));
  if (!outcome.status.is_success()) return std::optional<Preprocessed>();
  return read_preprocessed(job.description, outcome.out.bytes, outcome.err.bytes,
                           job.root_if_any());
}

std::optional<int> Session::look_up_preprocessed(const Job& job) {
  if (!can_use_preprocessed(job.invocation)) return std::nullopt;
  auto preprocessed = preprocess(job);
  if (!preprocessed) {
    log_.line("preprocess", preprocessed.error());
    return std::nullopt;
  }
  preprocessed_ = *std::move(preprocessed);
  if (preprocessed_ && may_read_precompiled(job.invocation, preprocessed_->files)) {
    preprocessed_.reset();
  }
  if (!preprocessed_) return std::nullopt;
  const auto found = cache_->find_preprocessed(preprocessed_->key);
  if (!found || !*found || !deliver(job, **found, Counter::preprocessed_hit)) return std::nullopt;
  if (!config_.read_only.value) add_to_manifest(job, **found);
  return 0;
}

/// So that the next compile finds it without the preprocessor.
void Session::add_to_manifest(const Job& job, const FoundResult& found) {
  Inputs inputs = read_inputs(job, {.files = preprocessed_->files}, digests_, paths_);
  if (inputs.verdict != Inputs::Verdict::sound) {
    log_.line("not added to the manifest: " + inputs.detail);
    return;
  }
  // What was searched in the outputs is not known any more.
  if (job.root) tell_in_terms_of_root(*job.root, true, inputs);
  ManifestResult result = {
      .key = found.key, .absent = std::move(inputs.absent), .compile_ms = found.compile_ms};
  result.set_files(std::move(inputs.files));
  const auto put = cache_->put_manifest(job.manifest, std::move(result));
  if (!put) log_.line("store", put.error());
}

int Session::compile(const Job& job) {
  sys::Command command = compiler_process(job);
  auto dependencies = DependencyRun::prepare(job, command);
  if (!dependencies) return execute({.detail = dependencies.error().message()});
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = sys::run_forwarding(command);
  if (!outcome) return execute({.detail = outcome.error().message()});
  const auto took = std::chrono::steady_clock::now() - begin;
  if (outcome->interrupted_by != 0) sys::die_by_signal(outcome->interrupted_by);
  if (outcome->status.signal != 0) sys::die_by_signal(outcome->status.signal);
  compiler_has_ended(outcome->status.code);
  compile_ms_ = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  counts_.add(miss_);
  counts_.add(Counter::compile_ms, compile_ms_);
  if (outcome->status.code != 0) {
    leave_unstored(Counter::compile_failed, "exit status " + std::to_string(outcome->status.code));
  } else if (!config_.read_only.value) {
    store(job, *outcome, *dependencies);
  }
  record(outcome_of(job));
  add_counts();
  return outcome->status.code;
}

void Session::store(const Job& job, const sys::RunOutcome& outcome,
                    const DependencyRun& dependencies) {
  static constexpr std::array kByVerdict = {Counter::stored, Counter::dependencies_unknown,
                                            Counter::input_changed, Counter::input_unsuitable};
  HeldOutputs outputs;
  const auto unsuitable = outputs.hold(job);
  if (!unsuitable) return leave_unstored(Counter::cache_error, unsuitable.error().message());
  if (*unsuitable) {
    return leave_unstored(Counter::output_unsuitable, **unsuitable + " is not a new regular file");
  }
  if (const auto root = store::root_of(*stores_.here)) {
    if (const auto packed = root->backend->pack_compression()) outputs.prepare(*packed, helper_);
  }
  Inputs inputs = dependencies.collect(job, digests_, paths_);
  if (inputs.verdict != Inputs::Verdict::sound) {
    const Counter why = kByVerdict[static_cast<std::size_t>(inputs.verdict)];
    return leave_unstored(why, std::move(inputs.detail));
  }
  if (!outcome.out.is_complete || !outcome.err.is_complete) {
    return leave_unstored(Counter::output_unsuitable, "more diagnostics than are kept");
  }
  auto stored = store_result(
      *cache_, {.job = job, .outcome = outcome, .outputs = outputs, .compile_ms = compile_ms_},
      std::move(inputs));
  if (!stored) return leave_unstored(Counter::cache_error, stored.error().message());
  if (!stored->is_stored) {
    return leave_unstored(Counter::output_unsuitable, std::move(stored->detail));
  }
  counts_.add(Counter::stored);
  counts_.add(Counter::stored_bytes, stored->bytes);
  stored_key_ = stored->key.hex();
  // A result with diagnostics names lines and columns, which the preprocessed text does not fix.
  if (preprocessed_ && outcome.err.bytes.empty()) {
    const auto put = cache_->put_preprocessed(preprocessed_->key, stored->key, compile_ms_);
    if (!put) log_.line("store", put.error());
  }
}

void Session::leave_unstored(Counter why, std::string detail) {
  log_.line("not stored: " + detail);
  counts_.add(why);
  unstored_ = why;
  unstored_detail_ = std::move(detail);
}

int Session::execute(const Refusal& refusal) {
  log_.line("uncached: " + refusal.detail);
  counts_.add(refusal.counter);
  counts_.reason = refusal.reason;
  add_counts();
  record(outcome_of(refusal));
  const int os_error = command_.execute();
  (void)std::fprintf(stderr, "larder: run %s: %s\n", command_.path.c_str(),
                     ::strerrordesc_np(os_error));
  return 126;
}

HistoryRecord Session::outcome_of(const Job& job) const {
  HistoryRecord record;
  record.outcome = to_string(miss_);
  record.detail = change_ ? change_->path : miss_detail_;
  if (change_) record.change = to_string(change_->kind);
  if (unstored_) record.unstored = to_string(*unstored_);
  record.unstored_detail = unstored_detail_;
  record.directory = job.directory;
  record.source = job.invocation.input;
  record.object = job.invocation.output;
  record.compile_ms = compile_ms_;
  record.manifest = job.manifest.hex();
  record.result = stored_key_;
  record.description = job.description;
  if (!job.invocation.response_files.empty()) {
    record.words.assign(command_.arguments().begin(), command_.arguments().end());
  }
  return record;
}

HistoryRecord Session::outcome_of(const Refusal& refusal) const {
  HistoryRecord record;
  record.outcome = refusal.reason ? to_string(*refusal.reason) : to_string(refusal.counter);
  record.detail = refusal.detail;
  record.directory = working_directory();
  record.description.arguments.assign(command_.arguments().begin(), command_.arguments().end());
  return record;
}

void Session::record(HistoryRecord record) {
  if (!paths_.is_known() || config_.read_only.value) return;
  record.time_ms = now_ms();
  record.compiler_path = command_.path;
  // Hits leave no record: each that is made says how many there were.
  if (const auto counts = read_counts(paths_.counters)) {
    record.totals = {.hits = counts->hits(), .saved_ms = (*counts)[Counter::saved_ms]};
  }
  const auto appended = append_history(paths_.history, record);
  if (!appended) log_.line("history", appended.error());
}

void Session::add_counts() {
  if (!paths_.is_known() || config_.read_only.value) return;
  auto added = compile::add_counts(paths_.counters, counts_);
  if (!added && added.error().os_error() == ENOENT && paths_.make_directories()) {
    added = compile::add_counts(paths_.counters, counts_);  // nothing has been stored yet
  }
  if (!added) log_.line("counters", added.error());
}

}  // namespace larder::compile
