#include "differential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases.h"

namespace larder::e2e {
namespace {

class Differential : public testing::TestWithParam<CaseWithCompiler> {};

TEST_P(Differential, EqualsBareCompiler) {
  const auto& [it, compiler] = GetParam();

  EXPECT_THAT(play(it, compiler, {larder_direct(), larder_preprocessed()}), testing::IsEmpty());
}

std::string name_of_test(const testing::TestParamInfo<CaseWithCompiler>& info) {
  return test_name(info.param);
}

#define LARDER_TRY_CASES(Name, cases)                                                      \
  INSTANTIATE_TEST_SUITE_P(Name, Differential, testing::ValuesIn(with_compilers(cases())), \
                           name_of_test)

LARDER_TRY_CASES(Sources, source_cases);
LARDER_TRY_CASES(Inputs, input_cases);
LARDER_TRY_CASES(Options, option_cases);
LARDER_TRY_CASES(Debug, debug_cases);
LARDER_TRY_CASES(Diagnostics, diagnostic_cases);
LARDER_TRY_CASES(Depfiles, depfile_cases);
LARDER_TRY_CASES(Outputs, output_cases);
LARDER_TRY_CASES(Compilers, compiler_cases);
LARDER_TRY_CASES(PassedThrough, pass_through_cases);
LARDER_TRY_CASES(Races, race_cases);
LARDER_TRY_CASES(Surroundings, surroundings_cases);

}  // namespace
}  // namespace larder::e2e
