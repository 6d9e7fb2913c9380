#include "store/pack.h"
#include "store/pack_support.h"
#include "store/table_support.h"
#include "support/data.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

/// Packs as version 1.0 wrote them, in tests/golden/pack-v1. They never change and are read for
/// ever; a new version gets a directory of its own.
namespace larder::store {
namespace {

using support::prose;
using util::ByteBuffer;

ByteBuffer bytes_of(std::string_view text) {
  const auto bytes = util::as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

Blobs compile_result() {
  return {{"exit_code", bytes_of("0")},
          {"output", prose(70'000)},
          {"stderr", bytes_of("a.c:1: warning: größe\n")},
          {"stdout", {}}};
}

Blobs many() {
  Blobs blobs;
  for (int i = 0; i < 256; ++i) {
    blobs.emplace_back("blob-" + std::to_string(1000 + i), bytes_of(std::to_string(i)));
  }
  return blobs;
}

/// Text, tables of both kinds in two pieces, and text.
ByteBuffer object() {
  ByteBuffer bytes = prose(500'000);
  util::append(bytes, util::ByteSpan(relocations(2000)));
  util::append(bytes, util::ByteSpan(section_headers(300)));
  util::append(bytes, util::ByteSpan(prose(10'000)));
  return bytes;
}

struct Golden {
  std::string file;
  Blobs blobs;
  Compression compression;
  Pack::State state = Pack::State::sound;
  bool is_remade = true;  // whether today's writer must give the same bytes
};

std::ostream& operator<<(std::ostream& out, const Golden& golden) { return out << golden.file; }

std::vector<Golden> goldens() {
  return {
      {"raw", compile_result(), kRaw},
      {"many", many(), kRaw},
      // What zstd makes of the same bytes may change with its version.
      {"zstd", compile_result(), kZstd, Pack::State::sound, false},
      {"zstd_streamed", {{"large", prose(300'000)}}, kZstd, Pack::State::sound, false},
      {"zstd_pieces", {{"large", prose(600'000)}}, kZstd, Pack::State::sound, false},
      {"zstd_tables", {{"object", object()}}, kZstd, Pack::State::sound, false},
      {"optional_extension", {{"roomy", prose(50)}}, kRaw, Pack::State::sound, false},
      {"required_extension", {}, kRaw, Pack::State::newer, false},
  };
}

class PackGolden : public testing::TestWithParam<Golden> {
 protected:
  static ByteBuffer stored() {
    return support::content_of(LARDER_GOLDEN_DIR "/pack-v1/" + GetParam().file + ".pack");
  }
};

TEST_P(PackGolden, IsRead) {
  const auto pack = open(stored());

  ASSERT_TRUE(pack) << pack.error().message();
  EXPECT_EQ(pack->state(), GetParam().state);
  EXPECT_TRUE(read_blobs(*pack).value() == GetParam().blobs);
  EXPECT_TRUE(pack->verify());
}

TEST_P(PackGolden, IsStillWhatIsWritten) {
  if (!GetParam().is_remade) return;

  EXPECT_TRUE(build(GetParam().blobs, GetParam().compression) == stored());
}

INSTANTIATE_TEST_SUITE_P(, PackGolden, testing::ValuesIn(goldens()),
                         [](const auto& each) { return each.param.file; });

}  // namespace
}  // namespace larder::store
