# What is special about stores in S3.
# shellcheck disable=SC2154 # helper.bash sets $stdout and $stderr, stores.bash the rest

load helper
load stores

setup() {
  isolate
  use_store s3
}

# write_config LINE...: a config file whose first table is the store in S3, with these lines added.
write_config() {
  printf '%s\n' '[[cache]]' 'type = "s3"' "bucket = \"$bucket\"" "prefix = \"$prefix/\"" \
    "endpoint = \"$ENDPOINT\"" 'auto_create = true' "$@" >config.toml
  chmod 600 config.toml
  export LARDER_CONFIG=$PWD/config.toml
}

@test "the first configured store may be in S3" {
  write_config

  larder store put 01 output <<<text

  equal "$(larder store get 01 output)" text
  status 0 larder_store has 01
}

@test "larder-store has the same commands, and no compilers" {
  larder-store store put --store "$store_option" 01 output <<<text

  equal "$(larder_store get 01 output)" text
  equal "$(larder-store --help)" "$(larder --help)"
  status 2 larder-store gcc -c x.c
}

@test "larder clean cleans every store, on disk and in S3" {
  write_config "[[cache]]" "location = \"$BATS_TEST_TMPDIR/disk\""
  larder store put 01 output </dev/null
  larder store put --dir "$BATS_TEST_TMPDIR/disk" 01 output </dev/null

  status 0 larder clean --max-size 0

  equal "$stdout" "removed 1 entry, 4 KiB, from $store and kept 0 entries, 0 B
removed 1 entry, 4 KiB, from $BATS_TEST_TMPDIR/disk and kept 0 entries, 0 B"
}

@test "larder clean leaves a store without a limit as it is where another has one" {
  write_config "[[cache]]" "location = \"$BATS_TEST_TMPDIR/disk\"" 'max_size = "4K"'
  larder store put 01 output </dev/null

  status 0 larder clean

  equal "$stdout" "removed 0 entries, 0 B, from $store and kept 1 entry, 4 KiB
removed 0 entries, 0 B, from $BATS_TEST_TMPDIR/disk and kept 0 entries, 0 B"
}

@test "larder clean cleans the others where one is away" {
  write_config "[[cache]]" "location = \"$BATS_TEST_TMPDIR/disk\""
  sed -i 's|^endpoint.*|endpoint = "http://127.0.0.1:1"|' config.toml
  larder store put --dir "$BATS_TEST_TMPDIR/disk" 01 output </dev/null

  status 3 larder clean --max-size 0

  equal "$stdout" "removed 1 entry, 4 KiB, from $BATS_TEST_TMPDIR/disk and kept 0 entries, 0 B"
  [[ $stderr == "larder: clean $store: "* ]]
}

@test "a limit in the URL holds for puts and for clean" {
  larder_store put 01 output </dev/null
  larder_store put 02 output </dev/null

  status 0 larder store clean --store "$store_option&max_size=4K"

  equal "$stdout" "removed 1 entry, 4 KiB, from $store and kept 1 entry, 4 KiB"
}

# write_noise LIMIT PROCESS: puts what occupies 300 KiB, 12 KiB at a time, and each time as a process.
write_noise() {
  local number
  for number in {10..34}; do
    head --bytes=10000 /dev/urandom |
      larder-store store put --store "$store_option&max_size=$1" "$number$2" output || return
  done
}

bytes_left() { larder_store stats --json | grep -oP '"bytes": *\K[0-9]+'; }

@test "eight processes at a time keep within a limit, and leave alone what is not theirs" {
  local limit=$((40 * 12288)) process writers=()
  larder store put --store "s3://$bucket/$prefix-other?endpoint=$ENDPOINT&auto_create=1" 01 output <<<other
  put_object "$prefix/foreign" foreign

  for process in {10..17}; do
    write_noise "$limit" "$process" 3>&- &
    writers+=("$!")
  done
  for process in "${writers[@]}"; do wait "$process"; done

  [ "$(bytes_left)" -le "$limit" ]
  [ "$(bytes_left)" -ge $((limit * 8 / 10)) ]
  equal "$(larder store get --store "s3://$bucket/$prefix-other?endpoint=$ENDPOINT" 01 output)" other
  equal "$(get_object "$prefix/foreign")" foreign
}

@test "a store that is only read refuses changes" {
  larder_store put 01 output <<<text

  status 3 larder store put --store "$store_option&read_only=1" 02 output </dev/null
  LARDER_READONLY=1 status 3 larder_store rm 01
  status 0 larder store get --store "$store_option&read_only=1" 01 output
}

@test "credentials may stand in the config file, and are never printed" {
  write_config "access_key = \"$ACCESS_KEY\"" "secret_key = \"$SECRET_KEY\""
  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  larder store put 01 output <<<text

  sed -i 's|^secret_key.*|secret_key = "not/the+secret"|' config.toml
  status 3 larder store get 01 output

  [[ $stderr == 'larder: store get: '* ]]
  [[ $stderr != *not/the+secret* ]]
}
