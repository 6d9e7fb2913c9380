#include "compile/relocation.h"

#include "compile/parse_arguments.h"
#include "support/files.h"
#include "support/temp_dir.h"
#include "sys/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <variant>

namespace larder::compile {
namespace {

/// A project in whose root the test runs.
class RelocationTest : public testing::Test {
 protected:
  RelocationTest() {
    support::write_file(root_ + "/.larder.toml", "");
    EXPECT_EQ(::chdir(root_.c_str()), 0);
  }
  ~RelocationTest() override { EXPECT_EQ(::chdir("/"), 0); }

  static Invocation parsed(const std::vector<std::string>& arguments) {
    auto result = parse_arguments(CompilerKind::gcc, arguments, {});
    EXPECT_TRUE(std::holds_alternative<Invocation>(result));
    return std::get<Invocation>(std::move(result));
  }

  /// Whether a compile of the project's source with more options is told in terms of the root.
  [[nodiscard]] bool is_relocated(std::vector<std::string> options, bool maps_root = false) const {
    options.insert(options.end(), {"-c", root_ + "/x.c", "-o", "x.o"});
    return find_relocation_root(parsed(options), root_, maps_root).has_value();
  }

  [[nodiscard]] bool holds(const std::string& text) const {
    support::write_file(root_ + "/x.o", text);
    const auto fd = sys::open_at(AT_FDCWD, root_ + "/x.o", O_RDONLY);
    return holds_root(fd->get(), ProjectRoot(root_)).value();
  }

  support::TempDir dir_;
  std::string root_ = std::filesystem::canonical(dir_.path());
};

TEST_F(RelocationTest, TakesAPathBelowTheRoot) {
  EXPECT_TRUE(is_relocated({}));
  EXPECT_TRUE(find_relocation_root(parsed({"-I" + root_ + "/i", "-c", "x.c"}), root_, false));
  EXPECT_FALSE(find_relocation_root(parsed({"-Ii", "-c", "x.c"}), root_, false));
  EXPECT_FALSE(find_relocation_root(parsed({"-I/usr/include/x", "-c", "x.c"}), root_, false));
}

TEST_F(RelocationTest, TakesDebugInformationIfExactlyTheRootIsMapped) {
  EXPECT_FALSE(is_relocated({"-g"}));
  EXPECT_TRUE(is_relocated({"-g"}, true));
  EXPECT_TRUE(is_relocated({"-g", "-ffile-prefix-map=" + root_ + "=x"}));
  EXPECT_TRUE(is_relocated({"-g", "-fdebug-prefix-map=" + root_ + "/=x"}));
  EXPECT_FALSE(is_relocated({"-g", "-fmacro-prefix-map=" + root_ + "=x"}));
  EXPECT_FALSE(is_relocated({"-g", "-ffile-prefix-map=" + root_ + "/src=x"}));
}

TEST_F(RelocationTest, RefusesWhatHidesPaths) {
  for (const char* option :
       {"--coverage", "-flto", "-gz", "-gsplit-dwarf", "-fsanitize=address", "-Wa,--noexecstack",
        "-fstack-usage", "-fmessage-length=70", "-fprofile-generate", "-fdebug-types-section"}) {
    EXPECT_FALSE(is_relocated({"-ffile-prefix-map=" + root_ + "=x", option})) << option;
  }
}

TEST_F(RelocationTest, MapsTheRootBeforeTheUsersOptions) {
  CompilerCommand command{.path = "/usr/bin/gcc", .words = {"gcc", "-g", "-c", "x.c"}};
  Invocation invocation = parsed({"-g", "-c", "x.c"});

  map_root_away(ProjectRoot("/a/one"), command, invocation);

  EXPECT_EQ(command.words[1], "-ffile-prefix-map=/a/one=.");
  EXPECT_TRUE(maps_macros(invocation, ProjectRoot("/a/one")));
}

TEST_F(RelocationTest, LeavesTheUsersOwnMapAlone) {
  for (const char* own :
       {"-ffile-prefix-map=/a/one=x", "-fdebug-prefix-map=/a=x", "-fmacro-prefix-map=/a/one/=x"}) {
    CompilerCommand command{.path = "/usr/bin/gcc", .words = {"gcc", own, "-c", "x.c"}};
    Invocation invocation = parsed({own, "-c", "x.c"});

    map_root_away(ProjectRoot("/a/one"), command, invocation);

    EXPECT_EQ(command.words.size(), 4U) << own;
  }
}

TEST_F(RelocationTest, FindsTheRootWhereverItStandsInAnOutput) {
  constexpr std::size_t kPieceBytes = std::size_t{1} << 18;
  EXPECT_FALSE(holds(""));
  EXPECT_FALSE(holds(std::string(2 * kPieceBytes, 'x') + root_.substr(1)));
  EXPECT_TRUE(holds(root_));
  for (const std::size_t before :
       {kPieceBytes - 1, kPieceBytes - root_.size(), kPieceBytes - root_.size() / 2, kPieceBytes}) {
    EXPECT_TRUE(holds(std::string(before, 'x') + root_ + "y")) << before;
  }
}

TEST_F(RelocationTest, FindsWhatGccMakesASymbolOf) {
  support::write_file(root_ + "/x.o", "_GLOBAL__sub_I__a_one_b_x.cc_00");
  const auto fd = sys::open_at(AT_FDCWD, root_ + "/x.o", O_RDONLY);

  EXPECT_TRUE(holds_root(fd->get(), ProjectRoot("/a/one-b")).value());
}

TEST_F(RelocationTest, BindsAResultByTheRootsOwnSpelling) {
  const ProjectRoot root("/a/one");
  Inputs inputs{.files = {{"/a/one/x.h", {}}, {"/usr/y.h", {}}},
                .absent = {{"/usr", {"z.h"}}, {"/a/one", {"z.h"}}}};

  tell_in_terms_of_root(root, true, inputs);

  ASSERT_EQ(inputs.files.size(), 3U);
  EXPECT_EQ(inputs.files[0].path, "<root>/x.h");
  EXPECT_EQ(inputs.files[1].path, "/usr/y.h");
  EXPECT_EQ(inputs.files[2].path, "<root>");
  EXPECT_EQ(inputs.files[2].digest, root.digest());
  EXPECT_EQ(inputs.absent[1].directory, "<root>");
}

}  // namespace
}  // namespace larder::compile
