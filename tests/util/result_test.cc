#include "util/try.h"
#include <larder/result.h>

#include <gtest/gtest.h>

#include <cerrno>

namespace larder {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::invalid_argument, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  LARDER_TRY(const int once, half(value));
  LARDER_CHECK(half(once));
  return once / 2;
}

TEST(Error, TellsWhatFailedAndWhy) {
  const Error error = Error::from_errno(ENOSPC, "rename a to b");

  EXPECT_EQ(error.code(), ErrorCode::no_space);
  EXPECT_EQ(error.os_error(), ENOSPC);
  EXPECT_EQ(error.message(), "rename a to b: No space left on device");
}

TEST(Error, SaysWhatTheCallerCanDo) {
  EXPECT_EQ(Error::from_errno(EACCES, "").code(), ErrorCode::denied);
  EXPECT_EQ(Error::from_errno(EROFS, "").code(), ErrorCode::denied);
  EXPECT_EQ(Error::from_errno(EDQUOT, "").code(), ErrorCode::no_space);
  EXPECT_EQ(Error::from_errno(ESTALE, "").code(), ErrorCode::unavailable);
  EXPECT_EQ(Error::from_errno(ENAMETOOLONG, "").code(), ErrorCode::invalid_argument);
  EXPECT_EQ(Error::from_errno(EIO, "").code(), ErrorCode::io);
}

TEST(Error, NamesANumberItHasNoTextFor) {
  EXPECT_EQ(Error::from_errno(99999, "call").message(), "call: error 99999");
}

TEST(Error, GainsContextOnTheWayUp) {
  const Error error = Error(ErrorCode::corrupt, "bad", 7).context("blob output");

  EXPECT_EQ(error.message(), "blob output: bad");
  EXPECT_EQ(error.code(), ErrorCode::corrupt);
  EXPECT_EQ(error.os_error(), 7);
}

TEST(Result, IsPassedOnByTryAndCheck) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(3).error().message(), "odd");
  EXPECT_EQ(quarter(6).error().message(), "odd");
}

}  // namespace
}  // namespace larder
