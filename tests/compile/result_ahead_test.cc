#include "compile/result_ahead.h"

#include "compile/description.h"
#include "store/view.h"
#include "support/await_helper.h"
#include "support/backend_double.h"
#include "support/data.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace larder::compile {
namespace {

using support::BackendDouble;
using support::name_of;

class ResultAheadTest : public testing::Test {
 protected:
  ResultAheadTest() {
    auto backend = std::make_unique<BackendDouble>();
    backend_ = backend.get();
    results_ = store::make_store(std::move(backend), std::nullopt);
  }

  void put(std::string_view content) {
    const std::array blobs = {NamedSource{name_of("output"), BlobSource::from_text(content)}};
    ASSERT_TRUE(results_->put_entry(key_of(kKey), blobs));
  }

  /// What is taken after the helper has done what there was for it.
  std::optional<Entry> taken(std::size_t files) {
    ResultAhead ahead(*results_, helper_);
    ahead.begin(kKey, files);
    support::await(helper_);
    return ahead.take();
  }

  static constexpr std::size_t kFew = 20;
  static constexpr std::size_t kMany = 1000;
  static inline const util::Digest kKey = util::blake3(util::as_bytes("result"));

  BackendDouble* backend_ = nullptr;
  std::unique_ptr<Store> results_;
  util::Helper helper_{[] { return true; }};
};

TEST_F(ResultAheadTest, IsTheResult) {
  for (const std::size_t size : {std::size_t{6}, std::size_t{300'000}, std::size_t{2'000'000}}) {
    const std::string object(size, 'o');
    put(object);
    for (const std::size_t files : {kFew, kMany}) {
      const auto entry = taken(files);

      ASSERT_TRUE(entry);
      EXPECT_TRUE(support::text_of(entry->find("output")->read().value()) == object) << size;
    }
  }
}

TEST_F(ResultAheadTest, IsAbsentWhereNothingIsStored) {
  EXPECT_FALSE(taken(kFew));
  EXPECT_FALSE(taken(kMany));
}

TEST_F(ResultAheadTest, IsAbsentWhereItCannotBeGot) {
  put("object");
  backend_->break_with(ErrorCode::io);

  EXPECT_FALSE(taken(kFew));
  EXPECT_FALSE(taken(kMany));
}

TEST_F(ResultAheadTest, IsAbsentWhereTheHelperDoesNotComeToIt) {
  put("object");
  util::Helper none([] { return false; });
  ResultAhead ahead(*results_, none);
  ahead.begin(kKey, kMany);

  EXPECT_FALSE(ahead.take());
}

TEST_F(ResultAheadTest, IsAbsentWhereNothingHasBeenBegun) {
  put("object");
  EXPECT_FALSE(ResultAhead(*results_, helper_).take());
}

}  // namespace
}  // namespace larder::compile
