# shellcheck disable=SC2154 # root and work are the caller's
# Sourced by scripts/demo and scripts/real-projects: gets a real project, builds it without and
# with larder in one and the same directory, and compares what the compilers wrote.
#
# The caller sets `root`, the project, and `work`, a directory of its own. A project P is two
# functions, configure_P SOURCE TREE LAUNCHER and make_P TREE LAUNCHER JOBS, and may have a third:
# test_P TREE runs the tests that have been built and prints a line `PASS NAME` for each that passes
# and another for each that does not, the same ones after each build; what else they say goes to
# stderr.
#
# `more_outputs[P]` are patterns of objects that P names in ways of its own, and
# `passing_by_design[P]` is the number of its compiles that larder passes through for a reason in
# doc/compiler-options.md: any more are an error. `missing_by_design[P]` is how many may miss though
# the cache is full, as their sources are only just written. `repeated[P]` is the number of its
# compiles that are the same as one before in the same build: only so many may hit when the cache is
# empty.
declare -A more_outputs=() passing_by_design=() missing_by_design=() repeated=()

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# install_larder: builds what is released and puts it first on PATH, installed below `work`.
install_larder() {
  local log=$work/larder.log
  mkdir -p "$work"
  echo "${0##*/}: building larder"
  (
    cd "$root"
    cmake --preset release && cmake --build --preset release &&
      cmake --install build/release --prefix "$work/larder"
  ) >"$log" 2>&1 || { tail -n 40 "$log" >&2; die "larder could not be built; see $log"; }
  PATH=$work/larder/bin:$PATH
}

# use_empty_cache: larder with default settings and nothing but a cache below `work`, empty at first.
use_empty_cache() {
  local name
  for name in "${!LARDER_@}"; do unset "$name"; done
  export LARDER_CONFIG=/dev/null LARDER_DIR=$work/cache
  rm -rf "$LARDER_DIR"
}

# fetch_source PACKAGE DIR: unpacks the Debian source package into DIR, unless it is there. Asks
# the machine's own mirrors through package lists of its own: nothing on the machine changes, and
# no rights are needed. False when the mirrors have no sources.
fetch_source() {
  local package=$1 dir=$2 apt file
  [[ ! -d "$dir" ]] || return 0
  apt=$(mktemp -d)
  mkdir -p "$apt/sources.d" "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/src"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
    [[ ! -f "$file" ]] ||
      sed -E -e 's/^deb(-src)?([[:space:]])/deb-src\2/' -e 's/^Types:.*/Types: deb-src/' \
        "$file" >"$apt/sources.d/${file##*/}"
  done
  cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources.d";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "$(id -un)";
CONF
  # A mirror without sources fails the update; what counts is whether one has the package.
  if (
    export APT_CONFIG=$apt/apt.conf
    cd "$apt/src"
    apt-get update || true
    apt-get source "$package"
  ) >"$work/fetch-$package.log" 2>&1 </dev/null; then
    mkdir -p "$(dirname "$dir")"
    mv "$apt"/src/*/ "$dir"
  fi
  rm -rf "$apt"
  [[ -d "$dir" ]]
}

# read_counts: `hits misses passed` of `larder stats`, where `passed` are the compiles that passed
# through: the links and questions that larder was asked to run are none.
read_counts() {
  larder stats --json | perl -MJSON::PP -0777 -ne '
    my $stats = decode_json($_);
    my %reasons = %{$stats->{pass_through_reasons} // die "no reasons\n"};
    delete @reasons{qw(link preprocess_only dependencies_only information no_input)};
    my $passed = 0;
    $passed += $_ for values %reasons;
    print join(" ", map({ $stats->{$_} // die "no $_\n" } qw(hits misses)), $passed), "\n"'
}

# keep_outputs TREE DIR [PATTERN]...: copies what compilers write into a build tree, and what the
# objects with coverage write when they run, into an empty DIR; also the files that match a PATTERN.
keep_outputs() {
  local tree=$1 dir=$2 pattern named=(-name '*.o')
  shift 2
  for pattern in '*.d' '*.Po' '*.Plo' '*.dwo' '*.gcno' '*.gcda' "$@"; do
    named+=(-o -name "$pattern")
  done
  rm -rf "$dir"
  mkdir -p "$dir"
  (cd "$tree" && find . -type f '(' "${named[@]}" ')' -print0 |
    tar --null --files-from=- --create) | tar --extract --directory "$dir"
}

# run_tests PROJECT TREE RESULT: writes what passed and failed, and the exit status, into RESULT.
run_tests() {
  local status=0
  "test_$1" "$2" >"$3" || status=$?
  echo "exit status $status" >>"$3"
}

# run_build PROJECT SOURCE LABEL LAUNCHER JOBS: one build from nothing in `$work/tree`, and its
# tests. Leaves what was written, said and passed in `$work/kept/LABEL`, `LABEL.diagnostics` and
# `LABEL.tests`, and sets `seconds`, `hits`, `misses` and `passed`.
run_build() {
  local project=$1 source=$2 label=$3 launcher=$4 jobs=$5
  local tree=$work/tree kept=$work/kept/$label log=$work/$project-$label.log start before
  rm -rf "$tree"
  mkdir -p "$work/kept"
  ("configure_$project" "$source" "$tree" "$launcher") >"$log" 2>&1 </dev/null ||
    { tail -n 20 "$log" >&2; die "$project could not be configured; see $log"; }

  read -ra before < <(read_counts)
  start=$EPOCHREALTIME
  "make_$project" "$tree" "$launcher" "$jobs" >>"$log" 2>&1 </dev/null ||
    { tail -n 20 "$log" >&2; die "$project could not be built; see $log"; }
  seconds=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
  read -r hits misses passed < <(read_counts)
  hits=$((hits - before[0])) misses=$((misses - before[1])) passed=$((passed - before[2]))

  # Several jobs say theirs in any order.
  sed -nE '/^[^ ]+:[0-9]+:[0-9]+: (warning|error|note): /p' "$log" | sort >"$kept.diagnostics"
  ! has_tests "$project" || run_tests "$project" "$tree" "$kept.tests" 2>>"$log" </dev/null
  # shellcheck disable=SC2086 # patterns, one a word
  (set -f && keep_outputs "$tree" "$kept" ${more_outputs[$project]-})
}

has_tests() {
  declare -F "test_$1" >/dev/null
}

# require_same WHAT LABEL [SUFFIX]: what was kept of the build LABEL is what was kept of `bare`.
require_same() {
  local difference
  difference=$(diff --recursive --brief "$work/kept/bare${3-}" "$work/kept/$2${3-}") ||
    die "the $1 of the build '$2' differ from the bare compiler's:"$'\n'"$difference"
}

# compare_with_bare PROJECT LABEL: sets `equal` to the number of files that are byte for byte those
# of the build `bare`; any other file, missing or different, ends the script, and so does a
# diagnostic or a test's outcome that is another.
compare_with_bare() {
  require_same files "$2"
  require_same diagnostics "$2" .diagnostics
  ! has_tests "$1" || require_same "tests' results" "$2" .tests
  equal=$(find "$work/kept/$2" -type f | wc -l)
  ((equal > 0)) || die "nothing was compared"
}

# require_hits PERCENT PASSING MISSING: ends the script when fewer of the last build's compiles were
# hits, those left out that pass through or may miss by design.
require_hits() {
  ((passed <= $2)) || die "$passed compiles passed through, $2 by design"
  ((hits * 100 >= (hits + misses - $3) * $1 && hits > 0)) ||
    die "only $hits hits beside $misses misses"
}

# require_misses REPEATED: ends the script when more of the last build's compiles were hits, though
# nothing had been built before.
require_misses() {
  ((hits <= $1)) || die "$hits hits in an empty cache, where $1 compiles are repeated"
}

print_header() {
  printf '\n%-11s %-8s %8s %5s %7s %7s %9s %10s %11s\n' \
    project build seconds hits misses passed speed-up equal tests
}

# print_row PROJECT LABEL BARE_SECONDS: the last build as a row of the table.
print_row() {
  local speed_up=- compared=- tests=-
  if [[ "$2" != bare ]]; then
    speed_up=$(awk -v a="$3" -v b="$seconds" 'BEGIN { printf "%.1fx", a / (b > 0 ? b : 0.1) }')
    compared="$equal files"
  fi
  ! has_tests "$1" || tests="$(grep -c '^PASS' "$work/kept/$2.tests") passed"
  printf '%-11s %-8s %8s %5s %7s %7s %9s %10s %11s\n' \
    "$1" "$2" "$seconds" "$hits" "$misses" "$passed" "$speed_up" "$compared" "$tests"
}

# trial PROJECT SOURCE LABEL:JOBS...: builds bare, then the labelled builds through larder, each
# compared; those labelled `warm…` must hit, and others must not. Prints a row for each.
trial() {
  local project=$1 source=$2 build bare_seconds
  shift 2
  use_empty_cache
  run_build "$project" "$source" bare "" "$(nproc)"
  bare_seconds=$seconds
  print_row "$project" bare "$bare_seconds"
  for build in "$@"; do
    run_build "$project" "$source" "${build%:*}" larder "${build#*:}"
    compare_with_bare "$project" "${build%:*}"
    print_row "$project" "${build%:*}" "$bare_seconds"
    if [[ "$build" == warm* ]]; then
      require_hits 99 "${passing_by_design[$project]-0}" "${missing_by_design[$project]-0}"
    else
      require_misses "${repeated[$project]-0}"
    fi
  done
}
