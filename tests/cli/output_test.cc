#include "cli/output.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace larder::cli {
namespace {

TEST(PrintError, EscapesControlCharacters) {
  testing::internal::CaptureStderr();

  print_error("key \"\x1b[2J\n\x7f\xc3\xa9\"");

  EXPECT_EQ(testing::internal::GetCapturedStderr(), "larder: key \"\\x1b[2J\\x0a\\x7f\xc3\xa9\"\n");
}

TEST(OutputError, NamesStandardOutput) {
  const Error error = output_error(Error::from_errno(ENOSPC, "write descriptor 1"));

  EXPECT_EQ(error.message(), "write to standard output: No space left on device");
}

TEST(OutputError, KeepsAnErrorThatIsNotTheSystems) {
  const Error error = output_error(Error(ErrorCode::corrupt, "the blob is corrupt"));

  EXPECT_EQ(error.message(), "the blob is corrupt");
}

}  // namespace
}  // namespace larder::cli
