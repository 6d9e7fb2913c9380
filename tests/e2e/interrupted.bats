# A compile and a hit that are killed, or whose system calls fail, at each of them in turn: the
# result is the bare compiler's, and what is left behind harms nobody.
#
# LARDER_ERRORS names the errors that calls fail with, each with each; by default it is one that is
# likely for the call. All of EIO ENOSPC EACCES EROFS EMFILE take half an hour.
# shellcheck disable=SC2154 # helper.bash sets $store

load ../cli/helper
load ../support/faults

# The system calls that change files,
changing=(openat openat2 write pwrite64 fallocate ftruncate mkdir mkdirat renameat renameat2 unlink
  unlinkat utimensat fchmod)
# and that read them. Only what larder itself does: its children are not traced.
reading=(newfstatat fstat pread64 readlink access getdents64 flock fcntl)
# Where the program is not static, its loader maps memory first and dies if it cannot.
is_static() { ! ldd "$(command -v larder)" >/dev/null 2>&1; }
if is_static; then reading+=(mmap); fi

setup() {
  isolate
  export ASAN_OPTIONS=detect_leaks=0 # which cannot work beside strace
  export LARDER_DIR=$store LARDER_CONFIG=/dev/null
  printf '#include "a.h"\nint f(void) { int unused; return VALUE; }\n' >a.c
  echo '#define VALUE 1' >a.h
  echo 'int g(void) { return 0; }' >other.c
  gcc -Wall -MD -c a.c -o a.o 2>bare.errors
  mkdir bare
  mv a.o a.d bare
}

# A cache that knows the compiler but not the compile; or knows both.
make_cold() {
  larder gcc -Wall -MD -c other.c -o other.o
  mv "$store" prepared
}
make_warm() {
  larder gcc -Wall -MD -c a.c -o a.o 2>/dev/null
  larder gcc -Wall -MD -c a.c -o a.o 2>/dev/null
  larder stats --json | grep -q '"hits": *1,'
  mv "$store" prepared
}

# And the outputs of an earlier compile are in the way, longer than the new ones.
make_outdated() {
  make_warm
  head -c 20000 /dev/zero >outdated
}

prepare() {
  rm -rf "$store" a.o a.d
  cp -a prepared "$store"
  if [ -e outdated ]; then
    cp outdated a.o
    cp outdated a.d
  fi
}

compile() {
  larder gcc -Wall -MD -c a.c -o a.o 2>again.errors && is_as_bare again.errors
}

# is_as_bare ERRORS: whether the compiler's files and words are there.
is_as_bare() {
  cmp a.o bare/a.o && cmp a.d bare/a.d && cmp "$1" bare.errors
}

# The next compiles are right, and after a repair nothing is left over.
is_sound() {
  compile && compile && larder store verify --repair >findings &&
    [ -z "$(find "$store/.larder/tmp" -type f)" ] && larder store verify >findings && compile
}

# A wrapper that is killed has nothing to say; one that was not has done its work.
after_kill() {
  if [ "$1" -eq 0 ]; then is_as_bare errors || return; fi
  is_sound
}

# Where words of the compiler cannot be written, it could not have written them either.
after_error() {
  if failed_in_runtime; then
    compile
    return
  fi
  [ "$1" -eq 0 ] || return 1
  if ! grep -q '^write([12],.*INJECTED' trace; then is_as_bare errors || return; fi
  compile
}

fail_every_call() {
  local error
  for error in ${LARDER_ERRORS:-ENOSPC}; do
    at_every_call "error=$error" after_error "${changing[@]}" -- larder gcc -Wall -MD -c a.c -o a.o
  done
  for error in ${LARDER_ERRORS:-EIO}; do
    at_every_call "error=$error" after_error "${reading[@]}" -- larder gcc -Wall -MD -c a.c -o a.o
  done
}

@test "a compile that is killed at any call leaves the cache sound" {
  make_cold
  at_every_call signal=KILL after_kill "${changing[@]}" -- larder gcc -Wall -MD -c a.c -o a.o
}

@test "a hit that is killed at any call leaves the cache sound" {
  make_warm
  at_every_call signal=KILL after_kill "${changing[@]}" -- larder gcc -Wall -MD -c a.c -o a.o
}

@test "a hit over older outputs that is killed at any call leaves the cache sound" {
  make_outdated
  at_every_call signal=KILL after_kill "${changing[@]}" -- larder gcc -Wall -MD -c a.c -o a.o
}

@test "a compile any call of which fails is the bare compiler's" {
  make_cold
  fail_every_call
}

@test "a hit any call of which fails is the bare compiler's" {
  make_warm
  fail_every_call
}

@test "a hit over older outputs any call of which fails is the bare compiler's" {
  make_outdated
  fail_every_call
}
