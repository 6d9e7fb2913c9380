#include "cases.h"

namespace larder::e2e {
namespace {

const Files kFiles = {
    {"a.c", "#include \"a.h\"\nint f(void) { int unused; return VALUE; }\n"},
    {"a.h", "#define VALUE 1\n"},
};

constexpr const char* kCompile = "$CC -Wall -MD -c a.c -o a.o";

/// Something happens to a cache that is in use; then the compiler is asked for the same twice, and
/// once for something new.
Case harmed(const std::string& name, const std::string& harm) {
  return {.name = "Cache" + name,
          .files = kFiles,
          .steps = {{.command = kCompile, .outcome = "stored"},
                    {.change = harm, .command = kCompile, .outcome = kAnyOutcome},
                    {.command = kCompile, .outcome = kAnyOutcome},
                    {.command = "$CC -Wall -DNEW -MD -c a.c -o a.o", .outcome = kAnyOutcome}}};
}

/// Two compiles of the same, in surroundings that a command line makes.
Case within(const std::string& name, const std::string& command) {
  return {.name = name,
          .files = kFiles,
          .steps = {{.command = command, .outcome = kAnyOutcome},
                    {.command = command, .outcome = kAnyOutcome}}};
}

/// Two compiles and perhaps more, where `mount` has been done, which nobody else sees.
Case mounted(const std::string& name, const std::string& mount, const std::string& script) {
  Case it = within(name, "mkdir -p \"$ROOT/cache\"\n" + std::string(kUnshare) + " sh -ec '" +
                             mount + "\n" + script + "'");
  it.needs_mounts = true;
  return it;
}

/// Without root's way around permissions, where there is one.
std::string unprivileged(const std::string& script) {
  return "drop='setpriv --bounding-set -dac_override,-dac_read_search'\n"
         "[ \"$(id -u)\" = 0 ] || drop=\n"
         "mkdir -p \"$ROOT/cache\"\n"
         "$drop sh -c '" +
         script + "'";
}

std::vector<Case> place_cases() {
  const std::string twice = std::string(kCompile) + "\n" + kCompile;
  return {
      {.name = "CacheVanishes",
       .files = kFiles,
       .steps = {{.command = kCompile, .outcome = "stored"},
                 {.change = "rm -rf \"$ROOT/cache\"", .command = kCompile, .outcome = "stored"},
                 {.command = kCompile, .outcome = "hit"}}},
      harmed("BecomesFile", "rm -rf \"$ROOT/cache\"\n: > \"$ROOT/cache\""),
      harmed("BecomesDanglingLink", "rm -rf \"$ROOT/cache\"\nln -s nowhere/deep \"$ROOT/cache\""),
      within("CacheBelowFile", "LARDER_DIR=$PWD/a.h/cache " + std::string(kCompile)),
      within("CacheNameTooLong", "LARDER_DIR=$ROOT/$(printf '%0300d' 0) " + std::string(kCompile)),
      within("CacheNowhere", "unset LARDER_DIR HOME XDG_CACHE_HOME\n" + std::string(kCompile)),
      within("HomeIsNoDirectory", "unset LARDER_DIR\nHOME=/dev/null " + std::string(kCompile)),
      within("TemporaryDirectoryMissing", "TMPDIR=$ROOT/none " + std::string(kCompile)),
      within("WorkingDirectoryGone",
             "mkdir gone\ncd gone\nrmdir ../gone\n$CC -Wall -c \"$ROOT/work/a.c\" "
             "-o \"$ROOT/work/a.o\""),
      within("FewDescriptors", "ulimit -n 12\n" + std::string(kCompile)),
      within("CacheUnwritable", unprivileged("chmod -R a-w \"$ROOT/cache\"\n" + twice +
                                             "\nchmod -R u+w \"$ROOT/cache\"")),
      within("CacheUnreadable",
             unprivileged("chmod 0 \"$ROOT/cache\"\n" + twice + "\nchmod u+rwx \"$ROOT/cache\"")),
      mounted("CacheOnReadOnlyDisk",
              "mount --bind \"$ROOT/cache\" \"$ROOT/cache\"\n"
              "mount -o remount,bind,ro \"$ROOT/cache\"",
              twice),
      mounted("CacheOnSmallDisk", "mount -t tmpfs -o size=1m none \"$ROOT/cache\"", twice),
      mounted("CacheOnFullDisk",
              "mount -t tmpfs -o size=1m none \"$ROOT/cache\"\n"
              "cat /dev/zero > \"$ROOT/cache/full\" || true",
              twice),
      mounted("CacheOnDiskThatFills",
              "mount -t tmpfs -o size=1m none \"$ROOT/cache\"\n" + std::string(kCompile) +
                  "\ncat /dev/zero > \"$ROOT/cache/full\" || true",
              twice + "\n$CC -DNEW -c a.c -o b.o"),
      mounted("CacheOnDiskWithoutInodes",
              "mount -t tmpfs -o size=1m,nr_inodes=4 none \"$ROOT/cache\"", twice),
  };
}

/// `spoil` is done to one file of the cache after the other, `$file`; after each the compiler is
/// asked for the same again.
Case spoiled(const std::string& name, const std::string& spoil) {
  return {.name = "CacheFiles" + name,
          .files = kFiles,
          .steps = {{.command = kCompile, .outcome = "stored"},
                    {.command = kCompile, .outcome = "hit"},
                    {.command = "for number in $(seq 12); do\n"
                                "file=$(find \"$ROOT/cache\" -type f 2>/dev/null | sort | "
                                "sed -n \"${number}p\")\n"
                                "[ -z \"$file\" ] || { " +
                                spoil +
                                "; }\n"
                                "$CC -Wall -MD -c a.c -o \"$number.o\" || exit\n"
                                "done",
                     .outcome = kAnyOutcome}}};
}

std::vector<Case> damage_cases() {
  const std::string rewrite = " \"$file\" > \"$ROOT/spoiled\"; cat \"$ROOT/spoiled\" > \"$file\"";
  return {
      spoiled("Garbled", "LC_ALL=C tr '\\000-\\377' '\\377\\000-\\376' < " + rewrite),
      spoiled("Cut", "truncate --size=-1 \"$file\""),
      spoiled("Halved", "truncate --size=\"$(($(stat -c %s \"$file\") / 2))\" \"$file\""),
      spoiled("Emptied", ": > \"$file\""),
      spoiled("Grown", "head -c 100000 /dev/zero >> \"$file\""),
      spoiled("Zeroed", "size=$(stat -c %s \"$file\"); : > \"$file\"; truncate -s $size \"$file\""),
      spoiled("FlippedInTheMiddle",
              "printf x | dd of=\"$file\" conv=notrunc bs=1 status=none "
              "seek=\"$(($(stat -c %s \"$file\") / 2))\""),
      spoiled("Removed", "rm \"$file\""),
      spoiled("MadeDirectories", "rm \"$file\"; mkdir \"$file\""),
      spoiled("MadeDanglingLinks", "rm \"$file\"; ln -s nowhere \"$file\""),
      spoiled("MadeDevices", "rm \"$file\"; ln -s /dev/zero \"$file\""),
      spoiled("MadePipes", "rm \"$file\"; mkfifo \"$file\""),
  };
}

/// The compiler is run by a script that harms the cache first.
std::vector<Case> meanwhile_cases() {
  const auto case_of = [](const std::string& name, const std::string& harm) {
    return Case{.name = "Cache" + name + "WhileCompiling",
                .files = kFiles,
                .steps = {{.change = "mkdir bin\ncat > bin/harm <<'END'\n#!/bin/sh\n" + harm +
                                     "\nexec \"$@\"\nEND\nchmod +x bin/harm",
                           .command = kCompile,
                           .outcome = "stored"},
                          {.command = "LARDER_PREFIX_COMMAND=bin/harm $CC -DNEW -Wall -MD -c a.c",
                           .outcome = kAnyOutcome},
                          {.command = kCompile, .outcome = kAnyOutcome}}};
  };
  return {
      case_of("Vanishes", "rm -rf \"$ROOT/cache\""),
      // What is mapped then ends before its end: SIGBUS.
      case_of("IsEmptied",
              "[ ! -d \"$ROOT/cache\" ] || find \"$ROOT/cache\" -type f -exec truncate -s 0 {} +"),
      case_of("IsLocked", "[ ! -d \"$ROOT/cache\" ] || chmod -R 0 \"$ROOT/cache\""),
  };
}

}  // namespace

std::vector<Case> surroundings_cases() {
  std::vector<Case> all = place_cases();
  for (const auto& part : {damage_cases(), meanwhile_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  for (Case& it : all) it.compilers = {"gcc", "clang++"};
  return all;
}

}  // namespace larder::e2e
