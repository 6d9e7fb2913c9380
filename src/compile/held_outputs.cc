#include "compile/held_outputs.h"

#include "compile/replay.h"
#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include <cstdint>

namespace larder::compile {
namespace {

/// To compress less takes hardly longer than to start a thread. More is left to the store, which
/// does it without holding it in memory, by two threads.
constexpr std::uint64_t kPrepareFrom = std::uint64_t{64} << 10;
constexpr std::uint64_t kPrepareBelow = std::uint64_t{2} << 20;

bool is_worth_preparing(const HeldOutput& output) {
  return output.stamp.size >= kPrepareFrom && output.stamp.size < kPrepareBelow;
}

Result<std::optional<HeldOutput>> hold_file(const OutputFile& file) {
  LARDER_TRY(auto fd, sys::open_existing_at(AT_FDCWD, file.path, O_RDONLY | O_NONBLOCK));
  if (!fd) return std::optional<HeldOutput>();
  LARDER_TRY(const struct stat status, sys::stat_fd(fd->get()));
  if (!S_ISREG(status.st_mode)) return std::optional<HeldOutput>();
  return std::optional(
      HeldOutput{file.blob_name, file.path, *std::move(fd), FileStamp::of(status)});
}

bool is_as_held(const HeldOutput& output) {
  const auto status = sys::stat_at(AT_FDCWD, output.path);
  return status && *status && FileStamp::of(**status) == output.stamp;
}

}  // namespace

Result<std::optional<std::string>> HeldOutputs::hold(const Job& job) {
  for (const OutputFile& file : output_files_of(job.invocation)) {
    LARDER_TRY(auto output, hold_file(file));
    // A side output from an earlier compile is not this one's.
    const bool is_ours = output && output->stamp.ctime_ns >= job.start_ns;
    if (is_ours) {
      outputs_.push_back(*std::move(output));
    } else if (file.blob_name == kOutputBlob) {
      return std::optional(file.path);
    }
  }
  return std::optional<std::string>();
}

void HeldOutputs::prepare(const Compression& compression, util::Helper& helper) {
  prepared_.resize(outputs_.size());
  if (compression.mode == Compression::Mode::none ||
      std::ranges::none_of(outputs_, is_worth_preparing)) {
    return;
  }
  // What it does not come to, the store does.
  preparing_ = helper.begin([this, compression] {
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      if (!is_worth_preparing(outputs_[i])) continue;
      auto blob = store::prepare_blob(BlobSource::from_fd(outputs_[i].fd.get()), compression);
      // What cannot be read now the store will fail to read, and say so.
      if (blob) prepared_[i] = *std::move(blob);
    }
  });
}

std::vector<NamedSource> HeldOutputs::sources() {
  (void)preparing_.finish();
  std::vector<NamedSource> sources;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const bool is_prepared = i < prepared_.size() && prepared_[i];
    sources.push_back({Name::parse(outputs_[i].blob_name).value(),
                       is_prepared ? BlobSource::from_prepared(*prepared_[i])
                                   : BlobSource::from_fd(outputs_[i].fd.get())});
  }
  return sources;
}

bool HeldOutputs::are_as_held() const { return std::ranges::all_of(outputs_, is_as_held); }

}  // namespace larder::compile
