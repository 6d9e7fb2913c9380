# Sourced by tests that build a project of many units, which is generated: the same each time.

# make_project DIR UNITS: a checkout of it. Every fifth unit is C++, every tenth has the compiler
# warn; units share headers, and each command has the checkout's absolute path in it.
make_project() {
  local number
  mkdir -p "$1/include" "$1/src"
  touch "$1/.larder.toml"
  for number in {0..9}; do header_of_project "$number" >"$1/include/h$number.h"; done
  for ((number = 1; number <= $2; number++)); do
    unit_of_project "$number" >"$1/src/u$number.$( ((number % 5)) && echo c || echo cc)"
  done
  cp "$PROJECT_SOURCE_DIR/tests/e2e/generated.mk" "$1/Makefile"
  let_stamps_move_on
}

# header_of_project NUMBER, unit_of_project NUMBER: its text.
header_of_project() {
  printf '#pragma once\n'
  (($1 == 0)) || printf '#include "h%s.h"\n' $(($1 / 2))
  printf 'struct Part%s {\n  int first;\n  int second[%s];\n};\n' "$1" $(($1 + 1))
  printf 'static inline int weigh%s(struct Part%s part) { return part.first; }\n' "$1" "$1"
}

unit_of_project() {
  local part=$(($1 % 10)) other=$(($1 * 7 % 10)) noise='' _
  RANDOM=$1
  for _ in {1..25}; do noise+=$RANDOM$RANDOM$RANDOM$RANDOM$RANDOM$RANDOM$RANDOM$RANDOM; done
  printf '#include "h%s.h"\n#include "h%s.h"\n#include <assert.h>\n' "$part" "$other"
  (($1 % 5)) || printf 'template <typename T> static T doubled(T value) { return value + value; }\n'
  # So that no result is less than 1 KiB, however well it is compressed.
  printf 'extern const char noise%s[];\nconst char noise%s[] = "%s";\n' "$1" "$1" "$noise"
  printf 'int f%s(struct Part%s part) {\n  assert(part.first);\n' "$1" "$part"
  (($1 % 10)) || printf '  int unused = doubled(%s);\n' "$1"
  printf '  return weigh%s(part) + noise%s[%s];\n}\n' "$part" "$1" "$part"
}

# build_project DIR KEPT [LAUNCHER]: builds the checkout from nothing; what compilers wrote and said
# is then in the directory KEPT.
build_project() {
  rm -rf "$1/out" "$2"
  mkdir "$1/out"
  make --silent --jobs=2 --directory="$1/out" --file="$1/Makefile" LAUNCHER="${3-}" || return
  mv "$1/out" "$2"
}
