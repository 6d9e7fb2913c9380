# That the program, its help and its manual say the same.

load helper

setup() {
  isolate
  manual=$PROJECT_SOURCE_DIR/doc/man/larder.1.scd
}

# The commands that the help lists.
commands() {
  larder --help | sed -n '/^commands:/,/^$/s/^  \(\([a-z-]* \)*[a-z-]*\)  .*/\1/p' | sed 's/ *$//'
}

# plain: text without scdoc's marks.
plain() {
  sed 's/[*_\\]//g'
}

# manual_of COMMAND: the manual's paragraph about a command.
manual_of() {
  plain <"$manual" | awk -v head="larder $1 " 'index($0 " ", head) == 1 { on = 1 } on { print } on && /^$/ { exit }'
}

# options: the long options that a text names, but for --help.
options() {
  grep -oE -e '--[a-z][a-z-]+' | grep -vx -e --help | sort -u
}

@test "there are commands" {
  [ "$(commands | wc -l)" -ge 12 ]
}

@test "every command's usage stands in the manual" {
  local command usage
  while read -r command; do
    # shellcheck disable=SC2086 # words
    usage=$(larder $command --help | sed -n '1s/^usage: //p')
    manual_of "$command" | grep -qxF -- "$usage"
  done < <(commands)
}

@test "every command's options are those of the manual" {
  local command
  while read -r command; do
    # shellcheck disable=SC2086 # words
    equal "$(larder $command --help | sed 1,2d | options || true)" \
      "$(manual_of "$command" | sed 1d | options || true)"
  done < <(commands)
}

@test "every option of the manual is explained in it" {
  local option
  while read -r option; do
    plain <"$manual" | grep -qE -e "^$option( |$)"
  done < <(options <"$manual" | grep -vx -e --version)
}

@test "every setting stands in the manual and in the documentation" {
  local name
  printf '[[cache]]\n[[cache]]\ntype = "s3"\nbucket = "b"\n' >config.toml
  while read -r name; do
    grep -q -- "^\*$name\*" "$PROJECT_SOURCE_DIR/doc/man/larder-config.5.scd"
    grep -q -- "^| \`$name\`" "$PROJECT_SOURCE_DIR/doc/configuration.md"
  done < <(LARDER_CONFIG=$PWD/config.toml larder config | sed -n 's/^\([a-z_]*\) = .*/\1/p')
}

@test "help is the same by word and by option" {
  equal "$(larder help)" "$(larder --help)"
  equal "$(larder help)" "$(larder -h)"
  equal "$(larder help store)" "$(larder store --help)"
  equal "$(larder help store put)" "$(larder store put --help)"
  equal "$(larder store put 00 -h)" "$(larder store put --help)"
}

@test "the version is the same by word and by option" {
  local version
  version=$(sed -n 's/^project(larder VERSION \([0-9.]*\).*/\1/p' "$PROJECT_SOURCE_DIR/CMakeLists.txt")

  equal "$(larder --version)" "larder $version"
  equal "$(larder version)" "larder $version"
  equal "$(larder -V)" "larder $version"
}
