# Builds whose bucket is away, in each of the ways to be away: they end right, and hardly later than
# without a bucket.
# shellcheck disable=SC2154 # courier.bash and bucket.bash set their variables

bats_require_minimum_version 1.5.0

load bucket
load project

setup_file() {
  export bare=$BATS_FILE_TMPDIR/bare units=200
  make_project "$BATS_FILE_TMPDIR/project" "$units"
  build_project "$BATS_FILE_TMPDIR/project" "$bare"
}

setup() {
  make_bucket_machines "$PROJECT_BINARY_DIR/s3-engine"
}

teardown() {
  stop_bucket_machines
}

# builds MACHINE: the project in a checkout of its own; the milliseconds that took are then in
# MACHINE.ms.
builds() {
  cp -a "$BATS_FILE_TMPDIR/project" "$1"
  local begin=${EPOCHREALTIME/./}
  on "$1" build_project "$PWD/$1" "$1.kept" larder
  echo $(((${EPOCHREALTIME/./} - begin) / 1000)) >"$1.ms"
  diff --recursive --brief --exclude='*.d' --exclude='*.said' "$bare" "$1.kept"
}

# costs_five_seconds_at_most: of two machines that build side by side, so that whatever else keeps
# this one busy slows down both, one knows of no bucket.
costs_five_seconds_at_most() {
  on hermit true
  printf '[[cache]]\nlocation = "%s"\n' "$BATS_TEST_TMPDIR/hermit/cache" \
    >"$BATS_TEST_TMPDIR/hermit/config.toml"
  builds hermit 3>&- &
  builds alice
  wait "$!"
  echo "# $(<hermit.ms) ms without, $(<alice.ms) ms with the bucket: $BATS_TEST_DESCRIPTION" >&3
  on alice larder courier status
  [ $(($(<alice.ms) - $(<hermit.ms))) -lt 5000 ]
}

# has_missed_all MACHINE
has_missed_all() { [ "$(misses_on "$1")" = "$units" ]; }

@test "a service that answers nothing costs a build five seconds at most" {
  fault black-hole
  costs_five_seconds_at_most
  has_missed_all alice
  eventually left_alone alice
}

@test "a service that nobody listens for costs a build five seconds at most" {
  reach_service_at http://127.0.0.1:1
  costs_five_seconds_at_most
  has_missed_all alice
}

@test "a service that has errors only costs a build five seconds at most" {
  fault status=503
  costs_five_seconds_at_most
  has_missed_all alice
}

@test "a service whose answers stop after 1 KiB costs a build five seconds at most" {
  # It has the answers to some requests only, so that in between it seems to be well.
  cp -a "$BATS_FILE_TMPDIR/project" some
  find some/src -name 'u*' -not -name 'u[4-9]?.*' -delete
  on bob build_project "$PWD/some" bob.kept larder
  on bob larder courier flush
  fault stall=1024
  costs_five_seconds_at_most
  has_missed_all alice
}
