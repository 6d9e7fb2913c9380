#pragma once

#include <istream>
#include <string>
#include <vector>

namespace bench {

/// One process to run.
struct Command {
  std::string directory;                    ///< Where it runs.
  std::vector<std::string> arguments = {};  ///< The program's path first.
};

/// A number in a file that grows with each run, so that the file never has a content twice.
struct Edit {
  std::string path;  ///< Empty for none.
  long offset = 0;   ///< Where the number's six digits stand.
};

/// Commands that are timed as one: they run at once, as many as there are jobs.
struct Group {
  std::string label;
  unsigned every = 1;  ///< It takes part in each round that this divides.
  Edit edit = {};
  std::vector<std::string> outputs = {};      ///< Files that are not there when a run begins.
  std::vector<std::string> environment = {};  ///< The whole of it: "NAME=value".
  std::vector<Command> commands = {};
};

/// What is to be measured against each other. A text with a word and its value on each line:
///
///   plan    := ("rounds" n | "jobs" n | "log" path | "aside" directory)*, group*
///   group   := "group" label, ("every" n | "edit" offset path | "output" path |
///              "environment" NAME=value)*, command*
///   command := "command" directory, ("argument" text)*
struct Plan {
  unsigned rounds = 1;
  unsigned jobs = 1;
  std::string log = "/dev/null";  ///< What the commands print is added to this file.
  std::string aside;              ///< A directory for the outputs of runs before.
  std::vector<Group> groups;
};

/// Reads a plan. Throws std::runtime_error, with the line, for a text that is none.
Plan read_plan(std::istream& text);

}  // namespace bench
