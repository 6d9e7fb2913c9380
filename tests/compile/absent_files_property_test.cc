#include "compile/absent_files.h"
#include "support/files.h"
#include "support/temp_dir.h"
#include "sys/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <map>
#include <random>

#include <cstdlib>

#include "compile_inputs.h"

namespace larder::compile {
namespace {

constexpr std::array kDirectories = {"s", "s/in", "q", "a", "a/in", "b", "b/in", "sys", "new/one"};
constexpr std::array kNames = {"h0.h", "h1.h", "in/h2.h", "h3.h", "in/h4.h", "h5.h"};

/// A random tree of headers that include and probe for each other, and a change to it.
class RandomTree {
 public:
  explicit RandomTree(std::uint32_t seed) : random_(seed) {
    for (std::size_t rank = 0; rank < kNames.size(); ++rank) {
      for (const char* directory : kDirectories) {
        if (one_in(3) && std::string_view(directory) != "new/one") make_header(directory, rank);
      }
    }
    files_["s/always.h"] = "extern int always;\n";
    files_["s/t.c"] = "#include \"always.h\"\n" + some_includes(0);
  }

  [[nodiscard]] const std::map<std::string, std::string>& files() const { return files_; }

  std::string options() {
    std::string options;
    for (const std::string option : {"-Ia", "-Ib", "-Inew/one", "-iquote q", "-isystem sys"}) {
      if (!one_in(5)) options += option + " ";
    }
    if (one_in(4)) options += "-include " + any_name(3) + " ";
    if (one_in(3)) options += "-MMD ";
    if (one_in(8)) options += "-MD ";
    return options + "s/t.c";
  }

  /// A script that adds, removes or edits a file.
  std::string change() {
    const std::string path =
        std::string(kDirectories[random_() % kDirectories.size()]) + "/" + any_name(0);
    const std::string directory = path.substr(0, path.rfind('/'));
    if (files_.contains(path) && one_in(2)) return "rm -f " + path;
    const std::string make = "mkdir -p " + directory + " && ";
    if (one_in(6)) return make + "ln -sf $(pwd)/s/t.c " + path;
    return make + "rm -f " + path + " && echo 'extern int added;' >" + path;
  }

 private:
  bool one_in(std::uint32_t n) { return random_() % n == 0; }

  std::string any_name(std::size_t rank) {
    std::string name = kNames[rank + random_() % (kNames.size() - rank)];
    if (one_in(6)) name.insert(0, "../");
    return name;
  }

  void make_header(const std::string& directory, std::size_t rank) {
    const std::string path = plain(directory + "/" + kNames[rank]);
    std::string text = one_in(3) ? "#pragma once\n" : "";
    // Some are equal, so that gcc may take them for one another.
    if (!one_in(4)) text += "extern int in_" + std::to_string(files_.size()) + ";\n";
    files_[path] = text + some_includes(rank + 1);
  }

  static std::string plain(std::string path) {
    for (auto at = path.find("in/in"); at != std::string::npos; at = path.find("in/in")) {
      path.erase(at, 3);
    }
    return path;
  }

  /// Includes of headers of a higher rank, none of which need be there.
  std::string some_includes(std::size_t rank) {
    std::string text;
    for (int i = 0; i < 3 && rank < kNames.size(); ++i) {
      const std::string name = any_name(rank);
      const std::string quoted = one_in(2) ? "\"" + name + "\"" : "<" + name + ">";
      const std::string next = one_in(4) ? "_next" : "";
      text += "#if __has_include" + next + "(" + quoted + ")\nextern int p_" + std::to_string(i) +
              ";\n";
      if (!one_in(3)) text += "#include" + next + " " + quoted + "\n";
      text += "#endif\n";
      if (one_in(4)) text += "#if 0\n#include <" + any_name(rank) + ">\n#endif\n";
    }
    return text;
  }

  std::mt19937 random_;
  std::map<std::string, std::string> files_;
};

std::string preprocessed(const std::string& driver, const std::string& options) {
  const auto outcome =
      sys::run_and_capture({.program = "/bin/sh",
                            .arguments = {"sh", "-c", driver + " -w -E " + options + "; echo $?"}});
  EXPECT_TRUE(outcome);
  return outcome->out.bytes;
}

struct Tally {
  int changed = 0;
  int kept = 0;
  int needless = 0;
  int adopted = 0;  ///< Trees whose system headers were found by search.
};

void try_one(const std::string& driver, std::uint32_t seed, Tally& tally) {
  const support::TempDir dir;
  ASSERT_EQ(::chdir(dir.path().c_str()), 0);
  RandomTree tree(seed);
  for (const char* directory : kDirectories) {
    if (std::string_view(directory) == "new/one") continue;
    ASSERT_TRUE(sys::make_dirs(dir.file(directory)));
  }
  ASSERT_TRUE(sys::make_dirs(dir.file("out")));
  for (const auto& [path, text] : tree.files()) support::write_file(dir.file(path), text);
  const std::string options = tree.options();
  const std::string before = preprocessed(driver, options);
  if (!before.ends_with("\n0\n")) return;  // -include of what is not there

  const CompileInputs inputs = compile_and_gather(driver, words_of("-w -c -o out/t.o " + options));
  ASSERT_EQ(inputs.absent.verdict, AbsentFiles::Verdict::sound) << inputs.absent.detail;
  ASSERT_TRUE(still_holds(inputs));
  tally.adopted += inputs.has_adopted ? 1 : 0;
  std::string changes;
  for (int i = 0; i < 8 && still_holds(inputs); ++i) {
    const std::string change = tree.change();
    ASSERT_TRUE(support::run_in(dir.path(), change));
    changes += change + "\n";
    const bool has_changed = preprocessed(driver, options) != before;
    const bool holds = still_holds(inputs);
    ASSERT_FALSE(has_changed && holds) << driver << ' ' << options << " is stale after\n"
                                       << changes;
    tally.changed += has_changed ? 1 : 0;
    tally.kept += holds ? 1 : 0;
    tally.needless += !has_changed && !holds ? 1 : 0;
  }
}

class AbsentFilesProperty : public testing::TestWithParam<const char*> {};

TEST_P(AbsentFilesProperty, NoChangeOfTheResultGoesUnseen) {
  // More are tried with LARDER_TEST_TREES=1000.
  const char* const asked = std::getenv("LARDER_TEST_TREES");
  const auto trees = static_cast<std::uint32_t>(asked != nullptr ? std::atoi(asked) : 15);
  Tally tally;
  for (std::uint32_t seed = 0; seed < trees && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    try_one(GetParam(), seed, tally);
  }
  ASSERT_EQ(::chdir("/"), 0);

  EXPECT_GT(tally.changed, 4) << "or the trees test nothing";
  EXPECT_GT(tally.kept, 4);
  EXPECT_GT(tally.adopted, 1);
  RecordProperty("needless", tally.needless);
}

INSTANTIATE_TEST_SUITE_P(Real, AbsentFilesProperty,
                         testing::Values("gcc", "g++", "clang", "clang++"), [](const auto& test) {
                           const std::string driver = test.param;
                           return driver.ends_with("++")
                                      ? driver.substr(0, driver.size() - 2) + "xx"
                                      : driver;
                         });

}  // namespace
}  // namespace larder::compile
