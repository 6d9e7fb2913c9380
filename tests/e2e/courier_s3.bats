# Compiles that share results through a bucket: a real S3 service, reached by a proxy that can make it
# bad.

bats_require_minimum_version 1.5.0

load courier

setup_file() {
  # shellcheck disable=SC1091 # of the fixture that runs before
  . "$PROJECT_BINARY_DIR/s3-engine/env"
  export ENDPOINT SECRET_KEY AWS_ACCESS_KEY_ID=$ACCESS_KEY AWS_SECRET_ACCESS_KEY=$SECRET_KEY
  export AWS_EC2_METADATA_DISABLED=true
}

setup() {
  local key=$AWS_ACCESS_KEY_ID secret=$AWS_SECRET_ACCESS_KEY
  make_machines "$PROJECT_BINARY_DIR/bin/larder-courier"
  export AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret AWS_EC2_METADATA_DISABLED=true
  prefix=courier/$BATS_TEST_NUMBER-$RANDOM$RANDOM/
  mkdir "$BATS_TEST_TMPDIR/proxy"
  "$PROJECT_BINARY_DIR/tests/support/fault_proxy" "$ENDPOINT" "$BATS_TEST_TMPDIR/proxy" \
    </dev/null >/dev/null 2>&1 3>&- &
  proxy=$!
  eventually test -f "$BATS_TEST_TMPDIR/proxy/url"
  endpoint=$(<"$BATS_TEST_TMPDIR/proxy/url")
  printf '#include "a.h"\nint value(void) { return VALUE; }\n' >a.c
  write_header 1
}

teardown() {
  stop_machines
  kill "$proxy"
}

far_table() {
  printf '[[cache]]\ntype = "s3"\nbucket = "couriers"\nprefix = "%s"\n' "$prefix"
  printf 'endpoint = "%s"\nregion = "us-east-1"\nauto_create = true\n' "$endpoint"
}

# fault WORDS: what the way to the service does wrong from now on; nothing for no words.
fault() {
  echo "$1" >"$BATS_TEST_TMPDIR/proxy/new"
  mv "$BATS_TEST_TMPDIR/proxy/new" "$BATS_TEST_TMPDIR/proxy/fault"
  sleep 0.1 # the proxy looks every 10 ms
}

write_header() {
  printf '#define VALUE %s\n' "$1" >a.h
  let_stamps_move_on a.h
}

compile() {
  rm -f a.o
  undisturbed "$1" larder gcc -c a.c -o a.o
  gcc -c a.c -o bare.o
  cmp a.o bare.o
}

# build MACHINE: compiles units of its own, all new; prints the milliseconds that took.
build() {
  local unit begin=${EPOCHREALTIME/./}
  for unit in {1..40}; do
    printf 'int f(void) { return %s; }\n' "$unit$RANDOM" >"u$unit.c"
    on "$1" larder gcc -c "u$unit.c" -o "u$unit.o" >&2
    [ -s "u$unit.o" ]
  done
  echo $(((${EPOCHREALTIME/./} - begin) / 1000))
}

@test "what one machine compiled is a hit on another, through a bucket" {
  compile alice
  on alice larder courier flush

  compile bob

  [ "$(misses_on alice)" = 1 ]
  [ "$(hits_on bob)" = 1 ]
  [ "$(on bob larder store ls --store "s3://couriers/$prefix?endpoint=$endpoint" | wc -l)" = 2 ]
}

@test "a service that answers nothing costs a build five seconds at most" {
  on bob true
  printf '[[cache]]\nlocation = "%s"\n' "$BATS_TEST_TMPDIR/bob/cache" \
    >"$BATS_TEST_TMPDIR/bob/config.toml"
  local without with
  without=$(build bob)
  compile alice # so that the courier is there to be waited for

  fault black-hole
  with=$(build alice)

  echo "$without ms without, $with ms with it"
  [ $((with - without)) -lt 5000 ]
  [ "$(misses_on alice)" = 41 ]
  eventually left_alone alice
}

@test "a service that was away is used again when it is back" {
  fault black-hole
  compile alice
  eventually left_alone alice
  fault ""

  eventually flushes alice

  eventually is_used alice
  compile bob
  [ "$(hits_on bob)" = 1 ]
}

left_alone() { on "$1" larder courier status --json | grep -Eq '"left_alone": *"'; }
is_used() {
  if left_alone "$1"; then return 1; fi
}
flushes() { on "$1" larder courier flush; }

@test "a flush that gets nowhere says so, and loses nothing" {
  fault status=503
  compile alice

  run on alice larder courier flush --timeout 60s

  [ "$status" = 3 ]
  [[ "$output" == *"2 uploads still wait: s3://couriers/"* ]]
  [ "$(waiting_on alice)" = 2 ]
  fault ""
  eventually flushes alice
  compile bob
  [ "$(hits_on bob)" = 1 ]
}

@test "a flush ends when its time is over" {
  fault delay=4000
  compile alice

  run on alice larder courier flush --timeout 1s

  [ "$status" = 3 ]
  [[ "$output" == *"not everything was uploaded within 1s" ]]
}

@test "wrong credentials cost no compile its result, and no upload" {
  local secret=$AWS_SECRET_ACCESS_KEY
  export LARDER_COURIER_LOG=$BATS_TEST_TMPDIR/courier.log
  export AWS_SECRET_ACCESS_KEY=wrong-but-secret
  compile alice
  eventually reports alice failed
  [ "$(waiting_on alice)" = 2 ]
  on alice larder courier status --json >status.json
  run ! grep -r wrong-but-secret "$LARDER_COURIER_LOG" "$BATS_TEST_TMPDIR/alice/log" status.json \
    "/proc/$(pid_on alice)/cmdline"
  on alice larder courier stop

  AWS_SECRET_ACCESS_KEY=$secret on alice larder courier flush

  [ "$(waiting_on alice)" = 0 ]
  export AWS_SECRET_ACCESS_KEY=$secret
  compile bob
  [ "$(hits_on bob)" = 1 ]
  on alice larder courier stop
  on bob larder courier stop
}

# reports MACHINE WORD: whether the uploads' line of the status has that word.
reports() { on "$1" larder courier status | grep '^uploads' | grep -q "$2"; }

@test "a corrupt object is a miss, and put right" {
  compile alice
  on alice larder courier flush
  fault "corrupt=200 method=GET target=/compile/"

  compile bob

  fault ""
  [ "$(misses_on bob)" = 1 ]
  on bob larder courier flush
  compile carol
  [ "$(hits_on carol)" = 1 ]
}
