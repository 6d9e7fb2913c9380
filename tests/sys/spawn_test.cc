#include "sys/spawn.h"

#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include <cerrno>

namespace larder::sys {
namespace {

int exit_code_of(pid_t child) {
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Command shell(std::string script) {
  return {.program = "/bin/sh", .arguments = {"sh", "-c", std::move(script)}};
}

TEST(Spawn, RunsTheProgramWithItsArguments) {
  const auto child = spawn({.program = "/bin/sh", .arguments = {"sh", "-c", "exit $1", "x", "7"}});

  ASSERT_TRUE(child);
  EXPECT_EQ(exit_code_of(*child), 7);
}

TEST(Spawn, GivesTheChildTheEnvironmentAskedFor) {
  Command command = shell("test \"$A:$HOME\" = 'a b:'");
  command.environment = {"A=a b"};

  const auto child = spawn(command);

  ASSERT_TRUE(child);
  EXPECT_EQ(exit_code_of(*child), 0);
}

TEST(Spawn, GivesTheChildOurEnvironmentUnlessAskedOtherwise) {
  ASSERT_EQ(::setenv("LARDER_SPAWN_TEST", "ours", 1), 0);

  const auto child = spawn(shell("test \"$LARDER_SPAWN_TEST\" = ours"));

  ASSERT_TRUE(child);
  EXPECT_EQ(exit_code_of(*child), 0);
}

TEST(Spawn, PlacesDescriptorsEvenWhereTheirNumbersCross) {
  const support::TempDir dir;
  const auto first = support::make_file(dir.file("first"));
  const auto second = support::make_file(dir.file("second"));
  Command command = shell("echo 1 >&" + std::to_string(second.get()) + "; echo 2 >&" +
                          std::to_string(first.get()));
  command.inherited = {{.ours = first.get(), .theirs = second.get()},
                       {.ours = second.get(), .theirs = first.get()}};

  const auto child = spawn(command);

  ASSERT_TRUE(child);
  EXPECT_EQ(exit_code_of(*child), 0);
  EXPECT_EQ(support::text_of(support::content_of(dir.file("first"))), "1\n");
  EXPECT_EQ(support::text_of(support::content_of(dir.file("second"))), "2\n");
}

TEST(Spawn, SaysWhyAProgramCannotRun) {
  const support::TempDir dir;
  support::make_file(dir.file("text"), util::as_bytes("no program"));

  const auto missing = spawn({.program = dir.file("missing"), .arguments = {"missing"}});
  const auto text = spawn({.program = dir.file("text"), .arguments = {"text"}});

  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().os_error(), ENOENT);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().os_error(), EACCES);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child is left behind";
}

TEST(Spawn, EndsTheChildWithItsKilledParent) {
  std::array<int, 2> life = {};
  std::array<int, 2> silence = {};  // Nothing is ever written to it: who reads it, waits.
  ASSERT_EQ(::pipe(life.data()), 0);
  ASSERT_EQ(::pipe(silence.data()), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    (void)::close(life[0]);
    Command command = shell("echo started >&" + std::to_string(life[1]) + "; exec cat");
    command.inherited = {{.ours = silence[0], .theirs = STDIN_FILENO}};
    (void)spawn(command);
    while (true) ::pause();
  }
  (void)::close(life[1]);
  std::array<char, 16> buffer = {};
  ASSERT_GT(::read(life[0], buffer.data(), buffer.size()), 0);

  ASSERT_EQ(::kill(parent, SIGKILL), 0);

  EXPECT_EQ(exit_code_of(parent), -1);
  EXPECT_EQ(::read(life[0], buffer.data(), buffer.size()), 0) << "until no process has it open";
}

}  // namespace
}  // namespace larder::sys
