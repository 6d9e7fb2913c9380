#include "compile/scan_record.h"

#include <gtest/gtest.h>

namespace larder::compile {
namespace {

constexpr std::string_view kSource =
    "#include <a.h>\n#include \"b.h\"\n#include_next <c.h>\n#import \"d.h\"\n"
    "#include CONFIG_H\n#if __has_include(<e.h>) || __has_include_next(<f.h>)\n#endif\n"
    "#define HAS(x, y) __has_include(y)\n#pragma once\nconst char* s = __DATE__;\n";

void expect_same(const SourceScan& scan, const SourceScan& decoded) {
  EXPECT_EQ(decoded.includes, scan.includes);
  EXPECT_EQ(decoded.uses_time, scan.uses_time);
  EXPECT_EQ(decoded.pulls_in_files, scan.pulls_in_files);
  EXPECT_EQ(decoded.uses_modules, scan.uses_modules);
  EXPECT_EQ(decoded.uses_precompiled, scan.uses_precompiled);
  EXPECT_EQ(decoded.asks_for_once, scan.asks_for_once);
}

TEST(ScanRecord, DecodesToTheScan) {
  const SourceScan scan = scan_source(kSource);
  ASSERT_GE(scan.includes.size(), 7U);
  ASSERT_TRUE(scan.uses_time);

  expect_same(scan, decode_scan(encode_scan(scan)).value());
  expect_same(SourceScan(), decode_scan(encode_scan(SourceScan())).value());
}

TEST(ScanRecord, KeepsEachFlagApart) {
  for (const auto flag :
       {&SourceScan::uses_time, &SourceScan::pulls_in_files, &SourceScan::uses_modules,
        &SourceScan::uses_precompiled, &SourceScan::asks_for_once}) {
    SourceScan scan;
    scan.*flag = true;
    expect_same(scan, decode_scan(encode_scan(scan)).value());
  }
}

TEST(ScanRecord, IsNoneWhenCutAtAnyLength) {
  const util::ByteBuffer bytes = encode_scan(scan_source(kSource));

  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_scan(util::ByteSpan(bytes).first(length))) << length;
  }
}

TEST(ScanRecord, NeverReadsOutsideItsBytesWhateverByteIsWrong) {
  const util::ByteBuffer sound = encode_scan(scan_source(kSource));

  for (std::size_t i = 0; i < sound.size(); ++i) {
    for (const std::byte flipped : {std::byte{0xff}, std::byte{0x80}, std::byte{0x01}}) {
      util::ByteBuffer bytes = sound;
      bytes[i] ^= flipped;
      const auto scan = decode_scan(bytes);  // under the address sanitizer
      EXPECT_TRUE(!scan || scan->includes.size() <= bytes.size());
    }
  }
}

}  // namespace
}  // namespace larder::compile
