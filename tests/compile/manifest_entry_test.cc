#include "compile/manifest_entry.h"

#include "compile/manifest.h"
#include "support/data.h"
#include <larder/open.h>

#include <gtest/gtest.h>

namespace larder::compile {
namespace {

using support::key_of;
using support::name_of;

util::Digest digest_of(std::string_view text) { return util::blake3(util::as_bytes(text)); }

class ManifestEntryTest : public testing::Test {
 protected:
  [[nodiscard]] Entry entry() { return store_->get_entry(kKey).value().value(); }
  [[nodiscard]] std::optional<util::ByteBuffer> manifest() { return manifest_in(entry()).value(); }

  static inline const Key kKey = key_of("key");
  std::unique_ptr<Store> store_ = open_memory_store().value();
};

TEST_F(ManifestEntryTest, HoldsTheManifestThatWasPut) {
  ManifestResult result = {.key = digest_of("result")};
  result.set_files({{"a.h", digest_of("a")}, {"b.h", digest_of("b")}});
  const util::ByteBuffer encoded = encode_manifest({&result, 1});

  ASSERT_TRUE(put_manifest_entry(*store_, kKey, encoded));

  EXPECT_EQ(manifest(), encoded);
}

TEST_F(ManifestEntryTest, KeepsDigestsApartWhereThereAreAny) {
  ManifestResult result = {.key = digest_of("result")};
  result.set_files({{"a.h", digest_of("a")}});

  ASSERT_TRUE(put_manifest_entry(*store_, kKey, encode_manifest({})));
  EXPECT_EQ(entry().find("digests"), nullptr);
  ASSERT_TRUE(put_manifest_entry(*store_, kKey, encode_manifest({&result, 1})));

  EXPECT_EQ(entry().find("digests")->size(), 2 * util::Digest::kBytes + 4);
}

TEST_F(ManifestEntryTest, HoldsNoneWhereThereIsSomethingElse) {
  ASSERT_TRUE(store_->put(kKey, name_of("output"), BlobSource::from_text("something")));

  EXPECT_EQ(manifest(), std::nullopt);
}

}  // namespace
}  // namespace larder::compile
