#include "compile/macro_includes.h"

#include "compile/source_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace larder::compile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Texts final : public SourceTexts {
 public:
  explicit Texts(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  Result<std::string> read(std::size_t number) override {
    EXPECT_TRUE(holds_.contains(number)) << "read without need";
    return texts_[number];
  }
  Result<bool> holds(std::size_t number, std::string_view word) override {
    const bool holds = without_splices(texts_[number]).find(word) != std::string::npos;
    if (holds) holds_.insert(number);
    return holds;
  }

 private:
  std::vector<std::string> texts_;
  std::set<std::size_t> holds_;  // What was asked for.
};

/// What the includes by macro of files with these texts may name: "0: <a.h>" for one in the first
/// file, with `?` for a probe; or the error.
std::vector<std::string> resolved(const std::vector<std::string>& texts,
                                  const std::vector<std::string>& defines = {}) {
  std::vector<SourceScan> scans;
  for (const std::string& text : texts) scans.push_back(scan_source(text));
  std::vector<MacroSource> sources;
  for (const SourceScan& scan : scans) sources.push_back({.path = "file", .scan = &scan});
  Invocation invocation;
  for (const std::string& define : defines) {
    invocation.key_arguments.push_back(
        {.option = "-D", .value = define, .value_kind = KeyArgument::Value::text});
  }
  Texts all(texts);
  const auto found = resolve_macro_includes(sources, invocation, all);
  if (!found) return {"error"};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < found->size(); ++i) {
    for (const IncludeSpelling& spelling : (*found)[i]) {
      const bool is_quote = spelling.form == IncludeSpelling::Form::quote;
      const bool is_probe = spelling.use == IncludeSpelling::Use::probe;
      names.push_back(std::to_string(i) + ": " + (is_quote ? "\"" : "<") + spelling.name +
                      (is_probe ? "?" : ""));
    }
  }
  return names;
}

TEST(MacroIncludes, ReadsNothingWhereThereAreNone) {
  const SourceScan scan = scan_source("#include <a.h>\n");
  const MacroSource source = {.path = "file", .scan = &scan};

  class NoTexts final : public SourceTexts {
    Result<std::string> read(std::size_t) override { return fail(ErrorCode::io, "read"); }
    Result<bool> holds(std::size_t, std::string_view) override {
      return fail(ErrorCode::io, "ask");
    }
  } none;
  const auto found = resolve_macro_includes({&source, 1}, {}, none);

  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(IsEmpty()));
}

TEST(MacroIncludes, TakeEveryDefinitionInAnyFile) {
  EXPECT_THAT(
      resolved({"#ifdef A\n#define X <a.h> // why\n#else\n# define X \"b.h\" /* x */\n#endif",
                "#include X\n"}),
      UnorderedElementsAre("1: <a.h", "1: \"b.h"));
}

TEST(MacroIncludes, FollowMacrosThatNameMacros) {
  EXPECT_THAT(resolved({"#define X Y\n#define Y X\n#define Y \\\n Z\n", "#include X\n"},
                       {"Z=<z.h>", "ZZ=<no.h>"}),
              ElementsAre("1: <z.h"));
}

TEST(MacroIncludes, StandInBranchesNotTakenWhereNothingIsDefined) {
  EXPECT_THAT(resolved({"#ifdef X\n#include X\n#endif\n#define XX <a.h>\n#define X\n"}, {"X"}),
              IsEmpty());
}

TEST(MacroIncludes, FollowMacrosThatProbe) {
  EXPECT_THAT(resolved({"#ifdef __has_include\n#define HAS(x) __has_include(x)\n#else\n"
                        "#define HAS(x) 0\n#endif\n",
                        "#if defined(HAS) && HAS(<a.h>) || HAS( \"b.h\" ) || HAS(C)\n#undef HAS\n",
                        "#define C <c.h>\n// HAS is said\n"}),
              UnorderedElementsAre("1: <a.h?", "1: \"b.h?", "1: <c.h?"));
}

TEST(MacroIncludes, FollowMacrosThatProbeByOthers) {
  EXPECT_THAT(resolved({"#define HAS(a, x) __has_include(x)\n#define HAS2(y) HAS(1, y)\n",
                        "#if HAS2(<a.h>)\n#endif\n"}),
              ElementsAre("1: <a.h?"));
}

TEST(MacroIncludes, MayMeanOneForLinux) {
  EXPECT_THAT(resolved({"#define X <linux/a.h>\n#include X\n"}),
              UnorderedElementsAre("0: <linux/a.h", "0: <1/a.h"));
}

TEST(MacroIncludes, AreRefusedWhereTheyCannotBeFollowed) {
  for (const std::string text :
       {"#define X(a) <a.h>\n#include X(b)\n", "#include __FILE__\n",
        "#define X STR(a.h)\n#include X\n", "#define X(a) <a.h>\n#include X\n",
        "#define HAS(x) __has_include(x)\n#if HAS(STR(x))\n",
        "#define HAS(x) __has_include(x)\nF(HAS)\n", "#define a b\n#define X <a.h>\n#include X\n",
        "#include <a.h\n"}) {
    EXPECT_THAT(resolved({text}), ElementsAre("error")) << text;
  }
  EXPECT_THAT(resolved({""}, {"HAS(x)=__has_include(x)"}), ElementsAre("error"));
}

}  // namespace
}  // namespace larder::compile
