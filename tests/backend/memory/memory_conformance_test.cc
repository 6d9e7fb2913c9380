#include "backend/memory/memory_backend.h"
#include "conformance/conformance.h"
#include "store/view.h"
#include "support/data.h"

#include <string>
#include <utility>
#include <vector>

namespace larder::conformance {
namespace {

class MemorySubject final : public Subject {
 public:
  explicit MemorySubject(const SubjectOptions& options)
      : store_(store::make_store(
            memory::make_backend({.max_blob_bytes = options.max_blob_bytes}, clock_),
            options.max_bytes)) {}

  [[nodiscard]] Store& store() override { return *store_; }
  [[nodiscard]] support::FakeClock& clock() override { return clock_; }

 private:
  support::FakeClock clock_;
  std::unique_ptr<Store> store_;
};

std::unique_ptr<Subject> make_memory(const SubjectOptions& options) {
  return std::make_unique<MemorySubject>(options);
}

const StoreFactory kMemory = {"root", make_memory};

INSTANTIATE_TEST_SUITE_P(Memory, StoreConformance,
                         testing::Values(kMemory, in_namespaces("namespace", kMemory, {"compile"}),
                                         in_namespaces("nested", kMemory, {"compile", "tenant"})),
                         name_of_case);

}  // namespace
}  // namespace larder::conformance
