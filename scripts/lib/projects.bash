# shellcheck disable=SC2154 # work is the caller's
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

# Redis with its Lua and client library: C, makefiles written by hand, depfiles by -MMD.
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

# larder itself: C++, C and assembly.
configure_larder() {
  cmake -S "$1" -B "$2" -G "Unix Makefiles" -D CMAKE_BUILD_TYPE=Release -D LARDER_TESTS=OFF \
    -D CMAKE_C_COMPILER_LAUNCHER="$3" -D CMAKE_CXX_COMPILER_LAUNCHER="$3"
}
make_larder() {
  make -C "$1" -j"$3"
}
