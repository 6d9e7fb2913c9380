#include "sys/directory.h"

#include "support/temp_dir.h"
#include "sys/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

namespace larder::sys {
namespace {

int flags_of(int dir) {
  int flags = 0;
  return ::ioctl(dir, FS_IOC_GETFLAGS, &flags) == 0 ? flags : 0;
}

TEST(SpreadDirectories, SetsTheFlagThatTheFileSystemHasForIt) {
  const support::TempDir dir;
  const auto fd = open_at(AT_FDCWD, dir.path(), O_RDONLY | O_DIRECTORY).value();
  const int before = flags_of(fd.get());

  spread_directories(fd.get());
  const int after = flags_of(fd.get());

  int wanted = before | FS_TOPDIR_FL;
  const bool is_known = ::ioctl(fd.get(), FS_IOC_SETFLAGS, &wanted) == 0;
  EXPECT_EQ(after, is_known ? wanted : before);
}

}  // namespace
}  // namespace larder::sys
