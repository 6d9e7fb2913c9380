#include "compile/candidates.h"

#include "support/data.h"
#include "support/stamps.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>
#include <string>
#include <vector>

namespace larder::compile {
namespace {

class CandidatesTest : public testing::Test {
 protected:
  void write(const std::string& name) const { (void)support::make_file(dir_.file(name)); }
  void make_directory(const std::string& name) const {
    ASSERT_EQ(::mkdir(dir_.file(name).c_str(), 0777), 0);
  }
  [[nodiscard]] bool is_there(const std::string& name) {
    return candidates_.look(dir_.file(name)).value().has_value();
  }

  support::TempDir dir_;
  support::TempDir facts_dir_;
  Candidates candidates_{DirectoryNames(nullptr, 0)};
};

TEST_F(CandidatesTest, FindFilesAndPassOverDirectories) {
  write("a.h");
  make_directory("b.h");
  make_directory("c.gch");

  EXPECT_TRUE(is_there("a.h"));
  EXPECT_FALSE(is_there("b.h"));
  EXPECT_TRUE(is_there("c.gch"));
  EXPECT_FALSE(is_there("nowhere/d.h"));
}

TEST_F(CandidatesTest, FindTheSameHoweverOftenADirectoryIsAskedFor) {
  write("a.h");
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(is_there("a.h")) << i;
    EXPECT_FALSE(is_there("no" + std::to_string(i) + ".h"));
  }
}

TEST_F(CandidatesTest, FindTheSameByNamesThatWereRemembered) {
  write("a.h");
  make_directory("in");
  write("in/b.h");
  constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::max();
  for (int process = 0; process < 3; ++process) {
    auto facts = ContentFacts::open_or_create(facts_dir_.file("facts")).value();
    candidates_ = Candidates(DirectoryNames(&facts, kAlways));
    for (int i = 0; i < 20; ++i) {
      const std::string number = std::to_string(i);
      EXPECT_TRUE(is_there("a.h"));
      EXPECT_TRUE(is_there("in/b.h"));
      EXPECT_TRUE(is_there("in/../a.h"));
      EXPECT_FALSE(is_there("no" + number + ".h"));
      EXPECT_FALSE(is_there("in/no" + number + ".h"));
      EXPECT_FALSE(is_there("no" + number + "/a.h"));
      EXPECT_FALSE(is_there("no" + number + "/deeper/a.h"));
    }
    EXPECT_EQ(is_there("no20/a.h"), process == 2);
    ASSERT_TRUE(facts.save());
    if (process == 1) {
      support::let_stamps_move_on();
      make_directory("no20");
      write("no20/a.h");
    }
  }
}

TEST_F(CandidatesTest, TellWhatMustStayAbsentByTheDeepestDirectoryThatIsThere) {
  make_directory("in");
  for (const char* name : {"in/b.h", "in/a.h", "in/a.h", "in/not/here/c.h"}) {
    ASSERT_FALSE(is_there(name));
    candidates_.require_absent(dir_.file(name));
  }

  const std::vector<AbsentGroup> expected = {
      {.directory = dir_.file("in"), .names = {"a.h", "b.h", "not/here/c.h"}}};
  EXPECT_EQ(candidates_.take_groups(), expected);
}

TEST_F(CandidatesTest, AskAgainForADirectoryThatCouldNotBeLookedAt) {
  ASSERT_EQ(::symlink("loop", dir_.file("loop").c_str()), 0);
  ASSERT_FALSE(candidates_.look(dir_.file("loop/a.h")));

  candidates_.require_absent(dir_.file("loop/a.h"));

  EXPECT_TRUE(candidates_.take_groups().empty());
  EXPECT_FALSE(candidates_.look(dir_.file("loop/a.h")));
  ASSERT_EQ(::unlink(dir_.file("loop").c_str()), 0);
  EXPECT_FALSE(is_there("loop/a.h"));
}

}  // namespace
}  // namespace larder::compile
