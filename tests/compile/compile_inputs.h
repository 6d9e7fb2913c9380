#pragma once

#include "compile/absent_files.h"
#include "compile/manifest.h"

#include <string>
#include <vector>

namespace larder::compile {

/// A compile in the working directory, and what it depended on.
struct CompileInputs {
  AbsentFiles absent;
  ManifestResult result;     ///< Of the files read, also_read and what was absent.
  bool has_adopted = false;  ///< Headers that the compile did not list were found by search.
};

/// Compiles with a driver in /usr/bin and gathers what it read and looked for, as a miss does.
/// `arguments` include -c and the source. Fails the test where the compile does not succeed.
CompileInputs compile_and_gather(const std::string& driver,
                                 const std::vector<std::string>& arguments);

/// Whether a lookup finds that everything is as the compile found it.
bool still_holds(const CompileInputs& inputs);

/// The words of a command line without quotes.
std::vector<std::string> words_of(const std::string& line);

}  // namespace larder::compile
