#include "compile/real_directories.h"

#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace larder::compile {
namespace {

/// Two checkouts, `one` and `two`, each with a directory `inc` and a link `link` to it.
class RealDirectoriesTest : public testing::Test {
 protected:
  RealDirectoriesTest() {
    for (const ProjectRoot* root : {&one_, &two_}) {
      std::filesystem::create_directories(root->path() + "/inc");
      std::filesystem::create_symlink("inc", root->path() + "/link");
    }
  }
  ~RealDirectoriesTest() override { EXPECT_EQ(::chdir("/"), 0); }

  /// In the checkout's root.
  static util::Digest digest_of(const std::string& directory, const ProjectRoot& root) {
    EXPECT_EQ(::chdir(root.path().c_str()), 0);
    return real_directory_digest(directory, &root);
  }

  support::TempDir dir_;
  std::string top_ = std::filesystem::canonical(dir_.path());
  ProjectRoot one_{top_ + "/one"};
  ProjectRoot two_{top_ + "/another"};
};

TEST_F(RealDirectoriesTest, AreTheSameForCheckoutsThatNameThemByTheirRoot) {
  for (const std::string name : {"/inc", "/link", "/inc/../link"}) {
    EXPECT_EQ(digest_of(one_.path() + name, one_), digest_of(two_.path() + name, two_)) << name;
  }
}

// Whether the real path is the shorter name follows from how long the root is.
TEST_F(RealDirectoriesTest, AreEachCheckoutsOwnIfNamedRelativeToIt) {
  EXPECT_NE(digest_of("inc", one_), digest_of("inc", two_));
}

TEST_F(RealDirectoriesTest, DifferByWhereALinkLeads) {
  const util::Digest before = digest_of(one_.path() + "/link", one_);
  std::filesystem::remove(one_.path() + "/link");
  std::filesystem::create_directories(one_.path() + "/other");
  std::filesystem::create_symlink("other", one_.path() + "/link");

  EXPECT_NE(digest_of(one_.path() + "/link", one_), before);
}

}  // namespace
}  // namespace larder::compile
