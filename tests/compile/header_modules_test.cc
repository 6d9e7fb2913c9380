#include "compile/header_modules.h"

#include "support/files.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "run_driver.h"

namespace larder::compile {
namespace {

/// A project with a header b.h, in whose root gcc runs.
class HeaderModulesTest : public testing::Test {
 protected:
  HeaderModulesTest() {
    write("b.h", "#define VALUE 1\n");
    write("x/y", "");
    write("m/y", "");
    write("mapper", "$root m\n");
  }

  void write(const std::string& path, const std::string& text) const {
    support::write_file(dir_.file(path), text);
  }

  [[nodiscard]] bool compiles() const {
    return run_driver(dir_.path(), {"g++", "-std=c++20", "-fmodules-ts", "-fmodule-mapper=mapper",
                                    "-I.", "-Ix/..", "-c", "x/a.cc"})
               .exit_code == 0;
  }

  /// Whether gcc takes what stands at the place for the compiled form of a header that is included
  /// so: it is nothing that can be imported.
  [[nodiscard]] bool is_taken(const std::string& include, const std::string& header) const {
    write("x/a.cc", "#include " + include + "\nint f() { return VALUE; }\n");
    EXPECT_TRUE(compiles()) << include;
    write(module_of_header("m", header), "no module\n");
    const bool is_taken = !compiles();
    EXPECT_TRUE(support::run_in(dir_.path(), "rm -r m && mkdir m"));
    return is_taken;
  }

  support::TempDir dir_;
};

// The oracle is gcc.
TEST_F(HeaderModulesTest, LieWhereGccLooks) {
  const std::string absolute = dir_.file("b.h");
  write("x/...h", "#define VALUE 1\n");
  write("x/...d/,/b.h", "#define VALUE 1\n");
  EXPECT_TRUE(is_taken("\"../b.h\"", "x/../b.h"));
  EXPECT_TRUE(is_taken("\"b.h\"", "b.h"));
  EXPECT_TRUE(is_taken("<b.h>", "./b.h"));
  EXPECT_TRUE(is_taken("\".//./b.h\"", "b.h"));
  EXPECT_TRUE(is_taken("\"../x/../b.h\"", "x/../x/../b.h"));
  EXPECT_TRUE(is_taken("\"" + absolute + "\"", absolute));
  EXPECT_TRUE(is_taken("\"" + dir_.file("x/../b.h") + "\"", dir_.file("x/../b.h")));
  EXPECT_TRUE(is_taken("\"...h\"", "x/...h"));
  EXPECT_TRUE(is_taken("\"...d/,/b.h\"", "x/...d/,/b.h"));
}

TEST_F(HeaderModulesTest, AreNamedAfterTheHeaders) {
  EXPECT_EQ(module_of_header(".", "/usr/include/stdio.h"), "usr/include/stdio.h.gcm");
  EXPECT_EQ(module_of_header(".", "b.h"), ",/b.h.gcm");
  EXPECT_EQ(module_of_header("/m/", "../..//b.h"), "/m/,/,,/,,/b.h.gcm");
}

TEST_F(HeaderModulesTest, AreFiles) {
  EXPECT_FALSE(HeaderModules(dir_.file("m")).may_have("b.h"));
  EXPECT_FALSE(HeaderModules(dir_.file("nowhere")).may_have("b.h"));
  write("m/,/b.h.gcm", "");
  EXPECT_TRUE(HeaderModules(dir_.file("m")).may_have("b.h"));
  EXPECT_FALSE(HeaderModules(dir_.file("m")).may_have("c.h"));
  write("m/usr/b.h.gcm/no-module", "");
  EXPECT_FALSE(HeaderModules(dir_.file("m")).may_have("/usr/b.h"));
}

TEST_F(HeaderModulesTest, CountIfTheyCannotBeLookedAt) {
  const std::string name(1000, 'x');

  write("m/,/y", "");

  EXPECT_TRUE(HeaderModules(dir_.file("m")).may_have(name));
}

TEST_F(HeaderModulesTest, OfSeveralHeadersAreLookedForOneByOne) {
  HeaderModules modules(dir_.file("m"));
  write("m/usr/b.h.gcm", "");

  EXPECT_FALSE(modules.may_have("a.h"));
  EXPECT_FALSE(modules.may_have("/usr/a.h"));
  EXPECT_TRUE(modules.may_have("/usr/b.h"));
  EXPECT_FALSE(modules.may_have("b.h"));
}

}  // namespace
}  // namespace larder::compile
