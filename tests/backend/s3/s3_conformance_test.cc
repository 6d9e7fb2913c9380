#include "backend/s3/settled_bucket.h"
#include "conformance/conformance.h"
#include "store/view.h"

#include <memory>

namespace larder::conformance {
namespace {

class S3Subject final : public Subject {
 public:
  explicit S3Subject(const SubjectOptions& options) : options_(options) { open(); }

  [[nodiscard]] Store& store() override { return *store_; }
  [[nodiscard]] support::FakeClock& clock() override { return clock_; }
  bool reopen() override {
    store_.reset();
    open();
    return true;
  }

 private:
  void open() {
    store_ = store::make_store(bucket_.open(options_.max_blob_bytes), options_.max_bytes);
  }

  const SubjectOptions options_;
  support::FakeClock clock_;
  const s3::SettledBucket bucket_{clock_};
  std::unique_ptr<Store> store_;
};

std::unique_ptr<Subject> make_s3(const SubjectOptions& options) {
  return std::make_unique<S3Subject>(options);
}

const StoreFactory kS3 = {"root", make_s3};

INSTANTIATE_TEST_SUITE_P(S3, StoreConformance,
                         testing::Values(kS3, in_namespaces("namespace", kS3, {"compile"}),
                                         in_namespaces("nested", kS3, {"ab", "tenant"})),
                         name_of_case);

}  // namespace
}  // namespace larder::conformance
