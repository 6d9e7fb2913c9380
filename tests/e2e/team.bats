# Machines of a team that build one project and share the results through a bucket of a real S3 service.
# shellcheck disable=SC2154 # courier.bash and bucket.bash set their variables

bats_require_minimum_version 1.5.0

load bucket
load project

units=120

# alice_has_built: the project, and all of it is in the bucket.
alice_has_built() {
  checkout=$PWD/checkout
  make_project "$checkout" "$units"
  builds alice "$checkout"
  on alice larder courier flush
}

setup() {
  make_bucket_machines "$PROJECT_BINARY_DIR/s3-engine"
}

teardown() {
  stop_bucket_machines
}

# builds MACHINE CHECKOUT: everything that the compilers write and say is what they do without a cache.
builds() {
  undisturbed "$1" build_project "$2" "$1.kept" larder
  build_project "$2" bare.kept
  diff --recursive bare.kept "$1.kept"
}

# has_hit MACHINE: 99 of 100 compiles at least.
has_hit() {
  local misses
  misses=$(misses_on "$1")
  on "$1" larder courier status
  echo "# $1: $(hits_on "$1") hits, $misses misses, $(fetched_by "$1") fetched from the bucket" >&3
  [ $((misses * 100)) -le "$units" ]
  [ $(($(hits_on "$1") + misses)) = "$units" ]
}

# fetched_by MACHINE: how many entries its courier has found in the bucket.
fetched_by() {
  on "$1" larder courier status --json | perl -MJSON::PP -0777 -ne '
    print map { $_->{hits} } grep { $_->{name} =~ m{^s3://} } @{decode_json($_)->{tiers}}'
}

@test "what one machine has built another takes from the bucket" {
  alice_has_built
  [ "$(misses_on alice)" = "$units" ]

  builds bob "$checkout"

  has_hit bob
  # A manifest and a result for each.
  [ "$(fetched_by bob)" -ge $((units * 2 * 99 / 100)) ]
}

@test "what one machine has built another takes from the bucket in another checkout" {
  alice_has_built
  local elsewhere=$BATS_TEST_TMPDIR/elsewhere/copy
  mkdir "$BATS_TEST_TMPDIR/elsewhere"
  cp -a "$checkout" "$elsewhere"

  builds carol "$elsewhere"

  has_hit carol
  [ "$(fetched_by carol)" -ge $((units * 2 * 99 / 100)) ]
  run ! grep --recursive --fixed-strings --files-with-matches "$checkout" carol.kept
  grep --recursive --fixed-strings --quiet "$elsewhere" carol.kept
}

# compiles MACHINE: 25 units of its own, and they are in the bucket.
compiles() {
  local unit
  for unit in {1..25}; do
    printf 'const char *f(void) { return "%s %s"; }\n' "$1" "$unit" >"$1.$unit.c"
    on "$1" larder gcc -c "$1.$unit.c" -o "$1.$unit.o" || return
  done
  on "$1" larder courier flush
}

bytes_in_bucket() {
  larder store stats --store "$(shared_store)" --json | grep -oP '"bytes": *\K[0-9]+'
}

@test "eight machines at a time keep the bucket within its limit" {
  local limit=409600 machine builds=()
  for machine in {1..8}; do
    on "$machine" true
    echo "max_size = \"$limit\"" >>"$BATS_TEST_TMPDIR/$machine/config.toml"
    compiles "$machine" 3>&- &
    builds+=("$!")
  done
  for machine in "${builds[@]}"; do wait "$machine"; done
  for machine in {1..8}; do on "$machine" larder courier stop; done

  echo "# $(bytes_in_bucket) of $limit bytes" >&3
  [ "$(bytes_in_bucket)" -le "$limit" ]
  [ "$(bytes_in_bucket)" -ge $((limit * 8 / 10)) ]
}
