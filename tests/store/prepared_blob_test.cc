#include "store/prepared_blob.h"

#include "store/pack_support.h"
#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace larder::store {
namespace {

using support::noise;
using support::prose;
using support::TempDir;
using util::ByteBuffer;

constexpr Compression kAutomatic = {};

/// The pack of one blob.
ByteBuffer pack_of(const BlobSource& source, const Compression& compression) {
  PackOptions options;
  options.compression = compression;
  const NamedSource named = {support::name_of("blob"), source};
  return build_pack(Place().address(), {&named, 1}, options).value();
}

TEST(PreparedBlob, MakesThePackThatItsSourceWouldMake) {
  for (const std::size_t size : {0U, 1U, 4095U, 4096U, 70'000U, 524'288U, 524'289U, 1'500'000U}) {
    for (const ByteBuffer& bytes : {prose(size), noise(size)}) {
      const BlobSource source = BlobSource::from_bytes(bytes);
      for (const Compression& compression : {kAutomatic, kRaw, kZstd}) {
        const auto prepared = prepare_blob(source, compression);
        ASSERT_TRUE(prepared) << prepared.error().message();

        EXPECT_TRUE(pack_of(BlobSource::from_prepared(*prepared), compression) ==
                    pack_of(source, compression))
            << size;
      }
    }
  }
}

TEST(PreparedBlob, IsReadAgainWhereItIsToBeCompressedInAnotherWay) {
  const ByteBuffer bytes = prose(100'000);
  const auto prepared = prepare_blob(BlobSource::from_bytes(bytes), kAutomatic);
  ASSERT_TRUE(prepared);

  EXPECT_TRUE(pack_of(BlobSource::from_prepared(*prepared), kZstd) ==
              pack_of(BlobSource::from_bytes(bytes), kZstd));
}

TEST(PreparedBlob, HoldsWhatItsSourceWasWhenItWasPrepared) {
  const TempDir dir;
  const ByteBuffer bytes = prose(100'000);
  const util::UniqueFd fd = support::make_file(dir.file("source"), bytes);
  const auto prepared = prepare_blob(BlobSource::from_fd(fd.get()), kAutomatic);
  ASSERT_TRUE(prepared);
  ASSERT_EQ(::ftruncate(fd.get(), 10), 0);

  EXPECT_TRUE(pack_of(BlobSource::from_prepared(*prepared), kAutomatic) ==
              pack_of(BlobSource::from_bytes(bytes), kAutomatic));
}

TEST(PreparedBlob, IsRefusedWhereItIsLargerThanTheStoreAllows) {
  const ByteBuffer bytes = prose(100'000);
  const auto prepared = prepare_blob(BlobSource::from_bytes(bytes), kAutomatic);
  ASSERT_TRUE(prepared);
  PackOptions options;
  options.max_blob_bytes = 99'999;
  const NamedSource named = {support::name_of("blob"), BlobSource::from_prepared(*prepared)};

  const auto pack = build_pack(Place().address(), {&named, 1}, options);

  EXPECT_EQ(pack.error().code(), ErrorCode::invalid_argument);
}

TEST(PreparedBlob, CannotBeMadeOfWhatIsNoRegularFileOrAtALevelThatDoesNotExist) {
  const TempDir dir;
  const ByteBuffer bytes = prose(10);

  EXPECT_EQ(prepare_blob(BlobSource::from_file(dir.path()), kAutomatic).error().code(),
            ErrorCode::invalid_argument);
  EXPECT_EQ(
      prepare_blob(BlobSource::from_bytes(bytes), {Compression::Mode::zstd, 20}).error().code(),
      ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace larder::store
