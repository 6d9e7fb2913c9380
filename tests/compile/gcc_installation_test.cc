#include "compile/gcc_installation.h"

#include <gmock/gmock.h>

namespace larder::compile {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

TEST(GccInstallation, IsSignedByNewerVersionsBesideTheOneInUse) {
  const std::vector<std::string> search = {
      "/usr/lib/llvm-14/lib/clang/14.0.6/include",
      "/usr/bin/../lib/gcc/x86_64-linux-gnu/12/../../../../include/c++/12"};

  const auto signs = signs_of_newer_gcc(search);

  const std::string installations = "/usr/bin/../lib/gcc/x86_64-linux-gnu/";
  EXPECT_THAT(signs, Contains(installations + "12/crtbegin.o"));
  EXPECT_THAT(signs, Contains(installations + "12.2.0/crtbegin.o"));
  EXPECT_THAT(signs, Contains(installations + "13/crtbegin.o"));
  EXPECT_THAT(signs, Contains(installations + "20.1/crtbegin.o"));
  EXPECT_THAT(signs, Not(Contains(installations + "11/crtbegin.o")));
}

TEST(GccInstallation, HasNoSignsWhereNoneIsUsed) {
  EXPECT_THAT(signs_of_newer_gcc({}), IsEmpty());
  const std::vector<std::string> search = {"/usr/include/c++/v1", "/opt/lib/gcc/triple"};
  EXPECT_THAT(signs_of_newer_gcc(search), IsEmpty());
}

}  // namespace
}  // namespace larder::compile
