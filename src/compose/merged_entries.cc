#include "compose/merged_entries.h"

#include <algorithm>

namespace larder::compose {

MergedEntries::MergedEntries(std::span<CountedTier* const> tiers,
                             const store::NamespacePath& below) {
  for (CountedTier* tier : tiers) {
    const auto on_entry = [this](const EntryInfo& info) {
      add(info);
      return true;
    };
    auto walked = tier->run([&] { return tier->backend().entries(below, on_entry); });
    if (!walked) failures_.add(std::move(walked).error());
  }
}

/// Entries of the tiers before have been added.
void MergedEntries::add(const EntryInfo& info) {
  const auto [at, is_new] =
      items_.try_emplace(Place(info.ns, info.key), Item{info.bytes, info.last_use});
  if (!is_new) {
    at->second.last_use = std::max(at->second.last_use, info.last_use);
    return;
  }
  ++total_.entries;
  total_.bytes += info.bytes;
}

std::vector<EntryInfo> MergedEntries::by_last_use() const {
  std::vector<EntryInfo> infos;
  infos.reserve(items_.size());
  for (const auto& [place, item] : items_) {
    infos.push_back({place.first, place.second, item.bytes, item.last_use});
  }
  std::ranges::stable_sort(infos, {}, &EntryInfo::last_use);
  return infos;
}

bool is_unused_longer(std::chrono::system_clock::time_point last_use,
                      std::chrono::system_clock::time_point now, std::chrono::seconds max_age) {
  const auto unused = now - last_use;
  // In whole seconds first: `max_age` in the clock's unit may overflow.
  const auto seconds = std::chrono::floor<std::chrono::seconds>(unused);
  return seconds > max_age || (seconds == max_age && seconds < unused);
}

}  // namespace larder::compose
