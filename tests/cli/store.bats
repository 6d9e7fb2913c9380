# The store commands, on a store of the kind that STORE_KIND names.
# shellcheck disable=SC2154 # helper.bash sets $stdout and $stderr, stores.bash $store

load helper
load stores

setup() {
  isolate
  use_store "${STORE_KIND:-disk}"
}

@test "a blob that was put from standard input is got on standard output" {
  printf 'one\0two' | larder_store put 00ff output

  larder_store get 00ff output >got

  printf 'one\0two' | cmp - got
}

@test "an empty blob is a blob" {
  larder_store put 00 output </dev/null

  status 0 larder_store get 00 output

  equal "$stdout" ''
}

@test "a blob goes from file to file" {
  head -c 300000 /dev/urandom >in

  larder_store put 00 output in
  larder_store get 00 output out

  cmp in out
}

@test "standard input is read from where it stands" {
  printf 'head\nbody\n' >in

  { read -r _ && larder_store put 00 body -; } <in

  equal "$(larder_store get 00 body -)" 'body'
}

@test "a pipe stands for a file" {
  larder_store put 00 output <(printf text)

  equal "$(larder_store get 00 output)" 'text'
}

@test "a key is the same in digits of either case" {
  larder_store put AbCd output <<<text

  status 0 larder_store has abcd
}

@test "what is not there is not found, and exits with 1" {
  status 1 larder_store has 00
  equal "$stdout$stderr" ''

  status 1 larder_store get 00 output
  equal "$stderr" 'larder: store get: 00 output: not found'

  status 1 larder_store get-entry 00 into
  equal "$stderr" 'larder: store get-entry: 00: not found'
  [ ! -e into ]

  larder_store put 00 output <<<text
  status 1 larder_store get 00 stderr
}

@test "an entry that was removed is gone, and may be removed again" {
  larder_store put 00 output <<<text

  status 0 larder_store rm 00
  status 0 larder_store rm 00

  status 1 larder_store has 00
}

@test "an entry is put and got with all its blobs" {
  printf 1 >a
  printf 3 >c=d

  printf 2 | larder_store put-entry 00 x=a y=- z=c=d
  larder_store get-entry 00 into/deep

  equal "$(ls into/deep)" $'x\ny\nz'
  equal "$(cat into/deep/{x,y,z})" '123'
}

@test "put-entry replaces the entry, put adds to it" {
  larder_store put-entry 00 a=/dev/null b=/dev/null
  larder_store put-entry 00 c=/dev/null
  larder_store put 00 d </dev/null

  larder_store get-entry 00 into

  equal "$(ls into)" $'c\nd'
}

@test "a namespace keeps its keys apart" {
  larder_store put --namespace a/b 00 output <<<text

  status 1 larder_store has 00
  status 1 larder_store has --namespace a 00
  status 0 larder_store has --namespace a/b 00
}

@test "ls lists keys below their namespaces" {
  larder_store put 02 output </dev/null
  larder_store put --namespace a/b 01 output </dev/null

  equal "$(larder_store ls | sort)" $'02\na/b/01'
  equal "$(larder_store ls --namespace a)" 'b/01'
}

@test "ls --long shows size and time of last use" {
  larder_store put 02 output </dev/null

  status 0 larder_store ls --long

  [[ $stdout =~ ^\ +4\ KiB\ \ 20[0-9-]{8}T[0-9:]{8}Z\ \ 02$ ]]
}

@test "ls --json is an array of entries" {
  equal "$(larder_store ls --json)" '[]'

  larder_store put --namespace a 02 output </dev/null
  equal "$(larder_store ls --json | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/')" \
    '[
{"namespace":"a","key":"02","bytes":4096,"last_use":"TIME"}
]'
}

@test "stats counts entries and bytes of all namespaces" {
  larder_store put 01 output </dev/null
  larder_store put --namespace a 02 output </dev/null

  equal "$(larder_store stats)" "directory  $store
entries    2
size       8 KiB
limit      none"
  equal "$(larder_store stats --json)" "{
  \"dir\": \"$store\",
  \"entries\": 2,
  \"bytes\": 8192,
  \"max_bytes\": null
}"
}

@test "clean removes down to a size" {
  local key
  for key in 01 02 03; do larder_store put $key output </dev/null; done

  status 0 larder_store clean --max-size 8K

  equal "$stdout" "removed 1 entry, 4 KiB, from $store and kept 2 entries, 8 KiB"
  equal "$(larder_store ls | wc -l)" 2
}

@test "clean --dry-run only tells" {
  larder_store put 01 output </dev/null

  status 0 larder_store clean --max-size 0 --dry-run

  equal "$stdout" "would remove 1 entry, 4 KiB, from $store and keep 0 entries, 0 B"
  status 0 larder_store has 01
}

@test "clean removes what was not used for longer than an age" {
  larder_store put 01 output </dev/null
  status 0 larder_store clean --max-age 1h
  status 0 larder_store has 01

  status 0 larder_store clean --max-age 0s --json

  equal "$stdout" "{
  \"dir\": \"$store\",
  \"dry_run\": false,
  \"removed\": {
    \"entries\": 1,
    \"bytes\": 4096
  },
  \"kept\": {
    \"entries\": 0,
    \"bytes\": 0
  }
}"
}

@test "verify finds nothing wrong with a sound store" {
  larder_store put 01 output </dev/null

  status 0 larder_store verify

  equal "$stdout" 'sound entries 1, findings 0, repaired 0'
}

@test "verify reports a corrupt entry, and repairs it when told to" {
  larder_store put 01 output <<<text
  larder_store put 02 output <<<text
  damage 01

  status 3 larder_store verify
  [[ $stdout == 'corrupt: '*'sound entries 1, findings 1, repaired 0' ]]

  status 3 larder_store verify --json
  [[ $(tr -d ' \n' <<<"$stdout") == \
    "{\"dir\":\"$store\",\"entries\":1,\"findings\":1,\"repaired\":0,\"list\":[{\"kind\":\"corrupt\",\"where\":\""*'","detail":"'*'"}]}' ]]

  status 0 larder_store verify --repair
  status 1 larder_store has 01
  status 0 larder_store verify
}
