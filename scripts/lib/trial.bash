# shellcheck disable=SC2154 # root and work are the caller's
# Sourced by scripts/demo and scripts/real-projects: gets a real project, builds it without and
# with larder in one and the same directory, and compares what the compilers wrote.
#
# The caller sets `root`, the project, and `work`, a directory of its own. A project P is two
# functions: configure_P SOURCE TREE LAUNCHER and make_P TREE LAUNCHER JOBS.

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

# count_of FIELD: a top-level number of `larder stats`.
count_of() {
  larder stats --json |
    field=$1 perl -MJSON::PP -0777 -ne 'print decode_json($_)->{$ENV{field}} // die "no count\n"'
}

# keep_outputs TREE DIR: copies the objects and depfiles of a build tree into an empty DIR.
keep_outputs() {
  rm -rf "$2"
  mkdir -p "$2"
  (cd "$1" && find . -type f '(' -name '*.o' -o -name '*.d' -o -name '*.Po' -o -name '*.Plo' ')' \
    -print0 | tar --null --files-from=- --create) | tar --extract --directory "$2"
}

# run_build PROJECT SOURCE LABEL LAUNCHER JOBS: one build from nothing in `$work/tree`. Leaves
# the objects and depfiles in `$work/kept/LABEL` and sets `seconds`, `hits` and `misses`.
run_build() {
  local project=$1 source=$2 label=$3 launcher=$4 jobs=$5
  local tree=$work/tree log=$work/$project-$3.log start
  rm -rf "$tree"
  "configure_$project" "$source" "$tree" "$launcher" >"$log" 2>&1 </dev/null ||
    { tail -n 20 "$log" >&2; die "$project could not be configured; see $log"; }

  hits=$(count_of hits) misses=$(count_of misses)
  start=$EPOCHREALTIME
  "make_$project" "$tree" "$launcher" "$jobs" >>"$log" 2>&1 </dev/null ||
    { tail -n 20 "$log" >&2; die "$project could not be built; see $log"; }
  seconds=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
  hits=$(($(count_of hits) - hits)) misses=$(($(count_of misses) - misses))

  keep_outputs "$tree" "$work/kept/$label"
}

# compare_with_bare LABEL: sets `equal` to the number of objects and depfiles that are byte for
# byte those of the build `bare`; any other file, missing or different, ends the script.
compare_with_bare() {
  local difference
  difference=$(diff --recursive --brief "$work/kept/bare" "$work/kept/$1") ||
    die "the build '$1' differs from the bare compiler's:"$'\n'"$difference"
  equal=$(find "$work/kept/$1" -type f | wc -l)
  ((equal > 0)) || die "nothing was compared"
}

# require_hits PERCENT: ends the script when fewer of the last build's compiles were hits.
require_hits() {
  ((hits * 100 >= (hits + misses) * $1 && hits > 0)) ||
    die "only $hits hits beside $misses misses"
}

print_header() {
  printf '\n%-10s %-9s %9s %7s %7s %9s %12s\n' project build seconds hits misses speed-up equal
}

# print_row PROJECT LABEL BARE_SECONDS: the last build as a row of the table.
print_row() {
  local speed_up=- compared=-
  if [[ "$2" != bare ]]; then
    speed_up=$(awk -v a="$3" -v b="$seconds" 'BEGIN { printf "%.1fx", a / (b > 0 ? b : 0.1) }')
    compared="$equal files"
  fi
  printf '%-10s %-9s %9s %7s %7s %9s %12s\n' \
    "$1" "$2" "$seconds" "$hits" "$misses" "$speed_up" "$compared"
}

# trial PROJECT SOURCE LABEL:JOBS...: builds bare, then the labelled builds through larder, each
# compared; those labelled `warm…` must hit. Prints a row for each.
trial() {
  local project=$1 source=$2 build bare_seconds
  shift 2
  use_empty_cache
  run_build "$project" "$source" bare "" "$(nproc)"
  bare_seconds=$seconds
  print_row "$project" bare "$bare_seconds"
  for build in "$@"; do
    run_build "$project" "$source" "${build%:*}" larder "${build#*:}"
    compare_with_bare "${build%:*}"
    print_row "$project" "${build%:*}" "$bare_seconds"
    [[ "$build" != warm* ]] || require_hits 99
  done
}
