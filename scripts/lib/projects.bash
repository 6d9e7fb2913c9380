# shellcheck disable=SC2034,SC2154 # the caller sets work and reads what is set here
# Sourced by scripts/demo and scripts/real-projects: how each project of a trial is built. See
# scripts/lib/trial.bash for what the functions are given.

# Where an object can hold the time of its build, it holds this one.
export SOURCE_DATE_EPOCH=1700000000
# Redis writes the commit of the repository around it into an object: there shall be none.
export GIT_CEILING_DIRECTORIES=$work

# Abseil: C++, CMake, depfiles by -MD -MT -MF.
configure_abseil() {
  cmake -S "$1" -B "$2" -G "Unix Makefiles" -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_STANDARD=17 \
    -D CMAKE_CXX_COMPILER=g++ -D CMAKE_CXX_COMPILER_LAUNCHER="$3"
}
make_abseil() {
  make -C "$1" -j"$3"
}

# Redis with its Lua and client library: C, makefiles written by hand, depfiles by -MMD. Whenever
# make reads src/Makefile, it writes foo.c and compiles it, to see whether there is <stdatomic.h>;
# and it reads it twice, for it makes Makefile.dep in between. The second one hits, unless the first
# was not stored because its source was only just written; then neither need hit in later builds.
repeated[redis]=1
missing_by_design[redis]=2
configure_redis() {
  cp -a "$1" "$2"
}
make_redis() {
  make -C "$1" -j"$3" MALLOC=libc CC="${2:+$2 }gcc"
}

# Xerces: C++, automake with libtool, each unit compiled with and without -fPIC.
configure_xerces-c() {
  mkdir "$2" && cd "$2" && "$1/configure" --enable-static --disable-network CXX=g++
}
make_xerces-c() {
  make -C "$1/src" -j"$3" CXX="${2:+$2 }g++"
}

# Filters that keep the outcomes of tests, and hand on all that CTest and Automake's `make check`
# print to stderr. That is a log, which tee would open anew and empty if it did not append.
ctest_outcomes() {
  tee -a /dev/stderr | sed -nE \
    -e 's/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: ([^ ]+) \.+ *Passed .*/PASS \1/p' \
    -e 's/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: ([^ ]+) \.+ *([^0-9 ]+).*/FAIL \1: \2/p'
}
automake_outcomes() {
  tee -a /dev/stderr | sed -nE 's/^(PASS|FAIL|SKIP|XFAIL|XPASS|ERROR): /\1 /p' | sort
}

# zlib: C, configure and makefile written by hand, coverage. Without a seed gcc draws the stamp that
# ties an object to its .gcno by lot. What the tests count (.gcda) is the same in each run.
more_outputs[zlib]='*.lo'
configure_zlib() {
  cp -a "$1" "$2" && cd "$2" && CC=gcc CFLAGS="-O1 --coverage -frandom-seed=1" ./configure
}
make_zlib() {
  make -C "$1" -j"$3" CC="${2:+$2 }gcc"
}
test_zlib() {
  make -C "$1" test | tee -a /dev/stderr |
    sed -nE 's/^\t\t\*\*\* (.*) OK \*\*\*$/PASS \1/; /^make/! p'
}

# jansson: C, CMake, a generated header, split DWARF.
configure_jansson() {
  cmake -S "$1" -B "$2" -G "Unix Makefiles" -D CMAKE_C_COMPILER=gcc \
    -D CMAKE_C_FLAGS="-g -gsplit-dwarf" -D CMAKE_C_COMPILER_LAUNCHER="$3"
}
make_jansson() {
  make -C "$1" -j"$3"
}
test_jansson() {
  ctest --test-dir "$1" | ctest_outcomes
}

# JsonCpp: C++, CMake, precompiled headers for two of its five targets. Making one and using one
# passes through: 2 makings, 3 sources of the shared library and 3 of the unit tests. It is told
# that it has found no ccache, which it would prefer to the launcher.
passing_by_design[libjsoncpp]=8
configure_libjsoncpp() {
  cmake -S "$1" -B "$2" -G "Unix Makefiles" -D CMAKE_CXX_COMPILER=g++ -D CCACHE_EXECUTABLE=OFF \
    -D JSONCPP_WITH_POST_BUILD_UNITTEST=OFF -D CMAKE_CXX_COMPILER_LAUNCHER="$3" \
    -D CMAKE_PROJECT_jsoncpp_INCLUDE="$root/scripts/lib/precompile_jsoncpp.cmake"
}
make_libjsoncpp() {
  make -C "$1" -j"$3"
}
test_libjsoncpp() {
  ctest --test-dir "$1" | ctest_outcomes
  "$1/bin/jsoncpp_test" | tee -a /dev/stderr |
    sed -nE 's/^Testing (.*): OK$/PASS \1/; /^PASS|FAIL/ p'
}

# Debian's patches make what Autotools wrote look old: it is not written anew.
as_distributed=(ACLOCAL=: AUTOCONF=: AUTOHEADER=: AUTOMAKE=:)

# XZ Utils: C, Automake with libtool, warnings are errors.
configure_xz-utils() {
  mkdir "$2" && cd "$2" && "$1/configure" --enable-werror --disable-nls CC=gcc
}
make_xz-utils() {
  make -C "$1" -j"$3" "${as_distributed[@]}" CC="${2:+$2 }gcc" &&
    make -C "$1/tests" -j"$3" "${as_distributed[@]}" CC="${2:+$2 }gcc" check TESTS=
}
test_xz-utils() {
  make -C "$1/tests" "${as_distributed[@]}" check | automake_outcomes
}

# flex: C and C++, Automake with libtool. It makes a scanner of its own source with a first stage of
# itself, and each of its tests is of sources and headers that it and bison generate.
configure_flex() {
  mkdir "$2" && cd "$2" && "$1/configure" --disable-nls CC=gcc CXX=g++
}
make_flex() {
  local directory
  for directory in src tests; do
    make -C "$1/$directory" -j"$3" "${as_distributed[@]}" CC="${2:+$2 }gcc" CXX="${2:+$2 }g++" \
      check TESTS= || return
  done
}
test_flex() {
  make -C "$1/tests" "${as_distributed[@]}" check | automake_outcomes
}

# larder itself: C++, C and assembly.
configure_larder() {
  cmake -S "$1" -B "$2" -G "Unix Makefiles" -D CMAKE_BUILD_TYPE=Release -D LARDER_TESTS=OFF \
    -D CMAKE_C_COMPILER_LAUNCHER="$3" -D CMAKE_CXX_COMPILER_LAUNCHER="$3"
}
make_larder() {
  make -C "$1" -j"$3"
}
