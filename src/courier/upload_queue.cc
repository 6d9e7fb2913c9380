#include "courier/upload_queue.h"

#include "util/assert.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace larder::courier {

bool UploadQueue::add(const std::string& file) {
  auto entry = SpoolEntry::parse(file);
  if (!entry || files_.size() >= kMaxFiles) return false;
  const auto [at, is_new] = files_.try_emplace(file, File{*std::move(entry), targets_.size()});
  if (!is_new) return true;
  for (Target& target : targets_) target.waiting.insert(at->first);
  return true;
}

std::optional<std::string_view> UploadQueue::next_for(const Target& target) const {
  std::unordered_set<std::uint32_t> writers;  // who has an earlier file
  for (const std::string_view file : target.under_way) {
    writers.insert(files_.find(file)->second.entry.writer);
  }
  for (const std::string_view file : target.waiting) {
    if (writers.insert(files_.find(file)->second.entry.writer).second) return file;
  }
  return std::nullopt;
}

std::optional<UploadQueue::Job> UploadQueue::take(Time now) {
  for (std::size_t number = 0; number < targets_.size(); ++number) {
    Target& target = targets_[number];
    if (target.paused_until > now) continue;
    if (const auto file = next_for(target)) {
      target.under_way.insert(*file);
      target.waiting.erase(*file);
      const File& known = files_.find(*file)->second;
      return Job{std::string(*file), known.entry, number, known.failures};
    }
  }
  return std::nullopt;
}

std::optional<UploadQueue::Time> UploadQueue::due() const {
  std::optional<Time> earliest;
  for (const Target& target : targets_) {
    if (target.waiting.empty() || !target.under_way.empty()) continue;
    earliest = std::min(earliest.value_or(Time::max()), target.paused_until);
  }
  return earliest;
}

bool UploadQueue::done(const Job& job) {
  const auto found = files_.find(job.file);
  LARDER_ASSERT(found != files_.end());
  Target& target = targets_[job.target];
  target.next_pause = kFirstPause;
  target.under_way.erase(job.file);
  if (--found->second.targets > 0) return false;
  files_.erase(found);
  return true;
}

void UploadQueue::failed(const Job& job, Time now) {
  const auto found = files_.find(job.file);
  LARDER_ASSERT(found != files_.end());
  Target& target = targets_[job.target];
  target.under_way.erase(job.file);
  target.waiting.insert(found->first);
  ++found->second.failures;
  // Several that were under way at once fail for the same reason.
  if (target.paused_until > now) return;
  target.paused_until = now + target.next_pause;
  target.next_pause = std::min(2 * target.next_pause, kLongestPause);
}

void UploadQueue::retry_now() {
  for (Target& target : targets_) {
    target.paused_until = {};
    target.next_pause = kFirstPause;
  }
}

}  // namespace larder::courier
