# `larder explain FILE`: each cause of a miss by its name.
# shellcheck disable=SC2154 # helper.bash sets $store, $stdout

load helper

setup() {
  isolate
  export LARDER_DIR=$store LARDER_CONFIG=/dev/null
  unset CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH SOURCE_DATE_EPOCH LC_ALL
  mkdir include other
  echo 'int a;' >include/a.h
  printf '#include "a.h"\nint f(void) { return a; }\n' >a.c
  settle
}

# settle: until the clock that files are stamped with has moved on; what was just written would be
# taken for still being written.
settle() {
  local until=$((${EPOCHREALTIME/[.,]/} + 20000))
  while ((${EPOCHREALTIME/[.,]/} < until)); do :; done
}

# compile ARGUMENT...: a.c to a.o by gcc, unless COMPILER says otherwise.
compile() {
  larder "${COMPILER:-gcc}" -Iinclude "$@" -c a.c -o a.o
}

# explained FILE: the sentences.
explained() {
  larder explain "$1" | sed -n 's/^  //p'
}

@test "nothing is known of a file that was not compiled" {
  status 1 larder explain a.c

  equal "$stdout" "a.c: no miss and no uncached run is recorded"
}

@test "never seen before" {
  compile

  equal "$(explained a.c)" "it was never seen before"
  larder explain a.c | head -1 | grep -qE '^a\.c: a miss at 2[0-9T:-]+Z \([0-9]+s ago\), because$'
}

@test "an object, and other spellings of a source" {
  compile

  equal "$(explained a.o)" "it was never seen before"
  equal "$(explained "$PWD/a.c")" "it was never seen before"
  equal "$(cd include && explained ../a.o)" "it was never seen before"
}

@test "a header was edited" {
  for COMPILER in gcc clang; do
    compile
    echo "int a, $COMPILER;" >include/a.h
    settle
    compile

    equal "$(explained a.o)" "include/a.h has changed"
  done
}

@test "a header is gone, for one further on" {
  echo 'int a;' >other/a.h
  settle
  compile -Iother
  rm include/a.h
  compile -Iother

  equal "$(explained a.o)" "include/a.h is gone"
}

@test "a header appeared earlier on the include path" {
  for COMPILER in gcc clang; do
    rm -f other/a.h
    larder "$COMPILER" -Iother -Iinclude -c a.c
    echo 'int a;' >other/a.h
    settle
    larder "$COMPILER" -Iother -Iinclude -c a.c

    equal "$(explained a.o)" "other/a.h has appeared: the compiler had looked for it there"
  done
}

@test "what __has_include asks for appeared" {
  printf '#if __has_include("b.h")\n#endif\nint x;\n' >a.c
  settle
  compile
  echo >include/b.h
  settle
  compile

  equal "$(explained a.c)" "include/b.h has appeared: the compiler had looked for it there"
}

@test "the source was edited" {
  compile
  echo 'int g;' >a.c
  settle
  compile

  equal "$(explained a.o)" "the source a.c has changed"
}

@test "an argument was added, then removed" {
  for COMPILER in gcc clang; do
    compile
    compile -O2
    equal "$(explained a.o)" "new argument: -O2"
    compile -Wall
    compile -Wall -DN

    equal "$(explained a.o)" "new argument: -DN"
  done
  larder gcc -Iinclude -funroll-loops -O1 -c a.c
  larder gcc -Iinclude -O1 -c a.c

  equal "$(explained a.o)" "argument no longer there: -funroll-loops"
}

@test "an argument took another's place" {
  compile -DN=1
  compile -DN=2
  equal "$(explained a.o)" "argument -DN=2 was -DN=1"

  compile -DN=2 -O1
  compile -DN=2 -O3
  equal "$(explained a.o)" "argument -O3 was -O1"

  compile -DN=2 -O3 -fno-inline
  compile -DN=2 -O3 -finline
  equal "$(explained a.o)" "argument -finline was -fno-inline"
}

@test "arguments in another order" {
  larder gcc -Iinclude -Iother -c a.c
  larder gcc -Iother -Iinclude -c a.c

  equal "$(explained a.o)" \
    "the arguments are in another order: -Iother now stands before -Iinclude"
}

@test "a variable was set, changed and unset" {
  compile
  CPATH=other compile
  equal "$(explained a.o)" "the variable CPATH is now set: other"

  CPATH=include compile
  equal "$(explained a.o)" "the variable CPATH was other and is now include"

  SOURCE_DATE_EPOCH=1 CPATH=include compile
  equal "$(explained a.o)" "the variable SOURCE_DATE_EPOCH is now set: 1"

  SOURCE_DATE_EPOCH=1 compile
  equal "$(explained a.o)" "the variable CPATH is no longer set; it was include"

  LC_ALL=C SOURCE_DATE_EPOCH=1 compile
  equal "$(explained a.o)" "the variable LC_ALL is now set: C"
}

@test "another compiler" {
  compile
  COMPILER=clang compile

  explained a.o | grep -qE '^the compiler was .*/gcc and is now .*/clang$'
}

# stand_in DIR PROGRAM: a program that runs another, in a directory of its own.
stand_in() {
  mkdir -p "$1"
  printf '#include <unistd.h>\nint main(int c, char** v) { v[0] = "%s"; return !c + execv(*v, v); }\n' \
    "$2" >stand_in.c
  gcc -static stand_in.c -o "$1/${2##*/}"
  settle
}

@test "a file of the compiler's was changed" {
  stand_in tools "$(gcc -print-prog-name=cc1)"
  stand_in tools "$(command -v as)"
  for name in cc1 as; do
    compile -B "$PWD/tools/"
    strip "tools/$name"
    settle
    compile -B "$PWD/tools/"

    equal "$(explained a.o)" "the compiler's $PWD/tools/$name has changed"
  done
}

@test "the driver was changed" {
  stand_in bin "$(command -v gcc)"
  PATH=$PWD/bin:$PATH compile
  strip bin/gcc
  settle
  PATH=$PWD/bin:$PATH compile

  equal "$(explained a.o)" "the compiler's $PWD/bin/gcc has changed"
}

@test "a library of the compiler's was changed" {
  mkdir lib
  cp -L "$(ldd "$(command -v as)" | sed -n 's/.*=> \(.*libz[^ ]*\).*/\1/p' | head -1)" lib
  library=$(ls lib)
  settle
  LD_LIBRARY_PATH=$PWD/lib compile
  strip --strip-unneeded "lib/$library"
  echo >>"lib/$library"
  settle
  LD_LIBRARY_PATH=$PWD/lib compile

  equal "$(explained a.o)" "the compiler's $PWD/lib/$library has changed"
}

@test "the working directory, where the output holds it" {
  mkdir one two
  cp a.c one
  cp a.c two
  settle
  (cd one && larder gcc -I../include -g -c a.c -o a.o)
  (cd two && larder gcc -I../include -g -c a.c -o a.o)

  equal "$(explained two/a.o)" \
    "it was never seen before; from a.o in $PWD/one it differs in this:
the working directory, which the output can hold, was $PWD/one and is now $PWD/two"
}

@test "another checkout, where the output holds its path" {
  mkdir -p one/.git two/.git
  echo 'const char *f(void) { return __FILE__; }' >one/a.c
  cp one/a.c two
  settle
  (cd one && larder gcc -c "$PWD/a.c" -o a.o)
  (cd two && larder gcc -c "$PWD/a.c" -o a.o)

  equal "$(explained two/a.o)" \
    "the checkout in $PWD/two is another one, and the output may hold or depend on its path"
}

@test "the source by another name, to another object" {
  compile
  larder gcc -Iinclude -c "$PWD/a.c" -o b.o

  equal "$(explained b.o)" "it was never seen before; from a.o in $PWD it differs in this:
the source was named a.c and is now $PWD/a.c"
}

@test "a response file was edited" {
  echo '-DN=1' >flags
  settle
  compile @flags
  echo '-DN=2' >flags
  settle
  compile @flags

  equal "$(explained a.o)" "argument -DN=2 was -DN=1 (from @flags)"
}

@test "an extra file was edited, added and left out" {
  echo one >extra
  settle
  compile
  LARDER_EXTRA_FILES=$PWD/extra compile
  equal "$(explained a.o)" "$PWD/extra, a file that an option or extra_files names, is new"

  echo two >extra
  settle
  LARDER_EXTRA_FILES=$PWD/extra compile
  equal "$(explained a.o)" "$PWD/extra, a file that an option or extra_files names, has changed"

  echo 'int g;' >a.c
  settle
  compile
  equal "$(explained a.o)" "the source a.c has changed
$PWD/extra, a file that an option or extra_files names, is no longer named"
}

@test "a result was removed" {
  compile
  larder store rm --namespace compile "$(larder inspect a.o | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{key}')"
  compile

  equal "$(explained a.o)" "its result was evicted or removed"
}

@test "everything was removed" {
  compile
  settle
  larder clean --max-size 0K >/dev/null
  compile

  equal "$(explained a.o)" "its result was evicted or removed"
}

@test "recache" {
  compile
  LARDER_RECACHE=1 compile

  equal "$(explained a.o)" "looking it up was switched off (recache)"
}

@test "an input that changed while it was compiled" {
  mkdir bin
  printf '#!/bin/sh\necho >>include/a.h\nexec "%s" "$@"\n' "$(gcc -print-prog-name=cc1)" >bin/cc1
  chmod +x bin/cc1
  settle
  larder gcc -B "$PWD/bin/" -Iinclude -c a.c

  equal "$(larder explain a.o | tail -1)" \
    "not stored: inputs changed: include/a.h changed while it was compiled"
}

@test "a compile that failed" {
  echo 'int f(void) { return }' >a.c
  settle
  status 1 compile

  equal "$(larder explain a.c | tail -n +2)" "  it was never seen before
not stored: compiles failed: exit status 1"
}

@test "a compile that failed before" {
  echo 'int f(void) { return }' >a.c
  settle
  status 1 compile
  settle
  status 1 compile

  equal "$(explained a.c)" "the same compile before was not stored: compiles failed: exit status 1"
}

@test "passed through, and why" {
  compile -fplugin-arg-x-y=1 2>/dev/null || true
  larder gcc -fPIC -Iinclude a.c -shared -o liba.so

  equal "$(explained liba.so)" "it was passed through: link"
  larder explain liba.so | head -1 | grep -q '^liba.so: run uncached at '

  compile -save-temps=obj
  equal "$(explained a.o)" "it was passed through: intermediate files (-save-temps=obj)"
}

@test "a run that does not compile is not what was asked for" {
  compile
  larder gcc -Iinclude -E a.c >/dev/null

  equal "$(explained a.c)" "it was never seen before"
}

@test "uncached because of an error" {
  LARDER_EXTRA_FILES=$PWD/missing compile

  equal "$(explained a.o)" \
    "it was run uncached because of an error: hash $PWD/missing: no such regular file"
}

@test "a hit after a miss" {
  compile
  equal "$(larder explain a.o | grep -c "^hit since")" 0
  settle
  compile

  larder explain a.o | tail -1 | grep -qE '^hit since, at 2[0-9T:-]+Z \([0-9]+s ago\)$'
}

@test "a compile is compared with the last one, though that was a hit" {
  compile -O1
  compile -O2
  settle
  compile -O1
  settle
  compile -O3

  equal "$(explained a.o)" "argument -O3 was -O1"
}

@test "a hit writes no history" {
  compile
  cp "$store"/.larder/user-*/history.jsonl before
  compile

  cmp before "$store"/.larder/user-*/history.jsonl
}

@test "JSON says the same" {
  compile -DN=1
  compile -DN=2
  settle
  compile -DN=2

  larder explain --json a.o | perl -MJSON::PP -0777 -ne '
    my $all = decode_json($_);
    my $cause = $all->{causes}[0];
    die unless $cause->{kind} eq "argument_changed" && $cause->{subject} eq "-DN=2";
    die unless $cause->{before} eq "-DN=1" && $cause->{now} eq "-DN=2";
    die unless $all->{outcome} eq "misses_new" && $all->{object} eq "a.o";
    die unless $all->{hit_since} =~ /^2.*Z$/ && !defined $all->{not_stored};
  '
}

# figure NAME: of `larder explain --build`.
figure() {
  larder explain --build | sed -n "s/^ *$1  *//p"
}

@test "a build" {
  compile
  larder gcc -Iinclude -c a.c -o b.o
  echo 'int a, b;' >include/a.h
  settle
  compile
  compile
  compile
  larder gcc -fPIC -Iinclude a.c -shared -o liba.so

  larder explain --build
  equal "$(figure hits)" "3 (60.0 %)"
  equal "$(figure misses)" "2 (40.0 %)"
  equal "$(figure 'run uncached')" 1
  equal "$(figure link)" 1
  larder explain --build | grep -qx '  1  include/a.h has changed'
  larder explain --build | grep -qx '  1  it was never seen before'
  larder explain --build | grep -qE '^  [0-9.]+ s  a\.c: include/a\.h has changed$'
}

@test "a build since a time" {
  compile
  larder explain --build --since 1h | grep -qE '^misses +1 '
  larder explain --build --since 2001-02-03T04:05:06Z | grep -qE '^misses +1 '
  larder explain --build --since 2201-02-03T04:05:06Z |
    grep -qx 'no miss and no uncached run is recorded in that time'
}

@test "a build as JSON" {
  compile
  compile

  larder explain --build --json | perl -MJSON::PP -0777 -ne '
    my $all = decode_json($_);
    die unless $all->{hits} == 1 && $all->{misses} == 1 && !$all->{was_zeroed};
    die unless $all->{causes}[0]{count} == 1 && $all->{costliest}[0]{source} =~ m{/a\.c$};
  '
}

@test "no build" {
  status 1 larder explain --build

  equal "$stdout" "no miss and no uncached run is recorded"
}

@test "either a file or a build" {
  status 2 larder explain
  status 2 larder explain --build a.c
  status 2 larder explain --since 1h a.c
  status 2 larder explain --build --since yesterday
}
