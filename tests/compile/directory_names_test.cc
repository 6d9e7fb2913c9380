#include "compile/directory_names.h"

#include "support/data.h"
#include "support/stamps.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

namespace larder::compile {
namespace {

constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::max();

class DirectoryNamesTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::mkdir(path_.c_str(), 0777), 0); }

  void write(const std::string& name) const { (void)support::make_file(path_ + "/" + name); }
  [[nodiscard]] FileStamp stamp() const {
    struct stat status = {};
    EXPECT_EQ(::stat(path_.c_str(), &status), 0);
    return FileStamp::of(status);
  }
  [[nodiscard]] ContentFacts facts() const {
    return ContentFacts::open_or_create(dir_.file("facts")).value();
  }
  /// Reads the directory as one process does, for the next.
  void read(std::int64_t quiet_since_ns = kAlways) const {
    ContentFacts facts = this->facts();
    EXPECT_TRUE(DirectoryNames(&facts, quiet_since_ns).read(path_, stamp()));
    EXPECT_TRUE(facts.save());
  }
  [[nodiscard]] std::optional<NameSet> recall() const {
    ContentFacts facts = this->facts();
    return DirectoryNames(&facts, kAlways).recall(stamp());
  }

  support::TempDir dir_;
  std::string path_ = dir_.file("include");
};

TEST_F(DirectoryNamesTest, AreThoseOfAllThatIsInTheDirectory) {
  write("a.h");
  ASSERT_EQ(::symlink("nowhere", (path_ + "/b.h").c_str()), 0);
  ASSERT_EQ(::mkdir((path_ + "/c").c_str(), 0777), 0);

  const auto names = DirectoryNames(nullptr, 0).read(path_, stamp());

  ASSERT_TRUE(names);
  for (const char* name : {"a.h", "b.h", "c"}) EXPECT_TRUE(names->may_hold(name)) << name;
  for (const char* name : {"a", "A.h", "d.h", ""}) EXPECT_FALSE(names->may_hold(name)) << name;
}

TEST_F(DirectoryNamesTest, AreRecalledAsLongAsTheDirectoryHasItsStamp) {
  write("a.h");
  EXPECT_FALSE(recall());
  read();
  ASSERT_TRUE(recall());
  EXPECT_TRUE(recall()->may_hold("a.h"));
  EXPECT_FALSE(recall()->may_hold("b.h"));

  support::let_stamps_move_on();
  write("b.h");

  EXPECT_FALSE(recall());
}

TEST_F(DirectoryNamesTest, AreNotRememberedOfADirectoryThatHasJustChanged) {
  read(std::max(stamp().mtime_ns, stamp().ctime_ns));

  EXPECT_FALSE(recall());
}

TEST_F(DirectoryNamesTest, AreNotRememberedByAStampThatTheDirectoryNoLongerHas) {
  const FileStamp before = stamp();
  support::let_stamps_move_on();
  write("a.h");
  ContentFacts facts = this->facts();

  ASSERT_TRUE(DirectoryNames(&facts, kAlways).read(path_, before));

  ASSERT_TRUE(facts.save());
  ContentFacts later = this->facts();
  EXPECT_FALSE(DirectoryNames(&later, kAlways).recall(before));
}

TEST_F(DirectoryNamesTest, AreNotRememberedOfALargeDirectory) {
  FileStamp large = stamp();
  large.size = 65537;
  ContentFacts facts = this->facts();

  EXPECT_TRUE(DirectoryNames(&facts, kAlways).is_worth_reading(stamp()));
  EXPECT_FALSE(DirectoryNames(&facts, kAlways).is_worth_reading(large));
  EXPECT_FALSE(DirectoryNames(nullptr, kAlways).is_worth_reading(stamp()));
}

TEST_F(DirectoryNamesTest, AreUnknownOfWhatIsNoDirectory) {
  write("a.h");

  EXPECT_FALSE(DirectoryNames(nullptr, 0).read(path_ + "/a.h", stamp()));
  EXPECT_FALSE(DirectoryNames(nullptr, 0).read(path_ + "/nowhere", stamp()));
}

}  // namespace
}  // namespace larder::compile
