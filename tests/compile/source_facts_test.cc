#include "compile/source_facts.h"

#include "support/data.h"
#include "support/stamps.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace larder::compile {
namespace {

class SourceFactsTest : public testing::Test {
 protected:
  /// What a process finds out, which begins with what others have saved.
  SourceFacts read(SourceDialect dialect = SourceDialect::c_family,
                   const RootMentions* mentions = nullptr) {
    FileDigests digests(InodeCache::open_or_create(dir_.file("inodes")).value());
    auto remembered = ContentFacts::open_or_create(dir_.file("facts")).value();
    SourceFactsReader reader(digests, &remembered, dialect, mentions);
    auto facts = reader.read(path_).value().value();
    EXPECT_TRUE(remembered.save());
    return facts;
  }
  /// Whether the file, as it was, tells the root beside a file outside.
  Result<bool> tells_root(const ProjectRoot& root, std::string_view outside) {
    RootMentions mentions(root, false);
    mentions.see_outside("/usr/include/o.h", mentions.find_outside(outside));
    mentions.find_telling();
    FileDigests digests(InodeCache::open_or_create(dir_.file("inodes")).value());
    auto remembered = ContentFacts::open_or_create(dir_.file("facts")).value();
    SourceFactsReader reader(digests, &remembered, SourceDialect::c_family, &mentions);
    auto tells = reader.tells_root(path_, known_);
    EXPECT_TRUE(remembered.save());
    return tells;
  }
  /// Whether a word stands in the file, as it was.
  Result<bool> holds(std::string_view word) {
    FileDigests digests(InodeCache::open_or_create(dir_.file("inodes")).value());
    auto remembered = ContentFacts::open_or_create(dir_.file("facts")).value();
    SourceFactsReader reader(digests, &remembered, SourceDialect::c_family, nullptr);
    auto holds = reader.holds(path_, known_, word);
    EXPECT_TRUE(remembered.save());
    return holds;
  }
  void write(std::string_view content) const {
    (void)support::make_file(path_, util::as_bytes(content));
    support::let_stamps_move_on();
  }
  /// Changes the file and lets the inode cache believe that it still holds what it held.
  void overwrite_unnoticed(std::string_view content) const {
    struct stat before = {};
    ASSERT_EQ(::stat(path_.c_str(), &before), 0);
    (void)support::make_file(path_, util::as_bytes(content));
    FileDigests digests(InodeCache::open_or_create(dir_.file("inodes")).value());
    struct stat after = {};
    ASSERT_EQ(::stat(path_.c_str(), &after), 0);
    digests.inodes()->insert(FileStamp::of(after), known_);
  }

  support::TempDir dir_;
  std::string path_ = dir_.file("a.h");
  util::Digest known_;
};

TEST_F(SourceFactsTest, AreThoseOfTheContent) {
  write("#include <x.h>\n");

  const SourceFacts facts = read();

  EXPECT_EQ(facts.file.digest, util::blake3(util::as_bytes("#include <x.h>\n")));
  ASSERT_EQ(facts.scan.includes.size(), 1U);
  EXPECT_EQ(facts.scan.includes[0].name, "x.h");
}

TEST_F(SourceFactsTest, AreRecalledWithoutReadingAFileOfKnownStamp) {
  write("#include <x.h>\n");
  known_ = read().file.digest;
  overwrite_unnoticed("#include <y.h>\n");

  const SourceFacts facts = read();

  EXPECT_EQ(facts.file.digest, known_);
  EXPECT_EQ(facts.scan.includes.at(0).name, "x.h");
}

TEST_F(SourceFactsTest, AreFoundOutAnewForAnotherContent) {
  write("#include <x.h>\n");
  (void)read();
  write("#include <y.h>\n");

  EXPECT_EQ(read().scan.includes.at(0).name, "y.h");
}

TEST_F(SourceFactsTest, AreFoundOutAnewByOtherRules) {
  write("// __DATE__\n");
  EXPECT_FALSE(read().scan.uses_time);

  EXPECT_TRUE(read(SourceDialect::assembly).scan.uses_time);
  EXPECT_FALSE(read().scan.uses_time);
}

TEST_F(SourceFactsTest, AreFoundOutAnewForAnotherRoot) {
  const ProjectRoot one("/a/root");
  const ProjectRoot other("/a/root/that/it/names");
  write("#define WHERE \"/a/root/that/it\" __FILE__\n");
  const RootMentions of_one(one, false);
  const RootMentions of_other(other, false);
  (void)read();

  EXPECT_TRUE(read(SourceDialect::c_family, &of_one).mentions.is_certain);
  EXPECT_FALSE(read(SourceDialect::c_family, &of_other).mentions.is_certain);
  EXPECT_TRUE(read(SourceDialect::c_family, &of_one).mentions.is_certain);
  EXPECT_FALSE(read(SourceDialect::c_family, &of_other).mentions.names.empty());
}

TEST_F(SourceFactsTest, SayNothingOutsideOfAFileBelowTheRoot) {
  const ProjectRoot root(dir_.path());
  const RootMentions mentions(root, false);
  write("#define WHERE __FILE__\n");

  EXPECT_EQ(read(SourceDialect::c_family, &mentions).mentions, OutsideMentions());
}

TEST_F(SourceFactsTest, TellTheRootByTheMacrosThatLeadToIt) {
  const ProjectRoot root(dir_.path());
  write("const char* where = HERE;\n");
  known_ = read().file.digest;

  EXPECT_FALSE(tells_root(root, "#define THERE __FILE__\n").value());
  EXPECT_TRUE(tells_root(root, "#define HERE __FILE__\n").value());
  EXPECT_FALSE(tells_root(root, "#define THERE __FILE__\n").value());
}

TEST_F(SourceFactsTest, TellTheRootWithoutReadingAKnownContent) {
  const ProjectRoot root(dir_.path());
  write("const char* where = HERE;\n");
  known_ = read().file.digest;
  ASSERT_TRUE(tells_root(root, "#define HERE __FILE__\n").value());
  ASSERT_EQ(::unlink(path_.c_str()), 0);

  EXPECT_TRUE(tells_root(root, "#define HERE __FILE__\n").value());
  EXPECT_EQ(tells_root(root, "").error().code(), ErrorCode::unavailable);
}

TEST_F(SourceFactsTest, DoNotTellTheRootOfAFileThatHasChanged) {
  const ProjectRoot root(dir_.path());
  write("int one;\n");
  known_ = read().file.digest;
  write("int other;\n");

  EXPECT_EQ(tells_root(root, "").error().code(), ErrorCode::unavailable);
}

TEST_F(SourceFactsTest, TellWhetherAWordStandsInAContent) {
  write("#define CONF\\\nIG <config.h>\n");
  known_ = read().file.digest;
  EXPECT_TRUE(holds("CONFIG").value());
  EXPECT_FALSE(holds("CONFIGS").value());

  ASSERT_EQ(::unlink(path_.c_str()), 0);

  EXPECT_TRUE(holds("CONFIG").value());
  EXPECT_FALSE(holds("CONFIGS").value());
  EXPECT_FALSE(holds("OTHER"));
}

TEST_F(SourceFactsTest, AreWrittenOnceForAContent) {
  write("#include <x.h>\n");
  (void)read();
  const auto size = std::filesystem::file_size(dir_.file("facts"));

  write("#include <x.h>\n");  // with another stamp
  (void)read();

  EXPECT_EQ(std::filesystem::file_size(dir_.file("facts")), size);
}

TEST_F(SourceFactsTest, AreNothingForADirectory) {
  FileDigests digests(std::nullopt);
  SourceFactsReader reader(digests, nullptr, SourceDialect::c_family, nullptr);

  EXPECT_FALSE(reader.read(dir_.path()).value());
}

}  // namespace
}  // namespace larder::compile
