#include "differential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "cases.h"

namespace larder::e2e {
namespace {

class Differential : public testing::TestWithParam<CaseWithCompiler> {};

TEST_P(Differential, EqualsBareCompiler) {
  const auto& [it, compiler] = GetParam();
  if (it.needs_mounts && !can_mount()) GTEST_SKIP() << "mounting is not allowed here";

  EXPECT_THAT(play(it, compiler, {larder_direct(), larder_preprocessed()}), testing::IsEmpty());
}

std::string name_of_test(const testing::TestParamInfo<CaseWithCompiler>& info) {
  return test_name(info.param);
}

#define LARDER_TRY_CASES(Name, cases, versions)                                            \
  INSTANTIATE_TEST_SUITE_P(Name, Differential,                                             \
                           testing::ValuesIn(with_compilers(cases(), Versions::versions)), \
                           name_of_test)

LARDER_TRY_CASES(Sources, source_cases, another_too);
LARDER_TRY_CASES(Inputs, input_cases, another_too);
LARDER_TRY_CASES(Options, option_cases, another_too);
LARDER_TRY_CASES(Debug, debug_cases, another_too);
LARDER_TRY_CASES(Diagnostics, diagnostic_cases, another_too);
LARDER_TRY_CASES(Depfiles, depfile_cases, another_too);
LARDER_TRY_CASES(Relocation, relocation_cases, another_too);
LARDER_TRY_CASES(Modules, module_cases, another_too);
LARDER_TRY_CASES(Outputs, output_cases, another_too);
LARDER_TRY_CASES(Compilers, compiler_cases, another_too);
LARDER_TRY_CASES(PassedThrough, pass_through_cases, plain);
LARDER_TRY_CASES(Races, race_cases, another_too);
// What becomes of a damaged cache, and of what is not cached, is no matter of versions.
LARDER_TRY_CASES(Surroundings, surroundings_cases, plain);

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const auto& part :
       {source_cases(), input_cases(), option_cases(), debug_cases(), diagnostic_cases(),
        depfile_cases(), relocation_cases(), output_cases(), compiler_cases(), race_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

// A harness that finds no fault with a cache that is wrong could as well be left out.
TEST(DifferentialHarness, BitesACacheKeyedOnArgumentsAndSourceOnly) {
  std::size_t played = 0;
  std::vector<std::string> bitten;
  for (const Case& it : all_cases()) {
    if (std::ranges::find(it.compilers, "gcc") == it.compilers.end()) continue;
    ++played;
    if (!play(it, "gcc", {naive_cache()}).empty()) bitten.push_back(it.name);
  }

  std::cout << bitten.size() << " of " << played << " cases find fault with it\n";
  EXPECT_GE(bitten.size(), 70U);
  EXPECT_THAT(bitten, testing::IsSupersetOf({"HeaderEdited", "HeaderAppearsEarlier",
                                             "ProbedHeaderAppears", "HeaderEditedInPlace",
                                             "SearchPathVariable", "CompilerEditedInPlace"}));
  EXPECT_THAT(bitten, testing::Not(testing::Contains("PlainHit")));
}

}  // namespace
}  // namespace larder::e2e
