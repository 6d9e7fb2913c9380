#include "compile/compiler_parts.h"

#include "support/data.h"
#include "support/files.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

namespace larder::compile {
namespace {

class CompilerPartsTest : public testing::Test {
 protected:
  CompilerParts parts_ = {.files = {{"/usr/bin/gcc", util::blake3(util::as_bytes("driver"))}},
                          .flags = {"-mtune=generic"}};
  util::Digest identity_ = util::blake3(util::as_bytes("identity"));
  support::TempDir dir_;
};

TEST_F(CompilerPartsTest, AreGivenBack) {
  ASSERT_TRUE(remember_parts(dir_.path(), identity_, parts_));

  const auto recalled = recall_parts(dir_.path(), identity_);

  ASSERT_TRUE(recalled);
  ASSERT_EQ(recalled->files.size(), 1U);
  EXPECT_EQ(recalled->files[0].path, "/usr/bin/gcc");
  EXPECT_EQ(recalled->files[0].digest, parts_.files[0].digest);
  EXPECT_EQ(recalled->flags, parts_.flags);
}

TEST_F(CompilerPartsTest, AreNothingWhereTheyWereNotKept) {
  EXPECT_FALSE(recall_parts(dir_.path(), identity_));
}

TEST_F(CompilerPartsTest, AreNothingWhereTheFileIsGarbage) {
  support::write_file(dir_.file(identity_.hex() + ".json"), "[\"no object\"]");

  EXPECT_FALSE(recall_parts(dir_.path(), identity_));
}

}  // namespace
}  // namespace larder::compile
