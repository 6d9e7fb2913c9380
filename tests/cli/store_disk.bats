# What only a store on disk does, and which store a command works on.
# shellcheck disable=SC2154 # helper.bash sets $stdout and $stderr, stores.bash $store

load helper
load stores

setup() {
  isolate
  use_store disk
}

@test "--store takes a directory as --dir does" {
  larder store put --dir "$store" 00ff output <<<text

  equal "$(larder store get --store "$store" 00ff output)" text
}

@test "looking into a store that does not exist creates nothing" {
  status 1 larder_store has 00
  status 0 larder_store ls
  status 0 larder_store stats

  [ ! -e "$store" ]
}

@test "clean removes the least recently used down to a size" {
  local key
  for key in 01 02 03; do larder_store put $key output </dev/null; done
  larder_store get 01 output

  status 0 larder_store clean --max-size 8K

  equal "$stdout" "removed 1 entry, 4 KiB, from $store and kept 2 entries, 8 KiB"
  equal "$(larder_store ls | sort)" $'01\n03'
}

@test "clean without size or age gets the store within its limit" {
  status 2 larder_store clean
  equal "$stderr" 'larder: store clean: the store has no limit to get within; give --max-size or --max-age'

  larder_store put 01 output </dev/null
  larder_store put 02 output </dev/null
  LARDER_MAX_SIZE=4K status 0 larder_store clean
  equal "$stdout" "removed 1 entry, 4 KiB, from $store and kept 1 entry, 4 KiB"
}

@test "larder clean cleans every configured store" {
  printf '[[cache]]\nlocation = "%s"\n' "$store/a" "$store/b" >config.toml
  export LARDER_CONFIG=$PWD/config.toml
  larder store put 01 output </dev/null
  larder store put --dir "$store/b" 01 output </dev/null

  status 0 larder clean --max-size 0

  equal "$stdout" "removed 1 entry, 4 KiB, from $store/a and kept 0 entries, 0 B
removed 1 entry, 4 KiB, from $store/b and kept 0 entries, 0 B"
  equal "$(larder clean --json | tr -d ' \n')" "{\"dry_run\":false,\
\"removed\":{\"entries\":0,\"bytes\":0},\"kept\":{\"entries\":0,\"bytes\":0},\"stores\":[\
{\"dir\":\"$store/a\",\"dry_run\":false,\"removed\":{\"entries\":0,\"bytes\":0},\"kept\":{\"entries\":0,\"bytes\":0}},\
{\"dir\":\"$store/b\",\"dry_run\":false,\"removed\":{\"entries\":0,\"bytes\":0},\"kept\":{\"entries\":0,\"bytes\":0}}]}"
}

@test "the configured store is the first of the config file" {
  printf '[[cache]]\nlocation = "%s"\n' "$store/a" "$store/b" >config.toml

  LARDER_CONFIG=$PWD/config.toml larder store put 01 output <<<text

  status 0 larder store has --dir "$store/a" 01
  status 1 larder store has --dir "$store/b" 01
}

@test "the store is in the user's cache if nothing else is configured" {
  larder store put 01 output <<<text

  status 0 larder store has --dir "$HOME/.cache/larder" 01
}
