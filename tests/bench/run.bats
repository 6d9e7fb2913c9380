# The quick form of bench/run: that it measures, what it leaves, what it refuses. What it measures is
# worth nothing here, so that no time is compared with another.
# shellcheck disable=SC2154 # setup_file exports what is read

setup_file() {
  export kept=$BATS_FILE_TMPDIR/bench
  "$PROJECT_SOURCE_DIR/bench/run" --quick --only units,start,remote --build "$PROJECT_BINARY_DIR" \
    --output "$kept" --peer "no cache=env" \
    >"$BATS_FILE_TMPDIR/printed"
}

# bench ARGUMENT...: another run, of which nothing is kept.
bench() {
  run "$PROJECT_SOURCE_DIR/bench/run" --build "$PROJECT_BINARY_DIR" \
    --output "$BATS_TEST_TMPDIR/bench" "$@"
}

# results EXPRESSION: what Python makes of it, with the results of setup_file as `results`.
results() {
  python3 -c 'import json, sys; results = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' \
    "$kept/results.json" "$1"
}

@test "results name the machine and the version of all that took part" {
  [ -n "$(results 'results["machine"]["processor"]')" ]
  run results '", ".join(sorted(results["machine"]["versions"]))'
  [ "$output" = "ccache, g++, gcc, larder, no cache, radosgw, sccache, strace, valgrind" ]
}

@test "each unit has hits and misses of each cache, of several runs that took some time" {
  caches='["larder", "larder, uncompressed", "ccache", "ccache, fastest", "sccache"]'
  [ "$(results 'len(results["units"]["units"])')" -eq 2 ]

  run results "[taken for unit in results['units']['units'] for what in ('direct', 'miss')
    for cache in $caches for taken in [unit[what][cache]]
    if taken['runs'] < 3 or not 0 < taken['wall_ms_min'] <= taken['wall_ms_median']]"

  [ "$output" = "[]" ]
}

@test "a hit of larder takes more than the floor and less than ccache, counted" {
  run results "[unit['name'] for unit in results['units']['units'] for what in ('syscalls', 'instructions')
    if not unit['counts']['floor: stat, copy'][what] < unit['counts']['larder, uncompressed'][what]
      < unit['counts']['ccache'][what]]"

  [ "$output" = "[]" ]
}

@test "a peer is measured along" {
  [ "$(results '"no cache" in results["units"]["units"][0]["direct"]')" = True ]
}

@test "the start of programs is measured" {
  run results 'min(taken["wall_ms_min"] for taken in results["start"]["programs"].values()) > 0'
  [ "$output" = True ]
}

@test "a machine with an empty disk builds from the bucket, and then from its disk without it" {
  run results "[(label, taken) for condition in results['remote']['conditions']
    for label, taken in condition['builds'].items() if taken['equal'] != 2
    or label.endswith('disk') and (taken['requests'], taken['hits']) != (0, taken['asked'])]"
  [ "$output" = "[]" ]
}

# Where the machine is so busy that the courier is late, larder does without it.
@test "a hit from the bucket takes two requests" {
  run results "[(label, taken) for condition in results['remote']['conditions']
    for label, taken in condition['builds'].items()
    if label == 'ccache' and (taken['requests'], taken['hits']) != (4, taken['asked'])
    or label == 'larder' and taken['requests'] < 2 * taken['hits']]"
  [ "$output" = "[]" ]
}

@test "a request takes the round trip that is added to it" {
  run results "[each['+10 ms']['ms_min'] >= 10 for each in results['remote']['line']]"
  [ "$output" = "[True, True]" ]
}

@test "each table is written and printed, and has no cell that is no number" {
  for table in machine start units hits hit-counts hit-ratios preprocessed misses remote \
    remote-plot remote-line; do
    grep -qx "## $table" "$kept/results.md"
    grep -qx "## $table" "$BATS_FILE_TMPDIR/printed"
  done
  run grep -wE 'nan|inf|None' "$kept/results.md"
  [ "$status" -eq 1 ]
}

@test "the plots are SVGs with a panel for each unit or condition, for light and dark pages" {
  for plot in hits remote; do
    panels=$(python3 -c 'import sys, xml.etree.ElementTree as tree
print(len(tree.parse(sys.argv[1]).findall("{http://www.w3.org/2000/svg}g")))' "$kept/$plot.svg")

    [ "$panels" -eq 2 ]
    grep -q 'prefers-color-scheme: dark' "$kept/$plot.svg"
  done
}

@test "reports can be written again from the results" {
  bench --from "$kept/results.json"

  [ "$status" -eq 0 ]
  diff "$kept/results.md" "$BATS_TEST_TMPDIR/bench/results.md"
}

@test "the documents have a place for each table" {
  bench --check-docs
  [ "$status" -eq 0 ]
}

@test "a quick run is not put into the documents" {
  bench --quick --update-docs
  [ "$status" -eq 2 ]
  bench --from "$kept/results.json" --update-docs
  [ "$status" -eq 1 ]
}

@test "a peer that is not there is an error" {
  bench --quick --only start --peer mine=/nowhere/cache

  [ "$status" -eq 1 ]
  [[ "$output" == *"/nowhere/cache is not installed"* ]]
}

# eventually COMMAND...: waits until it succeeds.
eventually() {
  local deadline=$((SECONDS + 60))
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.02
  done
}

is_gone() { ! kill -0 -- "$1" 2>/dev/null; }

@test "a run that is ended ends the servers that it has started" {
  local service=$BATS_TEST_TMPDIR/bench/s3 bench group groups outcome=0
  "$PROJECT_SOURCE_DIR/bench/run" --quick --only remote --build "$PROJECT_BINARY_DIR" \
    --output "${service%/*}" >/dev/null 3>&- &
  bench=$!
  eventually [ -e "$service/env" ]
  mapfile -t groups <"$service/groups"

  kill "$bench"
  wait "$bench" || outcome=$?

  [ "$outcome" -eq 143 ]
  [ "${#groups[@]}" -ge 4 ]
  for group in "${groups[@]}"; do eventually is_gone "-$group"; done
}
