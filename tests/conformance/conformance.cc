#include "conformance/conformance.h"

#include "support/data.h"

#include <vector>

namespace larder::conformance {
namespace {

using support::key_of;
using support::name_of;

constexpr std::size_t kRowBytes = 10'000;

/// The value of a call, or a failure of the test and a default.
template <typename T>
T value_of(Result<T> result, T otherwise = {}) {
  if (result) return *std::move(result);
  ADD_FAILURE() << result.error().message();
  return otherwise;
}

/// A view of another subject's store.
class ViewSubject final : public Subject {
 public:
  ViewSubject(const StoreFactory& root, std::vector<std::string> path,
              const SubjectOptions& options)
      : root_(root.make({.max_bytes = {}, .max_blob_bytes = options.max_blob_bytes})),
        path_(std::move(path)),
        max_bytes_(options.max_bytes) {
    put(root_->store(), "beside", "blob", "not to be met");
    open();
  }

  [[nodiscard]] Store& store() override { return *views_.back(); }
  [[nodiscard]] support::FakeClock& clock() override { return root_->clock(); }
  bool reopen() override {
    views_.clear();  // they would hold the store open
    const bool is_reopened = root_->reopen();
    open();
    return is_reopened;
  }

 private:
  void open() {
    Store* parent = &root_->store();
    for (const std::string& name : path_) {
      const bool is_last = views_.size() + 1 == path_.size();
      NamespaceOptions options;
      if (is_last) options.max_bytes = max_bytes_;
      views_.push_back(in_namespace(*parent, name, options));
      parent = views_.back().get();
    }
  }

  std::unique_ptr<Subject> root_;
  std::vector<std::string> path_;
  std::optional<std::uint64_t> max_bytes_;
  std::vector<std::unique_ptr<Store>> views_;  // from the root inwards
};

void expect_success(const Result<void>& result) { EXPECT_TRUE(result) << result.error().message(); }

}  // namespace

StoreFactory in_namespaces(std::string name, const StoreFactory& root,
                           std::vector<std::string> path) {
  StoreFactory factory;
  factory.name = std::move(name);
  factory.make = [root, path = std::move(path)](const SubjectOptions& options) {
    return std::make_unique<ViewSubject>(root, path, options);
  };
  factory.occupied_bytes = root.occupied_bytes;
  return factory;
}

std::ostream& operator<<(std::ostream& out, const StoreFactory& factory) {
  return out << factory.name;
}

std::string name_of_case(const testing::TestParamInfo<StoreFactory>& info) {
  return info.param.name;
}

std::uint64_t StoreConformance::bytes_of_noise(std::size_t size) {
  const store::BlobLength blob = {"blob", size};
  return GetParam().occupied_bytes({&blob, 1});
}

void StoreConformance::put_row(Store& to, std::string_view keys) {
  for (const char key : keys) put_noise(to, {&key, 1}, kRowBytes);
}

std::uint64_t StoreConformance::bytes_of_row(std::uint64_t entries) {
  return entries * bytes_of_noise(kRowBytes);
}

void put(Store& store, std::string_view key, std::string_view name, std::string_view value) {
  expect_success(store.put(key_of(key), name_of(name), BlobSource::from_text(value)));
}

void put_entry(Store& store, std::string_view key, const Blobs& blobs) {
  std::vector<NamedSource> sources;
  for (const auto& [name, value] : blobs) {
    sources.push_back({name_of(name), BlobSource::from_text(value)});
  }
  expect_success(store.put_entry(key_of(key), sources));
}

void remove(Store& store, std::string_view key) { expect_success(store.remove(key_of(key))); }

std::optional<std::string> get(Store& store, std::string_view key, std::string_view name) {
  const auto blob = value_of(store.get(key_of(key), name_of(name)));
  if (!blob) return std::nullopt;
  return support::text_of(value_of(blob->read()));
}

Blobs get_entry(Store& store, std::string_view key) {
  Blobs blobs;
  const auto entry = value_of(store.get_entry(key_of(key)));
  if (!entry) return blobs;
  for (const auto& [name, blob] : entry->blobs) {
    blobs[name.text()] = support::text_of(value_of(blob.read()));
  }
  return blobs;
}

bool has(Store& store, std::string_view key) { return value_of(store.has(key_of(key))); }

StoreStats stats(Store& store) { return value_of(store.stats()); }

CleanReport clean(Store& store, const CleanOptions& options) {
  return value_of(store.clean(options));
}

std::unique_ptr<Store> in_namespace(Store& store, std::string_view prefix,
                                    const NamespaceOptions& options) {
  return store.in_namespace(name_of(prefix), options).value();
}

void put_noise(Store& store, std::string_view key, std::size_t size) {
  put(store, key, "blob", noise_text(size));
}

std::set<std::string> walk(Store& store) {
  std::set<std::string> seen;
  expect_success(store.entries([&seen](const EntryInfo& info) {
    const bool is_new = seen.insert(info.ns + ':' + support::text_of(info.key.bytes())).second;
    EXPECT_TRUE(is_new) << "an entry was walked twice";
    return true;
  }));
  return seen;
}

StoreStats walked_stats(Store& store) {
  StoreStats stats;
  expect_success(store.entries([&stats](const EntryInfo& info) {
    ++stats.entries;
    stats.bytes += info.bytes;
    return true;
  }));
  return stats;
}

std::string noise_text(std::size_t size, std::uint64_t seed) {
  return support::text_of(support::noise(size, seed));
}

}  // namespace larder::conformance
