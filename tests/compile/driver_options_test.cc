// The oracle of the option table: which options take the next argument, asked of the drivers.

#include "compile/option_table.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <fstream>

#include "describe_arguments.h"
#include "run_driver.h"

namespace larder::compile {
namespace {

/// A directory with a source in it, where a driver is asked how it reads arguments.
class Interview {
 public:
  explicit Interview(std::string driver) : driver_(std::move(driver)) {
    std::ofstream(directory_.file("a.c")) << "int x;\n";
  }

  /// Whether the driver, which runs nothing, takes the argument after `option` for an input.
  [[nodiscard]] bool leaves_next_argument(std::string_view option) const {
    const auto result =
        run_driver(directory_.path(), {driver_, "-###", "-c", std::string(option), "next", "a.c"});
    return result.printed.find("next: linker input") != std::string::npos ||
           result.printed.find("no such file or directory: 'next'") != std::string::npos;
  }

 private:
  std::string driver_;
  support::TempDir directory_;
};

void expect_values_as(CompilerKind kind, const std::string& driver) {
  const Interview interview(driver);
  for (const Option& option : option_table()) {
    const bool is_asked = option.is_of(kind) && option.effect != Effect::refused &&
                          option.forms != static_cast<std::uint8_t>(OptionForm::joined) &&
                          option.name != "-x" && !option.name.starts_with("--language");
    if (!is_asked) continue;
    EXPECT_EQ(interview.leaves_next_argument(option.name), !option.has(OptionForm::separate))
        << driver << ' ' << option.name;
  }
}

TEST(DriverOptions, TakeTheirValuesAsGccDoes) { expect_values_as(CompilerKind::gcc, "gcc"); }

TEST(DriverOptions, TakeTheirValuesAsClangDoes) { expect_values_as(CompilerKind::clang, "clang"); }

}  // namespace
}  // namespace larder::compile
