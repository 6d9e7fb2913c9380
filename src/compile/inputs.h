#pragma once

#include "compile/job.h"
#include "compile/manifest.h"

#include <string>
#include <vector>

namespace larder::compile {

/// What a compile read, and what it looked for and did not find; or why that does not make a
/// result that can be stored.
struct Inputs {
  enum class Verdict {
    sound,
    unknown,     ///< The compiler gave no full list.
    changed,     ///< One of them may have changed while it ran.
    unsuitable,  ///< One of them pulls in what no list shows, or the time.
  };

  Verdict verdict = Verdict::sound;
  std::string detail = {};  ///< The file and why, unless sound.
  std::vector<InputFile> files = {};
  std::vector<AbsentGroup> absent = {};
  bool may_hold_root = false;  ///< Of a job with a root: by RootMentions.
};

}  // namespace larder::compile
