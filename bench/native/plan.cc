#include "plan.h"

#include <stdexcept>

namespace bench {
namespace {

Group& last_group(Plan& plan) {
  if (plan.groups.empty()) throw std::runtime_error("before any group");
  return plan.groups.back();
}

Command& last_command(Plan& plan) {
  auto& commands = last_group(plan).commands;
  if (commands.empty()) throw std::runtime_error("before any command");
  return commands.back();
}

unsigned positive(const std::string& value) {
  const unsigned long number = std::stoul(value);
  if (number == 0) throw std::runtime_error("not positive");
  return static_cast<unsigned>(number);
}

Edit edit_of(const std::string& value) {
  std::size_t end = 0;
  const long offset = std::stol(value, &end);
  return {.path = value.substr(end + 1), .offset = offset};
}

void apply(Plan& plan, const std::string& word, const std::string& value) {
  if (word == "rounds") {
    plan.rounds = positive(value);
  } else if (word == "jobs") {
    plan.jobs = positive(value);
  } else if (word == "log") {
    plan.log = value;
  } else if (word == "aside") {
    plan.aside = value;
  } else if (word == "group") {
    plan.groups.push_back({.label = value});
  } else if (word == "every") {
    last_group(plan).every = positive(value);
  } else if (word == "edit") {
    last_group(plan).edit = edit_of(value);
  } else if (word == "output") {
    last_group(plan).outputs.push_back(value);
  } else if (word == "environment") {
    last_group(plan).environment.push_back(value);
  } else if (word == "command") {
    last_group(plan).commands.push_back({.directory = value});
  } else if (word == "argument") {
    last_command(plan).arguments.push_back(value);
  } else {
    throw std::runtime_error("unknown word");
  }
}

}  // namespace

Plan read_plan(std::istream& text) {
  Plan plan;
  std::string line;
  for (int number = 1; std::getline(text, line); ++number) {
    const std::size_t space = line.find(' ');
    try {
      if (space == std::string::npos) throw std::runtime_error("no value");
      apply(plan, line.substr(0, space), line.substr(space + 1));
    } catch (const std::exception& error) {
      throw std::runtime_error("line " + std::to_string(number) + ": " + error.what() + ": " +
                               line);
    }
  }
  return plan;
}

}  // namespace bench
