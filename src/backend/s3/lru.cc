#include "backend/s3/lru.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace larder::s3 {
namespace {

bool is_older(const LruList::Item& a, const LruList::Item& b) { return a.last_use < b.last_use; }

}  // namespace

void LruList::add(const ListedEntry& entry) {
  ++total_.entries;
  total_.bytes += entry.bytes;
  if (items_.size() < max_items_) {
    items_.push_back({entry.object_key, entry.bytes, entry.last_use});
    if (items_.size() == max_items_) std::ranges::make_heap(items_, is_older);
    return;
  }
  if (entry.last_use >= items_.front().last_use) return;
  std::ranges::pop_heap(items_, is_older);
  items_.back() = {entry.object_key, entry.bytes, entry.last_use};
  std::ranges::push_heap(items_, is_older);
}

std::vector<LruList::Item> LruList::take_sorted(std::span<const std::string> latest) {
  std::map<std::string_view, std::size_t> ranks;
  for (std::size_t i = 0; i < latest.size(); ++i) ranks.insert_or_assign(latest[i], i + 1);
  const auto order = [&ranks](const Item& item) {
    const auto rank = ranks.find(item.object_key);
    return std::tuple(item.last_use, rank == ranks.end() ? 0 : rank->second,
                      std::string_view(item.object_key));
  };
  std::vector<Item> items = std::exchange(items_, {});
  std::ranges::sort(items, {}, order);
  return items;
}

}  // namespace larder::s3
