#include "compile/source_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace larder::compile {

void PrintTo(const IncludeSpelling& spelling, std::ostream* out) {
  *out << static_cast<int>(spelling.form) << '/' << static_cast<int>(spelling.use) << ' '
       << spelling.name;
}

namespace {

using Form = IncludeSpelling::Form;
using Use = IncludeSpelling::Use;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<IncludeSpelling> includes_of(std::string_view text) {
  return scan_source(text).includes;
}

TEST(SourceScan, FindsIncludesInTheirForms) {
  constexpr std::string_view kText =
      "#include <a.h>\n  #  include \"b/c.h\" // why\n#include_next <d.h>\n#import \"e.h\"\n"
      "#include MACRO(f)\n%:include <g.h>\n";

  EXPECT_THAT(includes_of(kText),
              ElementsAre(IncludeSpelling{Form::angle, Use::include, "a.h"},
                          IncludeSpelling{Form::quote, Use::include, "b/c.h"},
                          IncludeSpelling{Form::angle, Use::next, "d.h"},
                          IncludeSpelling{Form::quote, Use::include, "e.h"},
                          IncludeSpelling{Form::computed, Use::include, "MACRO(f)"},
                          IncludeSpelling{Form::angle, Use::include, "g.h"}));
}

TEST(SourceScan, FindsIncludesBehindCommentsAndSplices) {
  for (const std::string_view text :
       {"/* x */ #include <a.h>", "#/* x */include/* y */<a.h>", "#include \\\n<a.h>",
        "#inc\\\nlude <a.h>", "#include <a\\\n.h>", "# \\\n include <a.h>", "\t#\tinclude\t<a.h>",
        "x\n#if 0\n#include <a.h>\n#endif", "#inclu\\ \nde <a.h>",
        "/* one\ntwo */ #include <a.h>"}) {
    EXPECT_THAT(includes_of(text), ElementsAre(IncludeSpelling{Form::angle, Use::include, "a.h"}))
        << text;
  }
}

TEST(SourceScan, LeavesOtherDirectivesAndMentionsAlone) {
  EXPECT_THAT(includes_of("#define A # include <a.h>\n * #include <b.h>\n#if x\n#includes <c>\n"
                          "int a = b #include <d.h>\n"),
              IsEmpty());
  EXPECT_THAT(includes_of("/* The\n   #include's protect\n   # include MACRO too */\n"), IsEmpty());
}

TEST(SourceScan, FindsWhatIsProbedFor) {
  constexpr std::string_view kText =
      "#if __has_include(<a.h>) || __has_include ( \"b.h\" )\n#if __has_include_next(<c.h>)\n"
      "#ifdef __has_include\n#if defined(__has_include) && __has_include(MACRO)\n"
      "#if __has_embed(<d>)\n";

  EXPECT_THAT(includes_of(kText), ElementsAre(IncludeSpelling{Form::angle, Use::probe, "a.h"},
                                              IncludeSpelling{Form::quote, Use::probe, "b.h"},
                                              IncludeSpelling{Form::angle, Use::probe_next, "c.h"},
                                              IncludeSpelling{Form::computed, Use::probe, "MACRO"},
                                              IncludeSpelling{Form::angle, Use::probe, "d"}));
}

TEST(SourceScan, FindsTheFirstLineWhateverComesBefore) {
  for (const std::string_view text :
       {"\xEF\xBB\xBF#include <a.h>", "int x;\r#include <a.h>", "\r\n#include <a.h>\r\n",
        "\v\f #include <a.h>", "?\?=include <a.h>", "?\?=inc?\?/\nlude <a.h>"}) {
    EXPECT_THAT(includes_of(text),
                testing::Contains(IncludeSpelling{Form::angle, Use::include, "a.h"}))
        << text;
  }
}

TEST(SourceScan, KeepsNamesAsTheyAre) {
  EXPECT_THAT(includes_of("#include \"a\\b.h\"\n#include <a b//c'd.h>\n"),
              ElementsAre(IncludeSpelling{Form::quote, Use::include, "a\\b.h"},
                          IncludeSpelling{Form::angle, Use::include, "a b//c'd.h"}));
}

TEST(SourceScan, SaysWhatStandsForANameAndInWhichMacro) {
  constexpr std::string_view kText =
      "#include CONFIG /* c */\n#define HAS(a, x) \\\n   __has_include( x )\n"
      "#define OTHER() __has_include(CONFIG)\n#define __has_include(x) 0\n";

  EXPECT_THAT(includes_of(kText),
              ElementsAre(IncludeSpelling{Form::computed, Use::include, "CONFIG"},
                          IncludeSpelling{Form::computed, Use::probe, "x", "HAS", 1},
                          IncludeSpelling{Form::computed, Use::probe, "CONFIG"}));
}

TEST(SourceScan, SeesTimeInCode) {
  for (const std::string_view text :
       {"f(__DATE__)", "x = __TIME__;", "__TIMESTAMP__", "#define D __DATE__\n", "__DA\\\nTE__",
        "\"/*\" __DATE__", "'\"' __DATE__", "// c\n__DATE__", "/* c */__DATE__", "1'0 __DATE__ '",
        "R\"x(/* )\" )x\" __DATE__", "u8'a' __DATE__", "#include <a/*b>\n__DATE__",
        "#error don't\n__DATE__", "\"a\\\"/*\" __DATE__", "// c \\\n /*\n__DATE__",
        "R\"(/*\" __DATE__", "// c\r__DATE__"}) {
    EXPECT_TRUE(scan_source(text).uses_time) << text;
  }
}

TEST(SourceScan, DoesNotTakeOtherThingsForTime) {
  for (const std::string_view text :
       {"my__DATE__", "__DATE__s", "__DATETIME__", "// __DATE__", "/* a\n __TIME__ */ int x;",
        "puts(\"__DATE__\")", "R\"(__DATE__)\"", "/* \" */ // __TIME__"}) {
    EXPECT_FALSE(scan_source(text).uses_time) << text;
  }
}

TEST(SourceScan, SeesFilesPulledInByAssembly) {
  EXPECT_TRUE(scan_source("asm(\".incbin \\\"x\\\"\");").pulls_in_files);
  EXPECT_TRUE(scan_source("\t.include \"x.s\"\n").pulls_in_files);
  EXPECT_TRUE(scan_source("#embed \"x\"\n").pulls_in_files);
  EXPECT_TRUE(scan_source("asm(\".inc\" /* */\n \"bin x\");").pulls_in_files);
  EXPECT_TRUE(scan_source("asm(\".\" \"inc\" \"bin x\");").pulls_in_files);
  EXPECT_TRUE(scan_source("asm(\".i\" \"nclude x\");").pulls_in_files);
  EXPECT_TRUE(scan_source("asm(\".in\" \"c\" BIN);").pulls_in_files);
  EXPECT_TRUE(scan_source("asm(\".incl\" REST);").pulls_in_files);
  EXPECT_TRUE(scan_source("asm(\".macro m x\\n.inc\\\\x y\");").pulls_in_files);
  EXPECT_TRUE(scan_source(".macro m x\n.incb\\x y\n", SourceDialect::assembly).pulls_in_files);
  EXPECT_TRUE(scan_source("asm(\".include \" FILE);").pulls_in_files);
  EXPECT_TRUE(scan_source("asm(TEXT(.include \"x\"));").pulls_in_files);
  EXPECT_TRUE(scan_source("#pragma GCC dependency \"x\"\n").pulls_in_files);
  EXPECT_FALSE(scan_source("#include \"table.inc\"\nx.includes(y);\n").pulls_in_files);
  EXPECT_FALSE(scan_source("options.include = 3;").pulls_in_files);
  EXPECT_FALSE(
      scan_source("say(\"Done.\", \"include\", x.i, \"a.inc\", \".in\" NAME);").pulls_in_files);
  EXPECT_FALSE(scan_source("say(\"no end.\" \"it goes on\" \".inc\\n\");").pulls_in_files);
  EXPECT_FALSE(scan_source("// not .incbin\n/* nor .include */").pulls_in_files);
  EXPECT_TRUE(scan_source("// .incbin \"x\"", SourceDialect::assembly).pulls_in_files);
}

TEST(SourceScan, SeesModules) {
  for (const std::string_view text :
       {"import std;", "export import :part;", "module;", "export module m;", "  import <a.h>;",
        "module m:part;", "import \"a.h\";", "__import \"a.h\";", "export __import m;",
        "import \\u00e9;"}) {
    EXPECT_TRUE(scan_source(text).uses_modules) << text;
  }
  for (const std::string_view text :
       {"int import;", "module = 3;", "/*\n module of this\n import x\n*/", "import(x);",
        "imports x;", "// text\n * import x", "x__import m;", "__module m;"}) {
    EXPECT_FALSE(scan_source(text).uses_modules) << text;
  }
}

TEST(SourceScan, SeesPrecompiledHeaders) {
  EXPECT_TRUE(scan_source("#pragma GCC pch_preprocess \"x.gch\"\n").uses_precompiled);
  EXPECT_FALSE(scan_source("#pragma once\n").uses_precompiled);
}

// A mark may lie anywhere in the sixteen bytes that are looked at together.
TEST(SourceScan, FindsAMarkAtAnyPlace) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t behind = 0; behind < 40; ++behind) {
      const std::string text = std::string(before, ' ') + "#include <a.h>\n__DATE__;\nmodule;\n" +
                               ".incbin" + std::string(behind, ' ');
      const SourceScan scan = scan_source(text);
      EXPECT_EQ(scan.includes.size(), 1U) << before << ' ' << behind;
      EXPECT_TRUE(scan.uses_time && scan.uses_modules && scan.pulls_in_files) << before;
    }
  }
}

TEST(SourceScan, EndsWithTheTextWhateverIsOpen) {
  for (const std::string_view text :
       {"", "#", "#include", "#include <", "#include \"a", "/*", "\"", "R\"(", "__has_include(",
        "#include \\", "\\\n", ".inc", "__DATE__ '", "module", "export"}) {
    for (std::size_t length = 0; length <= text.size(); ++length) {
      (void)scan_source(std::string(text.substr(0, length)));  // under the address sanitizer
    }
  }
}

}  // namespace
}  // namespace larder::compile
