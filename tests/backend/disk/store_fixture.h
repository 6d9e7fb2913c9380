#pragma once

#include "backend/disk/disk_backend.h"
#include "backend/disk/layout.h"
#include "conformance/conformance.h"
#include "store/view.h"
#include "support/data.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"
#include <larder/open.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace larder::disk {

/// Tests of stores in a directory of their own, in both layouts.
class DiskStoreTest : public testing::TestWithParam<DiskLayout> {
 protected:
  /// The store's directory, not yet there.
  [[nodiscard]] std::string path(const std::string& below = "") const {
    return below.empty() ? dir_.file("store") : dir_.file("store") + '/' + below;
  }

  [[nodiscard]] DiskOptions options() const { return {.dir = path(), .layout = GetParam()}; }

  [[nodiscard]] Result<std::unique_ptr<Store>> try_open(const DiskOptions& options) {
    auto backend = open_backend(options, clock_);
    if (!backend) return fail(std::move(backend).error());
    return store::make_store(*std::move(backend), options.max_bytes);
  }
  [[nodiscard]] std::unique_ptr<Store> open(const DiskOptions& options) {
    return try_open(options).value();
  }
  [[nodiscard]] std::unique_ptr<Store> open() { return open(options()); }

  /// The files in a directory of the store, hidden ones too.
  [[nodiscard]] std::size_t files_in(const std::string& below) const {
    if (!std::filesystem::exists(path(below))) return 0;
    const std::filesystem::directory_iterator begin(path(below));
    return static_cast<std::size_t>(std::distance(begin, {}));
  }

  /// Those of all shards, wherever they lie.
  [[nodiscard]] std::size_t temporaries() const {
    std::size_t found = files_in(".larder/tmp");
    for (unsigned shard = 0; shard < layout::kShards; ++shard) {
      const std::string dir = ".larder/tmp/" + layout::shard_name(shard);
      if (std::filesystem::exists(path(dir))) found += files_in(dir) - 1;
    }
    return found;
  }

  /// The entry's file that a byte of its content is in.
  [[nodiscard]] std::string content_file(const std::string& entry, const std::string& name) const {
    return GetParam() == DiskLayout::packed ? path(entry) : path(entry + '/' + name);
  }

  /// What verify finds.
  static std::vector<Finding::Kind> findings(Store& store, bool repair = false) {
    std::vector<Finding::Kind> kinds;
    const auto on_finding = [&](const Finding& finding) { kinds.push_back(finding.kind); };
    EXPECT_TRUE(store.verify({.repair = repair, .on_finding = on_finding}));
    return kinds;
  }

  support::TempDir dir_;
  support::FakeClock clock_;
};

inline std::string name_of_layout(const testing::TestParamInfo<DiskLayout>& info) {
  return info.param == DiskLayout::packed ? "packed" : "directory";
}

}  // namespace larder::disk

namespace larder {

/// For names of tests.
inline std::ostream& operator<<(std::ostream& out, DiskLayout layout) {
  return out << (layout == DiskLayout::packed ? "packed" : "directory");
}

}  // namespace larder
