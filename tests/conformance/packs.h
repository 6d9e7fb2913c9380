#pragma once

#include "store/backend.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <cstdint>

/// The contract of Backend::get_pack and put_pack as a test suite for every pair of backends that
/// entries move between.
///
///     INSTANTIATE_TEST_SUITE_P(Disk, PackConformance, all_pairs({kMemory, kPacked}),
///     name_of_pair);
namespace larder::conformance {

/// Makes new, empty backends of one kind.
struct BackendFactory {
  std::string name;  ///< Letters, digits and `_`.
  /// What the backend stands on goes with it.
  std::function<std::shared_ptr<store::Backend>(std::uint64_t max_blob_bytes)> make;
};

/// Where an entry is moved from and to.
struct BackendPair {
  BackendFactory from;
  BackendFactory to;
};

std::ostream& operator<<(std::ostream& out, const BackendPair& pair);

/// Every factory with every one.
std::vector<BackendPair> all_pairs(const std::vector<BackendFactory>& factories);

/// For INSTANTIATE_TEST_SUITE_P.
std::string name_of_pair(const testing::TestParamInfo<BackendPair>& info);

class PackConformance : public testing::TestWithParam<BackendPair> {
 protected:
  static constexpr std::uint64_t kMaxBlobBytes = std::uint64_t{1} << 30;

  std::shared_ptr<store::Backend> from_ = GetParam().from.make(kMaxBlobBytes);
  std::shared_ptr<store::Backend> to_ = GetParam().to.make(kMaxBlobBytes);
};

}  // namespace larder::conformance
