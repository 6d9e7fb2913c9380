#include "compile/explain.h"

#include "compile/argument_changes.h"
#include "compile/recall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larder::compile {
namespace {

using testing::ElementsAre;

std::vector<std::string> sentences(const std::vector<Cause>& causes) {
  std::vector<std::string> texts;
  for (const Cause& cause : causes) texts.push_back(sentence(cause));
  return texts;
}

/// A compile that ended at that time and took ten milliseconds.
HistoryRecord compiled(std::int64_t time_ms, const std::string& manifest) {
  HistoryRecord record;
  record.time_ms = time_ms;
  record.compile_ms = 10;
  record.outcome = "misses_new";
  record.directory = "/w";
  record.source = "a.c";
  record.object = "a.o";
  record.manifest = manifest;
  record.result = "00";
  return record;
}

TEST(ArgumentChanges, AreNoneBetweenEquals) {
  EXPECT_TRUE(argument_changes({"-c"}, {"-c"}).empty());
}

TEST(ArgumentChanges, KeepApartWhatIsAboutSeveralThings) {
  const std::vector<std::string> before = {std::string("-D\0A=1", 6), "-O2"};
  const std::vector<std::string> now = {std::string("-D\0B=1", 6), "-O2", "-Wall"};

  EXPECT_THAT(
      sentences(argument_changes(before, now)),
      ElementsAre("new argument: -DB=1", "new argument: -Wall", "argument no longer there: -DA=1"));
}

TEST(ArgumentChanges, PairAMacroWithItsUndefinition) {
  EXPECT_THAT(sentences(argument_changes({std::string("-D\0A=1", 6)}, {std::string("-U\0A", 4)})),
              ElementsAre("argument -UA was -DA=1"));
}

TEST(ArgumentChanges, DoNotGuessWhichOfSeveralTookAPlace) {
  const std::vector<std::string> before = {std::string("-I\0a", 4)};
  const std::vector<std::string> now = {std::string("-I\0b", 4), std::string("-I\0c", 4)};

  EXPECT_THAT(
      sentences(argument_changes(before, now)),
      ElementsAre("new argument: -Ib", "new argument: -Ic", "argument no longer there: -Ia"));
}

TEST(Explain, SaysThatTheSameCompileWasStillRunning) {
  const Precedent precedent = {Precedent::Relation::same, compiled(1000, "aa")};

  const auto causes = explain(compiled(1005, "aa"), precedent, "");

  EXPECT_THAT(sentences(causes), ElementsAre("the same compile was running and not yet stored"));
}

TEST(Explain, SaysThatTheHistoryDoesNotTell) {
  const Precedent precedent = {Precedent::Relation::object, compiled(1000, "aa")};

  const auto causes = explain(compiled(2000, "bb"), precedent, "");

  EXPECT_THAT(sentences(causes), ElementsAre("something differs that the history does not hold"));
}

TEST(PrecedentSearch, PrefersTheSameManifestToANewerCompileOfTheObject) {
  const LastUses uses;
  PrecedentSearch search(uses);
  const std::size_t number = search.add(compiled(3000, "aa"));

  search.see(compiled(2000, "bb"));
  search.see(compiled(1000, "aa"));

  ASSERT_TRUE(search.found(number));
  EXPECT_EQ(search.found(number)->relation, Precedent::Relation::same);
}

TEST(PrecedentSearch, PrefersWhatWasHitLater) {
  const LastUses uses = {{"cc", 2500}};
  PrecedentSearch search(uses);
  const std::size_t number = search.add(compiled(3000, "aa"));

  search.see(compiled(2000, "bb"));
  search.see(compiled(1000, "cc"));

  ASSERT_TRUE(search.found(number));
  EXPECT_EQ(search.found(number)->record.manifest, "cc");
}

TEST(IsAbout, FindsSourcesAndOutputsOfWhatWasPassedThrough) {
  HistoryRecord record;
  record.directory = "/w";
  record.description.arguments = {"-c", "../w/b.cc", "-I", "inc", "lib.o"};

  EXPECT_TRUE(is_about(record, "/w/b.cc"));
  EXPECT_TRUE(is_about(record, "/w/b.o"));
  EXPECT_FALSE(is_about(record, "/w/lib.o"));
  EXPECT_FALSE(is_about(record, "/w/inc"));
}

}  // namespace
}  // namespace larder::compile
