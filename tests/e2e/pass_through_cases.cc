#include "cases.h"

namespace larder::e2e {
namespace {

const Files kTwoSources = {{"a.c", "int g(void);\nint main(void) { return g(); }\n"},
                           {"b.c", "int g(void) { return 3; }\n"}};

Case passed(const std::string& name, const std::string& command, const std::string& reason) {
  return {.name = "Passes" + name,
          .files = kTwoSources,
          .steps = {{.command = command, .outcome = "passed through: " + reason}}};
}

}  // namespace

std::vector<Case> pass_through_cases() {
  return {
      passed("Link", "$CC a.c b.c -o prog", "link"),
      passed("Preprocessing", "$CC -E a.c", "preprocess_only"),
      passed("PreprocessingToFile", "$CC -E -P a.c -o a.i", "preprocess_only"),
      passed("DependenciesOnly", "$CC -MM a.c", "dependencies_only"),
      passed("DependenciesOnlyToFile", "$CC -M -MF deps a.c", "dependencies_only"),
      passed("SyntaxOnly", "$CC -fsyntax-only a.c", "syntax_only"),
      passed("SeveralInputs", "$CC -c a.c b.c", "several_inputs"),
      passed("StandardInput", "$CC -x c -c - -o a.o < b.c", "standard_input"),
      passed("StandardOutput", "$CC -S a.c -o -", "standard_output"),
      passed("Version", "$CC --version", "information"),
      passed("PrintFileName", "$CC -print-prog-name=as", "information"),
      passed("Nothing", "$CC", "link"),
      passed("NoInput", "$CC -c", "no_input"),
      passed("UnknownOption", "$CC -no-such-option -c a.c", "unknown_option"),
      passed("SavedTemporaries", "$CC -save-temps -c a.c", "intermediate_files"),
      passed("MissingArgument", "$CC -c a.c -o", "missing_argument"),
      {.name = "PassesLinkOfCachedObjects",
       .files = kTwoSources,
       .steps = {{.command = "$CC -c a.c && $CC -c b.c && $CC a.o b.o -o prog; ./prog",
                  .outcome = "passed through: link stored stored"},
                 {.command = "$CC -c a.c && $CC -c b.c && $CC a.o b.o -o prog; ./prog",
                  .outcome = "hit hit passed through: link"}},
       .compilers = {"gcc", "clang"}},
      {.name = "SourceMissing",
       .files = kTwoSources,
       .steps = {{.command = "$CC -c absent.c", .outcome = "cache_errors"}}},
  };
}

}  // namespace larder::e2e
