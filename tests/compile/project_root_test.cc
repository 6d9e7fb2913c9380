#include "compile/project_root.h"

#include "support/files.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace larder::compile {
namespace {

class ProjectRootTest : public testing::Test {
 protected:
  ~ProjectRootTest() override { EXPECT_EQ(::chdir("/"), 0); }

  /// The root found from a directory of the test's.
  std::optional<std::string> root_of(const std::string& directory) {
    const std::string path = top_ + "/" + directory;
    std::filesystem::create_directories(path);
    EXPECT_EQ(::chdir(path.c_str()), 0);
    const auto root = ProjectRoot::find(path);
    return root ? std::optional(root->path()) : std::nullopt;
  }

  support::TempDir dir_;
  std::string top_ = std::filesystem::canonical(dir_.path());
};

TEST_F(ProjectRootTest, IsTheNearestDirectoryWithAMarkOfOne) {
  support::write_file(top_ + "/p/.git/HEAD", "");
  support::write_file(top_ + "/p/inner/.larder.toml", "");

  EXPECT_EQ(root_of("p"), top_ + "/p");
  EXPECT_EQ(root_of("p/src/deep"), top_ + "/p");
  EXPECT_EQ(root_of("p/inner/src"), top_ + "/p/inner");
}

TEST_F(ProjectRootTest, MayBeAWorktreeOfGit) {
  support::write_file(top_ + "/p/.git", "gitdir: elsewhere\n");

  EXPECT_EQ(root_of("p/src"), top_ + "/p");
}

TEST_F(ProjectRootTest, IsNoneBehindALink) {
  support::write_file(top_ + "/p/.larder.toml", "");
  std::filesystem::create_symlink("p", top_ + "/link");

  EXPECT_EQ(root_of("link"), std::nullopt);
}

TEST_F(ProjectRootTest, IsNoneWhereMakeQuotesTheName) {
  for (const std::string name : {"a b", "a#b", "a$b", "a:b", "a\\b"}) {
    support::write_file(top_ + "/" + name + "/.larder.toml", "");

    EXPECT_EQ(root_of(name), std::nullopt) << name;
  }
}

TEST(ProjectRoot, HoldsItselfAndWhatIsBelow) {
  const ProjectRoot root("/a/one");

  EXPECT_TRUE(root.holds("/a/one"));
  EXPECT_TRUE(root.holds("/a/one/x"));
  EXPECT_FALSE(root.holds("/a/one-more"));
  EXPECT_FALSE(root.holds("/a"));
  EXPECT_FALSE(root.holds("one/x"));
}

TEST(ProjectRoot, GivesBackWhatItTold) {
  const ProjectRoot root("/a/one");

  for (const char* path : {"/a/one", "/a/one/x/../y", "/a/one-more", "/usr/x", "x", ""}) {
    EXPECT_EQ(root.spelled(root.in_terms_of_root(path)), path);
  }
  EXPECT_EQ(root.in_terms_of_root("/a/one/x"), "<root>/x");
  EXPECT_EQ(ProjectRoot("/b").spelled("<root>/x"), "/b/x");
}

TEST(ProjectRoot, HasADigestOfItsOwn) {
  EXPECT_EQ(ProjectRoot("/a").digest(), ProjectRoot("/a").digest());
  EXPECT_NE(ProjectRoot("/a").digest(), ProjectRoot("/b").digest());
}

}  // namespace
}  // namespace larder::compile
