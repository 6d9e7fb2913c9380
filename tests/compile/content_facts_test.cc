#include "compile/content_facts.h"

#include "compile/facts_layout.h"
#include "support/data.h"
#include "support/temp_dir.h"
#include "sys/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace larder::compile {
namespace {

util::Digest digest_of(std::string_view text) { return util::blake3(util::as_bytes(text)); }

const util::Digest kPurpose = digest_of("purpose");

class ContentFactsTest : public testing::Test {
 protected:
  [[nodiscard]] ContentFacts open() const { return ContentFacts::open_or_create(path_).value(); }

  void save(std::string_view content, std::string_view fact) const {
    ContentFacts facts = open();
    facts.add(digest_of(content), kPurpose, util::as_bytes(fact));
    ASSERT_TRUE(facts.save());
  }
  static std::string known(const ContentFacts& facts, std::string_view content,
                           const util::Digest& purpose = kPurpose) {
    const auto fact = facts.find(digest_of(content), purpose);
    return fact ? std::string(util::as_text(*fact)) : "nothing";
  }
  [[nodiscard]] std::uint64_t size() const {
    return static_cast<std::uint64_t>(sys::stat_at(AT_FDCWD, path_).value()->st_size);
  }

  support::TempDir dir_;
  std::string path_ = dir_.file("facts");
};

TEST_F(ContentFactsTest, AreKnownToWhoOpensThemOnceTheyAreSaved) {
  save("a", "fact of a");
  save("b", "");

  EXPECT_EQ(known(open(), "a"), "fact of a");
  EXPECT_EQ(known(open(), "b"), "");
  EXPECT_EQ(known(open(), "c"), "nothing");
}

TEST_F(ContentFactsTest, AreKeptApartByPurpose) {
  save("a", "fact");

  EXPECT_EQ(known(open(), "a", digest_of("another")), "nothing");
}

TEST_F(ContentFactsTest, TakeFewPagesWhereTheyAreFewAndAreFoundWhereTheyAreMany) {
  constexpr int kFew = 500;
  constexpr int kMany = 20'000;
  ContentFacts facts = open();
  for (int i = 0; i < kMany; ++i) {
    if (i == kFew) {
      ASSERT_TRUE(facts.save());
      EXPECT_LE(sys::stat_at(AT_FDCWD, path_).value()->st_blocks * 512, 48 << 10);
    }
    const std::string name = std::to_string(i);
    facts.add(digest_of(name), kPurpose, util::as_bytes(name));
  }
  ASSERT_TRUE(facts.save());

  const ContentFacts opened = open();
  int lost = 0;
  for (int i = 0; i < kMany; ++i) lost += known(opened, std::to_string(i)) == "nothing" ? 1 : 0;
  EXPECT_LE(lost, kMany / 1000);
}

TEST_F(ContentFactsTest, AreNotWrittenBeforeTheyAreSaved) {
  ContentFacts facts = open();
  const std::uint64_t before = size();
  facts.add(digest_of("a"), kPurpose, util::as_bytes("fact"));

  EXPECT_EQ(size(), before);
  EXPECT_EQ(known(open(), "a"), "nothing");
}

TEST_F(ContentFactsTest, AreThoseOfAllProcessesThatSaveAtOnce) {
  constexpr int kProcesses = 8;
  constexpr int kFacts = 200;
  save("first", "makes the file");
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child != 0) continue;
    for (int i = 0; i < kFacts; ++i) {
      const std::string name = std::to_string(process) + "/" + std::to_string(i);
      save(name, "fact of " + name);
    }
    ::_exit(0);
  }
  for (int process = 0; process < kProcesses; ++process) ::wait(nullptr);

  const ContentFacts facts = open();
  int lost = 0;
  for (int process = 0; process < kProcesses; ++process) {
    for (int i = 0; i < kFacts; ++i) {
      const std::string name = std::to_string(process) + "/" + std::to_string(i);
      const std::string fact = known(facts, name);
      if (fact == "nothing") {
        ++lost;
      } else {
        EXPECT_EQ(fact, "fact of " + name);
      }
    }
  }
  EXPECT_LE(lost, kProcesses * kFacts / 20);  // two may take the same slot at the same time
}

TEST_F(ContentFactsTest, AreNotSeenOnceAnyByteOfThemIsWrong) {
  save("a", "fact of a");
  const std::uint64_t end = size();
  for (std::uint64_t at = facts_layout::kRecordsOffset; at < end; ++at) {
    const auto fd = sys::open_at(AT_FDCWD, path_, O_RDWR).value();
    std::array<std::byte, 1> byte = {};
    ASSERT_TRUE(sys::read_exactly_at(fd.get(), byte, at));
    byte[0] ^= std::byte{0x20};
    ASSERT_TRUE(sys::write_all_at(fd.get(), byte, at));
    EXPECT_EQ(known(open(), "a"), "nothing") << at;
    byte[0] ^= std::byte{0x20};
    ASSERT_TRUE(sys::write_all_at(fd.get(), byte, at));
  }
  EXPECT_EQ(known(open(), "a"), "fact of a");
}

TEST_F(ContentFactsTest, AreFoundBehindOneThatWasCutOff) {
  save("a", "fact of a");
  const auto fd = sys::open_at(AT_FDCWD, path_, O_WRONLY | O_APPEND).value();
  ASSERT_TRUE(sys::write_all(fd.get(), util::as_bytes("half of a rec")));

  save("b", "fact of b");

  EXPECT_EQ(known(open(), "a"), "fact of a");
  EXPECT_EQ(known(open(), "b"), "fact of b");
}

TEST_F(ContentFactsTest, BeginAnewWhenTheFileHasGrown) {
  const util::ByteBuffer large = support::noise(5U << 20);
  for (int i = 0; i < 4; ++i) {
    ContentFacts facts = open();
    facts.add(digest_of(std::to_string(i)), kPurpose, large);
    ASSERT_TRUE(facts.save());
  }

  EXPECT_FALSE(*sys::stat_at(AT_FDCWD, path_));
  save("a", "fact of a");
  EXPECT_EQ(known(open(), "a"), "fact of a");
  EXPECT_EQ(known(open(), "0"), "nothing");
}

TEST_F(ContentFactsTest, AreOfNoUseToWhoHoldsAFileThatWasBegunAnew) {
  ContentFacts old = open();
  ASSERT_EQ(::unlink(path_.c_str()), 0);
  old.add(digest_of("a"), kPurpose, util::as_bytes("fact of a"));
  EXPECT_TRUE(old.save());

  EXPECT_EQ(known(open(), "a"), "nothing");
}

TEST_F(ContentFactsTest, ReplaceAFileThatIsNone) {
  (void)support::make_file(path_, util::as_bytes("something else"));

  save("a", "fact of a");

  EXPECT_EQ(known(open(), "a"), "fact of a");
}

}  // namespace
}  // namespace larder::compile
