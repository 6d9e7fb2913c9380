#pragma once

#include "backend/memory/memory_backend.h"
#include "support/fake_clock.h"
#include <larder/store.h>

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <cstdint>

/// The contract of Store as a test suite for every backend, view and decorator.
///
/// A test program links larder_conformance and names what is to be tested:
///
///     INSTANTIATE_TEST_SUITE_P(Disk, StoreConformance,
///                              testing::Values(StoreFactory{"packed", make_packed}),
///                              name_of_case);
namespace larder::conformance {

/// What a store under test is made with.
struct SubjectOptions {
  std::optional<std::uint64_t> max_bytes = {};  ///< Its own limit.
  std::uint64_t max_blob_bytes = std::uint64_t{1} << 30;
};

/// A store under test, with all that it stands on.
class Subject {
 public:
  virtual ~Subject() = default;

  [[nodiscard]] virtual Store& store() = 0;

  /// The clock that the store goes by.
  [[nodiscard]] virtual support::FakeClock& clock() = 0;

  /// Closes the store and opens it again, so that store() is another object; false, and nothing
  /// is lost, if it does not outlive being closed.
  virtual bool reopen() { return false; }
};

/// Makes new, empty stores of one kind.
struct StoreFactory {
  std::string name;  ///< Letters, digits and `_`.
  std::function<std::unique_ptr<Subject>(const SubjectOptions&)> make;
  /// What an entry occupies when nothing can be compressed.
  memory::OccupiedBytes occupied_bytes = memory::occupied_by_pack;
};

/// The same stores, each seen through a view of a namespace of a namespace of…; beside it, under
/// the same root, lies an entry that no test may meet.
StoreFactory in_namespaces(std::string name, const StoreFactory& root,
                           std::vector<std::string> path);

std::ostream& operator<<(std::ostream& out, const StoreFactory& factory);

/// For INSTANTIATE_TEST_SUITE_P.
std::string name_of_case(const testing::TestParamInfo<StoreFactory>& info);

class StoreConformance : public testing::TestWithParam<StoreFactory> {
 protected:
  /// Makes the store again, empty and with other options.
  void remake(const SubjectOptions& options) { subject_ = GetParam().make(options); }
  void limit_to(std::uint64_t max_bytes) { remake({.max_bytes = max_bytes}); }

  Store& store() { return subject_->store(); }
  support::FakeClock& clock() { return subject_->clock(); }
  bool reopen() { return subject_->reopen(); }

  /// What an entry as put_noise() puts it occupies.
  static std::uint64_t bytes_of_noise(std::size_t size);

  /// Entries of one letter each, all of the same size, used in the order of `keys`.
  void put_row(std::string_view keys) { put_row(store(), keys); }
  static void put_row(Store& to, std::string_view keys);
  /// What `entries` of those occupy.
  static std::uint64_t bytes_of_row(std::uint64_t entries);

 private:
  std::unique_ptr<Subject> subject_ = GetParam().make({});
};

/// Blobs by name.
using Blobs = std::map<std::string, std::string>;

// Calls on a store, in text; a call that fails fails the test.

void put(Store& store, std::string_view key, std::string_view name, std::string_view value);
void put_entry(Store& store, std::string_view key, const Blobs& blobs);
void remove(Store& store, std::string_view key);
[[nodiscard]] std::optional<std::string> get(Store& store, std::string_view key,
                                             std::string_view name);
/// Empty if there is no entry.
[[nodiscard]] Blobs get_entry(Store& store, std::string_view key);
[[nodiscard]] bool has(Store& store, std::string_view key);
[[nodiscard]] StoreStats stats(Store& store);
[[nodiscard]] CleanReport clean(Store& store, const CleanOptions& options);
[[nodiscard]] std::unique_ptr<Store> in_namespace(Store& store, std::string_view prefix,
                                                  const NamespaceOptions& options = {});

/// Puts an entry of one incompressible blob, named "blob".
void put_noise(Store& store, std::string_view key, std::size_t size);

/// What the walk over the entries sees, spelled "namespace:key".
[[nodiscard]] std::set<std::string> walk(Store& store);
/// The same as totals.
[[nodiscard]] StoreStats walked_stats(Store& store);

/// Incompressible text.
[[nodiscard]] std::string noise_text(std::size_t size, std::uint64_t seed = 1);

/// The code of a call that fails; a call that succeeds fails the test.
template <typename T>
ErrorCode code_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? ErrorCode::io : result.error().code();
}

}  // namespace larder::conformance
