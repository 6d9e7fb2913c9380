# Compiles that share results through a bucket: a real S3 service, reached by a proxy that can make
# it bad.

bats_require_minimum_version 1.5.0

load bucket

setup() {
  make_bucket_machines "$PROJECT_BINARY_DIR/s3-engine"
  printf '#include "a.h"\nint value(void) { return VALUE; }\n' >a.c
  write_header 1
}

teardown() {
  stop_bucket_machines
}

write_header() {
  printf '#define VALUE %s\n' "$1" >a.h
  let_stamps_move_on
}

compile() {
  rm -f a.o
  undisturbed "$1" larder gcc -c a.c -o a.o
  gcc -c a.c -o bare.o
  cmp a.o bare.o
}

@test "what one machine compiled is a hit on another, through a bucket" {
  compile alice
  on alice larder courier flush

  compile bob

  [ "$(misses_on alice)" = 1 ]
  [ "$(hits_on bob)" = 1 ]
  [ "$(on bob larder store ls --store "$(shared_store)" | wc -l)" = 2 ]
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
