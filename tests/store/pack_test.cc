#include "store/pack.h"

#include "store/pack_layout.h"
#include "store/pack_support.h"
#include "store/table_support.h"
#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <string>

namespace larder::store {
namespace {

using support::key_of;
using support::name_of;
using support::noise;
using support::prose;
using support::TempDir;
using util::ByteBuffer;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

struct RoundTrip {
  std::string name;
  Compression compression;
};

std::ostream& operator<<(std::ostream& out, const RoundTrip& param) { return out << param.name; }

class PackRoundTrip : public testing::TestWithParam<RoundTrip> {
 protected:
  /// Blobs of every size at which something changes, compressible and not.
  static Blobs all_sizes() {
    Blobs blobs;
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 4095U, 4096U, 65535U, 65536U, 262144U,
                                   524288U, 524289U, 1048576U, 3000000U}) {
      blobs.emplace_back("noise-" + std::to_string(10'000'000 + size), noise(size, size));
      blobs.emplace_back("prose-" + std::to_string(10'000'000 + size), prose(size));
    }
    blobs.emplace_back("tables-of-one-piece", relocations(10'000));
    blobs.emplace_back("tables-of-several-pieces", relocations(60'000));
    std::ranges::sort(blobs);
    return blobs;
  }
};

TEST_P(PackRoundTrip, GivesInMemoryWhatWasPutIn) {
  const Blobs blobs = all_sizes();

  const auto pack = open(build(blobs, GetParam().compression));

  ASSERT_TRUE(pack) << pack.error().message();
  EXPECT_EQ(pack->state(), Pack::State::sound);
  EXPECT_EQ(read_blobs(*pack).value(), blobs);
  EXPECT_TRUE(pack->verify());
}

TEST_P(PackRoundTrip, GivesFromAFileWhatWasPutIn) {
  const TempDir dir;
  const Blobs blobs = all_sizes();
  PackOptions options;
  options.compression = GetParam().compression;
  util::UniqueFd fd = support::make_file(dir.file("pack"));

  const auto size = write_pack(fd.get(), Place().address(), sources_of(blobs), options);
  const auto pack =
      Pack::open(pack_bytes_of(std::move(fd), size.value()), Place().address(), kNoBlobLimit);

  ASSERT_TRUE(pack) << pack.error().message();
  EXPECT_EQ(support::content_of(dir.file("pack")), build(blobs, options.compression));
  EXPECT_EQ(read_blobs(*pack).value(), blobs);
  EXPECT_TRUE(pack->verify());
}

TEST_P(PackRoundTrip, WritesBlobsToDescriptors) {
  const TempDir dir;
  const Blobs blobs = all_sizes();
  const ByteBuffer bytes = build(blobs, GetParam().compression);
  const auto pack =
      Pack::open(pack_bytes_of(support::make_file(dir.file("pack"), bytes), bytes.size()),
                 Place().address(), kNoBlobLimit);
  ASSERT_TRUE(pack);

  for (std::size_t i = 0; i < blobs.size(); ++i) {
    const util::UniqueFd out = support::make_file(dir.file("out"));
    ASSERT_TRUE(pack->blob(pack->records()[i]).write_to(out.get()));
    EXPECT_EQ(support::content_of(dir.file("out")), blobs[i].second) << blobs[i].first;
  }
}

INSTANTIATE_TEST_SUITE_P(, PackRoundTrip,
                         testing::Values(RoundTrip{"automatic", {}}, RoundTrip{"none", kRaw},
                                         RoundTrip{"zstd_1", {Compression::Mode::zstd, 1}},
                                         RoundTrip{"zstd_3", kZstd}),
                         [](const auto& each) { return each.param.name; });

TEST(Pack, HasTheSameBytesWhateverItsThreadHasPackedBefore) {
  const Blobs blobs = {{"a", prose(200'000)}, {"b", prose(500'000)}};
  const Compression strong{.mode = Compression::Mode::zstd, .level = 12};
  const ByteBuffer fresh =
      std::async(std::launch::async, [&] { return build(blobs, Compression()); }).get();

  (void)build({{"c", noise(300'000)}}, Compression());
  EXPECT_EQ(build(blobs, Compression()), fresh);
  (void)build(blobs, strong);
  EXPECT_EQ(build(blobs, Compression()), fresh);
}

TEST(Pack, IsTheSameForEveryKindOfSource) {
  const TempDir dir;
  for (const std::size_t size : {100U, 100'000U, 700'000U}) {
    const ByteBuffer bytes = prose(size);
    const util::UniqueFd fd = support::make_file(dir.file("source"), bytes);
    const auto donor = open(build({{"blob", bytes}}));
    const Blob blob = donor->blob(donor->records()[0]);

    for (const BlobSource& source : {BlobSource::from_file(dir.file("source")),
                                     BlobSource::from_fd(fd.get()), BlobSource::from_blob(blob)}) {
      const NamedSource named = {name_of("blob"), source};
      EXPECT_EQ(build_pack(Place().address(), {&named, 1}, {}).value(), build({{"blob", bytes}}));
    }
  }
}

TEST(Pack, IsTheSameInWhateverOrderBlobsAreGiven) {
  EXPECT_EQ(build({{"a", noise(10)}, {"b", noise(20)}, {"c", noise(5)}}),
            build({{"c", noise(5)}, {"b", noise(20)}, {"a", noise(10)}}));
}

TEST(Pack, FindsRecordsByName) {
  const auto pack = open(build({{"b", noise(3)}, {"a", noise(2)}}));

  ASSERT_NE(pack->find("a"), nullptr);
  EXPECT_EQ(pack->find("a")->raw_bytes, 2U);
  EXPECT_EQ(pack->find("b")->raw_bytes, 3U);
  EXPECT_EQ(pack->find("c"), nullptr);
  EXPECT_EQ(pack->find(""), nullptr);
}

TEST(Pack, PutsTheLargestLastAndLargeRawOnesOnPages) {
  const auto pack =
      open(build({{"a", noise(200'000)}, {"b", noise(70'000)}, {"c", noise(100)}}, kRaw));

  EXPECT_EQ(pack->find("b")->offset, 4096U);
  EXPECT_EQ(pack->find("c")->offset % 16, 0U);
  EXPECT_EQ(pack->find("a")->offset % 4096, 0U);
  EXPECT_GT(pack->find("a")->offset, pack->find("c")->offset);
}

TEST(Pack, LeavesShortAndIncompressibleBlobsRaw) {
  const auto pack = open(build({{"long", prose(4096)},
                                {"noise", noise(100'000)},
                                {"short", prose(4095)},
                                {"xl", noise(kMiB)}}));

  EXPECT_EQ(pack->find("long")->codec, Codec::zstd);
  EXPECT_EQ(pack->find("noise")->codec, Codec::raw);
  EXPECT_EQ(pack->find("short")->codec, Codec::raw);
  EXPECT_EQ(pack->find("xl")->codec, Codec::raw);
}

TEST(Pack, CompressesShortBlobsWhenToldTo) {
  EXPECT_EQ(open(build({{"short", prose(1000)}}, kZstd))->find("short")->codec, Codec::zstd);
  EXPECT_EQ(open(build({{"empty", {}}}, kZstd))->find("empty")->codec, Codec::raw);
}

TEST(Pack, HasTheLengthForetold) {
  for (const std::size_t size : {0U, 1U, 100U, 70'000U}) {
    const std::vector<BlobLength> lengths = {{"a", size}, {"bb", 65'536}, {"c", 3}};
    const Blobs blobs = {{"a", noise(size)}, {"bb", noise(65'536)}, {"c", noise(3)}};
    EXPECT_EQ(packed_bytes(lengths), build(blobs, kRaw).size());
  }
  EXPECT_EQ(packed_bytes(std::vector<BlobLength>{{"empty", 0}}),
            build({{"empty", {}}}, kRaw).size());
}

TEST(Pack, TakesUpTo256Blobs) {
  Blobs blobs;
  for (int i = 0; i < 256; ++i) {
    blobs.emplace_back(std::string(197, 'n') + std::to_string(100 + i), noise(1));
  }
  const auto pack = open(build(blobs));
  ASSERT_TRUE(pack) << pack.error().message();
  EXPECT_EQ(pack->records().size(), 256U);
  EXPECT_EQ(read_blobs(*pack).value(), blobs);

  blobs.emplace_back("one more", noise(1));
  EXPECT_EQ(build_pack(Place().address(), sources_of(blobs), {}).error().code(),
            ErrorCode::invalid_argument);
}

TEST(Pack, IsRefusedForNoBlobsATwiceGivenNameAndAnOversizeBlob) {
  const Place place;
  PackOptions options;
  options.max_blob_bytes = 10;
  const auto code_of = [&](const Blobs& blobs) {
    return build_pack(place.address(), sources_of(blobs), options).error().code();
  };

  EXPECT_EQ(code_of({}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({{"a", {}}, {"b", {}}, {"a", {}}}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({{"a", noise(11)}}), ErrorCode::invalid_argument);
}

TEST(Pack, IsRefusedForALevelOfCompressionThatDoesNotExist) {
  const Blobs blobs = {{"blob", noise(1)}};
  for (const int level : {-1, 0, 20}) {
    PackOptions options;
    options.compression = {Compression::Mode::zstd, level};
    EXPECT_EQ(build_pack(Place().address(), sources_of(blobs), options).error().code(),
              ErrorCode::invalid_argument);
  }
}

TEST(Pack, RefusesSourcesThatAreNoRegularFile) {
  const TempDir dir;
  const std::string fifo = dir.file("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);

  for (const std::string& path : {fifo, dir.path(), dir.file("absent")}) {
    const NamedSource source = {name_of("blob"), BlobSource::from_file(path)};
    EXPECT_EQ(build_pack(Place().address(), {&source, 1}, {}).error().code(),
              ErrorCode::invalid_argument)
        << path;
  }
}

TEST(Pack, OfAnotherNamespaceOrKeyIsMisplaced) {
  const auto bytes = std::make_shared<const ByteBuffer>(build({{"blob", noise(10)}}));
  const Place place;
  const NamespacePath elsewhere = NamespacePath::parse("compile").value();
  const Key other = key_of("kez");

  for (const Address& address : {Address{elsewhere, place.key}, Address{place.ns, other}}) {
    const auto pack = Pack::open(pack_bytes_of(bytes), address, kNoBlobLimit);
    ASSERT_TRUE(pack);
    EXPECT_EQ(pack->state(), Pack::State::misplaced);
    EXPECT_TRUE(pack->verify());
  }
}

TEST(Pack, BindsNamespaceAndKeyApart) {
  const NamespacePath a = NamespacePath::parse("a").value();
  const NamespacePath root;
  const Key bc = key_of("bc");
  const Key abc = key_of("abc");

  EXPECT_NE(binding_of({a, bc}), binding_of({root, abc}));
}

TEST(Pack, WithABlobOverTheLimitIsRefused) {
  EXPECT_TRUE(open(build({{"blob", noise(10)}}), 10));
  EXPECT_EQ(open(build({{"blob", noise(11)}}), 10).error().code(), ErrorCode::corrupt);
}

/// Blobs that go to a regular file in their own ways: of one piece and of several.
struct LargeBlob {
  ByteBuffer content;
  Compression compression;
};

std::vector<LargeBlob> large_blobs() {
  return {{noise(300'000), kRaw}, {noise(1'500'000), kRaw}, {prose(2'500'000), kZstd}};
}

Pack pack_of(const TempDir& dir, const LargeBlob& blob) {
  const ByteBuffer bytes = build({{"blob", blob.content}}, blob.compression);
  auto file = pack_bytes_of(support::make_file(dir.file("pack"), bytes), bytes.size());
  return Pack::open(std::move(file), Place().address(), kNoBlobLimit).value();
}

TEST(Pack, WritesToFilesThatAreOnlyAppendedTo) {
  for (const LargeBlob& large : large_blobs()) {
    const TempDir dir;
    const Pack pack = pack_of(dir, large);
    const auto appending =
        sys::open_at(AT_FDCWD, dir.file("out"), O_WRONLY | O_CREAT | O_APPEND).value();

    ASSERT_TRUE(pack.blob(pack.records()[0]).write_to(appending.get()));

    EXPECT_TRUE(support::content_of(dir.file("out")) == large.content);
  }
}

TEST(Pack, WritesFromADescriptorsPositionToWhereTheBlobEnds) {
  const auto text = util::as_bytes("text");
  for (const LargeBlob& large : large_blobs()) {
    const TempDir dir;
    const Pack pack = pack_of(dir, large);
    const util::UniqueFd out = support::make_file(dir.file("out"));
    ASSERT_TRUE(sys::write_all(out.get(), text));

    ASSERT_TRUE(pack.blob(pack.records()[0]).write_to(out.get()));
    ASSERT_TRUE(sys::write_all(out.get(), text));

    ByteBuffer expected(text.begin(), text.end());
    util::append(expected, util::ByteSpan(large.content));
    util::append(expected, text);
    EXPECT_TRUE(support::content_of(dir.file("out")) == expected);
  }
}

ByteBuffer read_to_the_end(int fd) {
  ByteBuffer read;
  ByteBuffer buffer(65'536);
  while (const std::size_t got = sys::read_some(fd, buffer).value()) {
    util::append(read, util::ByteSpan(buffer).first(got));
  }
  return read;
}

TEST(Pack, WritesToPipes) {
  for (const LargeBlob& large : large_blobs()) {
    const TempDir dir;
    const Pack pack = pack_of(dir, large);
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const util::UniqueFd reading(ends[0]);
    util::UniqueFd writing(ends[1]);

    auto written = std::async(std::launch::async, [&] {
      const auto outcome = pack.blob(pack.records()[0]).write_to(writing.get());
      writing.reset();
      return outcome;
    });

    EXPECT_TRUE(read_to_the_end(reading.get()) == large.content);
    EXPECT_TRUE(written.get());
  }
}

TEST(Pack, HasTheChecksumOfALargeBlobsPieces) {
  const ByteBuffer content = prose(2 * layout::kPieceBytes + 1);
  ByteBuffer checksums;
  for (std::size_t at = 0; at < content.size(); at += layout::kPieceBytes) {
    const auto piece = util::ByteSpan(content).subspan(at);
    const auto bytes = std::min(piece.size(), layout::kPieceBytes);
    util::append(checksums, util::xxh3_128(piece.first(bytes)).bytes);
  }
  for (const Compression& compression : {kRaw, kZstd}) {
    const auto pack = open(build({{"blob", content}}, compression));

    EXPECT_EQ(pack->records()[0].checksum, util::xxh3_128(checksums));
  }
}

TEST(Pack, StaysReadableThroughItsBlobs) {
  std::optional<Blob> blob;
  {
    const auto pack = open(build({{"blob", noise(10)}}));
    blob = pack->blob(pack->records()[0]);
  }
  EXPECT_EQ(blob->read().value(), noise(10));
}

}  // namespace
}  // namespace larder::store
