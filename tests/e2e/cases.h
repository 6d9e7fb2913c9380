#pragma once

#include <vector>

#include "differential.h"

/// Everything that is tried with every compiler, by what it is about.
namespace larder::e2e {

std::vector<Case> source_cases();        ///< Sources and headers change, come and go.
std::vector<Case> input_cases();         ///< Files beside headers, however they are named.
std::vector<Case> option_cases();        ///< Options, response files, the environment.
std::vector<Case> debug_cases();         ///< What debug information and diagnostics can see.
std::vector<Case> diagnostic_cases();    ///< What compilers say, and compiles that fail.
std::vector<Case> depfile_cases();       ///< Each way to ask for a depfile.
std::vector<Case> relocation_cases();    ///< Two checkouts of one project.
std::vector<Case> module_cases();        ///< Sources that are compiled with modules on.
std::vector<Case> output_cases();        ///< Where outputs go, and what is there already.
std::vector<Case> compiler_cases();      ///< Compilers change; ways to call larder.
std::vector<Case> pass_through_cases();  ///< Commands that are no cacheable compile.
std::vector<Case> race_cases();          ///< Inputs change while the compiler runs.
std::vector<Case> surroundings_cases();  ///< Caches that are damaged, full, out of reach.

}  // namespace larder::e2e
