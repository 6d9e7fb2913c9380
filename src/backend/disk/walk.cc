#include "backend/disk/walk.h"

#include "backend/disk/layout.h"
#include "sys/directory.h"
#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <string_view>
#include <vector>

namespace larder::disk {
namespace {

constexpr int kMaxDetectDirs = 1000;

/// What the names in a namespace's directory mean.
struct NamespaceContent {
  std::vector<unsigned> shards = {};
  std::vector<store::NamespacePath> children = {};
};

void report(const ForeignVisitor& on_foreign, const std::string& dir, std::string_view name) {
  if (!on_foreign) return;
  on_foreign(dir == "." ? std::string(name) : dir + '/' + std::string(name));
}

/// The namespace of that directory's name under `ns`, or nullopt if it is none.
std::optional<store::NamespacePath> child_of(const store::NamespacePath& ns,
                                             std::string_view dir_name) {
  const auto component = layout::parse_component(dir_name);
  if (!component) return std::nullopt;
  auto child = ns.child(*component);
  if (!child) return std::nullopt;
  return *std::move(child);
}

Result<NamespaceContent> read_namespace(const StoreDir& store, const store::NamespacePath& ns,
                                        const ForeignVisitor& on_foreign) {
  NamespaceContent content;
  const std::string path = layout::namespace_dir(ns);
  LARDER_TRY(auto dir, store.open_dir(path));
  if (!dir) return content;
  LARDER_TRY(auto reader, sys::DirectoryReader::open(*std::move(dir)));
  for (;;) {
    LARDER_TRY(const dirent* entry, reader.next());
    if (entry == nullptr) return content;
    const std::string_view name = entry->d_name;
    if (ns.is_root() && name == layout::kOwnDir) continue;
    const bool is_dir = reader.is_directory(*entry);
    const auto shard = layout::parse_shard(name);
    auto child = child_of(ns, name);
    if (is_dir && shard) {
      content.shards.push_back(*shard);
    } else if (is_dir && child) {
      content.children.push_back(*std::move(child));
    } else {
      report(on_foreign, path, name);
    }
  }
}

/// The layout of the entries in one shard, or nullopt if there are none.
Result<std::optional<DiskLayout>> detect_layout(const StoreDir& store, const ShardDir& shard) {
  for (const DiskLayout layout : {DiskLayout::packed, DiskLayout::directory}) {
    const auto format = make_entry_format(layout, {});
    const auto stop = [](const StoredEntry&) { return false; };
    LARDER_TRY(const bool is_empty, list_shard(store, *format, shard, stop));
    if (!is_empty) return std::optional(layout);
  }
  return std::optional<DiskLayout>();
}

}  // namespace

Result<void> walk_shards(const StoreDir& store, const store::NamespacePath& below,
                         const ShardVisitor& on_shard, const ForeignVisitor& on_foreign) {
  std::vector<store::NamespacePath> due = {below};
  while (!due.empty()) {
    const store::NamespacePath ns = std::move(due.back());
    due.pop_back();
    LARDER_TRY(auto content, read_namespace(store, ns, on_foreign));
    for (const unsigned shard : content.shards) {
      LARDER_TRY(const bool goes_on, on_shard({ns, shard}));
      if (!goes_on) return {};
    }
    std::ranges::move(content.children, std::back_inserter(due));
  }
  return {};
}

Result<bool> list_shard(const StoreDir& store, const EntryFormat& format, const ShardDir& shard,
                        const StoredEntryVisitor& on_entry, const ForeignVisitor& on_foreign) {
  const std::string path = layout::shard_dir(shard.ns, shard.shard);
  LARDER_TRY(auto dir, store.open_dir(path));
  if (!dir) return true;
  LARDER_TRY(auto reader, sys::DirectoryReader::open(*std::move(dir)));
  for (;;) {
    LARDER_TRY(const dirent* entry, reader.next());
    if (entry == nullptr) return true;
    const std::string name = entry->d_name;
    const auto key = layout::parse_entry(name, shard.shard);
    LARDER_TRY(const auto status, sys::stat_at(reader.fd(), name, AT_SYMLINK_NOFOLLOW));
    if (!status) continue;
    if (!key || !format.fits(status->st_mode)) {
      report(on_foreign, path, name);
      continue;
    }
    LARDER_TRY(const auto bytes, format.measure(reader.fd(), name, *status));
    if (!bytes) continue;
    if (!on_entry({*key, *bytes, identity_of(*status)})) return false;
  }
}

Result<Detected> detect_layout(const StoreDir& store) {
  std::deque<store::NamespacePath> due = {store::NamespacePath()};
  for (int looked_at = 0; !due.empty(); due.pop_front()) {
    if (++looked_at > kMaxDetectDirs) return Detected{.is_exhaustive = false};
    LARDER_TRY(auto content, read_namespace(store, due.front(), {}));
    for (const unsigned shard : content.shards) {
      ++looked_at;
      LARDER_TRY(const auto layout, detect_layout(store, {due.front(), shard}));
      if (layout) return Detected{.layout = layout};
    }
    std::ranges::move(content.children, std::back_inserter(due));
  }
  return Detected();
}

}  // namespace larder::disk
