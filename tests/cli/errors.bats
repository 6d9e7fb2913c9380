# What store commands make of bad input and of places that they cannot write to.
# shellcheck disable=SC2154 # helper.bash sets $store, $stdout and $stderr

load helper

setup() {
  isolate
  export LARDER_DIR=$store
}

teardown() {
  chmod -R u+w "$BATS_TEST_TMPDIR"
}

@test "a key of no bytes, of an odd digit or of none is a wrong command line" {
  local key
  for key in '' 0 0g "$(printf '00%.0s' {1..65})"; do
    status 2 larder store has "$key"
    [[ $stderr == 'larder: store has: key "'*'": expected an even number of hex digits, 2 to 128' ]]
  done
}

@test "a name that could leave its directory is a wrong command line" {
  local name
  for name in '' .. .hidden a/b 'a\b' $'a\nb' $'\xff'; do
    status 2 larder store put 00 "$name" /dev/null
    [[ $stderr == 'larder: store put: name '* ]]
    status 2 larder store get 00 "$name"
    status 2 larder store put-entry 00 "$name=/dev/null"
  done
  status 2 larder store ls --namespace a//b
  status 2 larder store ls --namespace a/..
  [ ! -e "$store" ]
}

@test "control characters reach the terminal escaped" {
  status 2 larder store has $'\e[2J'

  equal "$stderr" 'larder: store has: key "\x1b[2J": expected an even number of hex digits, 2 to 128'
}

@test "a missing or unknown operand or option is a wrong command line, with the usage" {
  status 2 larder store put 00
  equal "$stderr" $'larder: store put: missing NAME\nusage: larder store put [OPTION]... KEY NAME [FILE]'

  status 2 larder store ls --lang
  equal "$stderr" $'larder: store ls: unknown option --lang; did you mean --long?\nusage: larder store ls [OPTION]...'

  status 2 larder store put-entry 00 output
  equal "$stderr" 'larder: store put-entry: "output": expected NAME=FILE'

  status 2 larder store clean --max-size 10Q
  status 2 larder store clean --max-size ''
  status 2 larder store clean --max-age 10
  status 2 larder store ls --dir ''
}

@test "a store that --store cannot mean is a wrong command line" {
  status 2 larder store ls --store ''
  equal "$stderr" 'larder: store ls: --store: expected a URL or a directory'

  status 2 larder store ls --store "$store" --dir "$store"
  equal "$stderr" 'larder: store ls: --store and --dir: expected one of them'

  status 2 larder store ls --store gs://bucket
  equal "$stderr" 'larder: store ls: --store: a store of another kind; the form is s3://BUCKET/PREFIX?KEY=VALUE&...'

  status 2 larder store ls --store 's3://bucket?regoin=x'
  equal "$stderr" 'larder: store ls: --store: unknown parameter "regoin"; did you mean "region"?'
}

@test "a secret in --store is refused, and not repeated" {
  status 2 larder store ls --store 's3://bucket?secret_key=hush'

  [[ $stderr == 'larder: store ls: --store: secret_key: a URL is seen by others; '* ]]
  [[ $stderr != *hush* ]]
}

@test "a store in S3 without the program for it is an error that names the program" {
  local bin=$BATS_TEST_TMPDIR/bin
  mkdir "$bin"
  cp "$(command -v larder)" "$bin"
  printf '[[cache]]\ntype = "s3"\nbucket = "b"\n' >config.toml

  status 127 "$bin/larder" store ls --store s3://bucket
  equal "$stderr" "larder: run $bin/larder-store: No such file or directory"
  unset LARDER_DIR
  LARDER_CONFIG=$PWD/config.toml status 127 "$bin/larder" store ls
}

@test "a command that does not exist is a wrong command line" {
  status 2 larder store pit
  equal "$stderr" $'larder: store pit: there is no such command; did you mean store put?\nsee larder store --help'

  status 2 larder store
  equal "$stderr" $'larder: store: missing COMMAND\nsee larder store --help'

  status 2 larder
  equal "$stderr" $'larder: missing COMMAND\nsee larder --help'
}

@test "a file that is missing or is a directory is an error, and nothing is stored" {
  status 3 larder store put 00 output missing
  equal "$stderr" 'larder: store put: open missing: No such file or directory'

  status 3 larder store put 00 output .
  [[ $stderr == 'larder: store put: .: '*'Is a directory' ]]

  status 3 larder store put-entry 00 a=/dev/null b=missing
  status 1 larder store has 00
}

@test "get writes its file whole or not at all" {
  larder store put 00 output <<<text
  mkdir directory

  status 3 larder store get 00 output directory
  status 3 larder store get 00 output missing/file
  status 1 larder store get 00 other file

  [ ! -e file ]
  equal "$(ls -A directory)" ''
}

@test "get follows a link and leaves a device a device" {
  larder store put 00 output <<<text
  ln -s target link
  : >target

  larder store get 00 output link
  larder store get 00 output /dev/null

  [ -L link ]
  equal "$(<target)" 'text'
  [ -c /dev/null ]
}

@test "a file where the directory should be is an error" {
  : >"$store"

  status 3 larder store put 00 output /dev/null
  [[ $stderr == 'larder: store put: '*"$store"* ]]
  status 3 larder store stats
}

@test "a directory in which nothing can be written is an error" {
  mkdir locked
  chmod a-w locked
  [ ! -w locked ] || skip 'permissions do not hold for this user'

  status 3 env LARDER_DIR="$PWD/locked/store" larder store put 00 output /dev/null

  [[ $stderr == 'larder: store put: '*'Permission denied' ]]
}

@test "without a home there is no store, but for a directory that is named" {
  unset LARDER_DIR HOME

  status 3 larder store ls
  equal "$stderr" "larder: store ls: choose the store's directory: none of LARDER_DIR, \
XDG_CACHE_HOME and HOME is set to an absolute path"

  status 0 larder store ls --dir "$store"
}

@test "a broken config file is an error, but not for a directory that is named" {
  unset LARDER_DIR
  mkdir -p "$HOME/.config/larder"
  echo 'moed = "direct"' >"$HOME/.config/larder/config.toml"

  status 3 larder store ls
  equal "$stderr" "larder: store ls: $HOME/.config/larder/config.toml:1: unknown key \"moed\"; \
did you mean \"mode\"?"

  status 0 larder store ls --dir "$store"
}

@test "standard output that is closed is an error, and no file is printed into" {
  larder store put 00 output <<<text

  status 3 sh -c 'larder store get 00 output >&-'
  equal "$stderr" 'larder: store get: write to standard output: Bad file descriptor'
  status 3 sh -c 'larder store ls >&-'
  status 3 sh -c 'larder --help >&-'
  status 0 sh -c 'larder store put 00 other </dev/null >&-'

  status 0 larder store verify
}

@test "standard output that is full is an error" {
  larder store put 00 output <<<text
  local command
  for command in 'store get 00 output' 'store ls' 'store ls --json' 'store stats' \
    'store clean --max-size 1G' 'store verify' 'config' '--help' '--version'; do
    # shellcheck disable=SC2086 # words
    status 3 sh -c "larder $command >/dev/full"
    [[ $stderr == 'larder: '*'write to standard output: No space left on device' ]]
  done
}

@test "a reader that goes away ends a command without a word" {
  head -c 1000000 /dev/zero | larder store put 00 output

  { larder store get 00 output 2>stderr || echo $? >code; } | :

  equal "$(<code)" 3
  equal "$(<stderr)" ''
}

@test "standard input that is closed is empty" {
  status 0 sh -c 'larder store put 00 output <&-'

  equal "$(larder store get 00 output)" ''
}

@test "a limit that an entry does not fit into refuses it" {
  head -c 100000 /dev/urandom >in

  LARDER_MAX_SIZE=64K status 3 larder store put 00 output in

  status 1 larder store has 00
}
