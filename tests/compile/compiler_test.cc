#include "compile/compiler.h"

#include "compile/processor.h"
#include "support/files.h"
#include "support/stamps.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

namespace larder::compile {
namespace {

constexpr std::string_view kTellsSearchPath = R"(case " $* " in *' -E '*)
  echo '#include "..." search starts here:' >&2
  echo '#include <...> search starts here:' >&2
  echo ' /usr/include' >&2
  echo 'End of search list.' >&2
  exit
esac
)";

/// A driver that tells what it would run, on a machine whose processor can be exchanged, with a
/// directory of records that machines share.
class NativeCompiler : public testing::Test {
 protected:
  NativeCompiler() {
    support::write_file(driver_, "#!/bin/sh\n" + std::string(kTellsSearchPath) +
                                     "echo 'gcc version 12.2.0' >&2\n" +
                                     "echo \" /bin/true $(cat " + meaning_ + ")\" >&2\n");
    (void)::chmod(driver_.c_str(), 0755);
    (void)::mkdir(records_.c_str(), 0755);
  }

  util::Digest identify(const std::string& processor, const std::string& meaning) {
    support::write_file(meaning_, meaning);
    support::let_stamps_move_on();
    FileDigests digests{{}};
    return identify_compiler(
               {.path = driver_, .search_arguments = {"-march=native"}, .processor = processor},
               records_, digests)
        .value()
        .identity;
  }

  support::TempDir dir_;
  std::string driver_ = dir_.file("gcc");
  std::string meaning_ = dir_.file("meaning");
  std::string records_ = dir_.file("records");
};

TEST_F(NativeCompiler, IsAnotherWhereNativeMeansSomethingElse) {
  const auto here = identify("one processor", "-march=haswell -mavx2");

  const auto there = identify("another processor", "-march=znver3 -mavx2");

  EXPECT_NE(here, there);
}

TEST_F(NativeCompiler, IsTheSameWhereNativeMeansTheSame) {
  const auto here = identify("one processor", "-march=haswell --param l2-cache-size=1024");

  const auto there = identify("another processor", "-march=haswell --param l2-cache-size=1024");

  EXPECT_EQ(here, there);
}

TEST_F(NativeCompiler, IsNotAskedAgainOnTheSameProcessor) {
  const auto first = identify("one processor", "-march=haswell");
  (void)identify("another processor", "-march=znver3");

  const auto again = identify("one processor", "-march=never-asked");

  EXPECT_EQ(first, again);
}

TEST(Processor, IsToldAlikeEachTime) {
  const std::string first = describe_processor();

  EXPECT_FALSE(first.empty());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(describe_processor(), first);
}

}  // namespace
}  // namespace larder::compile
