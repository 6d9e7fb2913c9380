# Machines that share results through a bucket of a real S3 service, while whatever takes part is
# killed: couriers, the service, and compiles, at all sorts of moments in uploads, downloads and
# backfills.
#
# LARDER_KILLS is how many are killed, 200 by default.
# shellcheck disable=SC2154 # courier.bash and bucket.bash set their variables

bats_require_minimum_version 1.5.0

load bucket

rgw=$PROJECT_SOURCE_DIR/tests/support/s3/rgw
wanted=${LARDER_KILLS-200}

# A service of its own: nobody else's is to be killed.
setup_file() { "$rgw" start "$BATS_FILE_TMPDIR/engine" 3>&-; }
teardown_file() { "$rgw" stop "$BATS_FILE_TMPDIR/engine"; }

setup() {
  engine=$BATS_FILE_TMPDIR/engine
  make_bucket_machines "$engine"
  reach_service_at "$ENDPOINT"
  # The larger an object, the longer it is on its way.
  {
    printf 'int number = NUMBER;\nconst char noise[] = "'
    for ((RANDOM = 1, line = 0; line < 20000; line++)); do printf '%05d' "$RANDOM"; done
    printf '";\n'
  } >unit.c
  let_stamps_move_on
}

teardown() {
  stop_bucket_machines
}

# compile MACHINE NUMBER OBJECT [exec]: that unit; in place of the shell with the last word.
compile() { on "$1" "${@:4}" larder gcc "-DNUMBER=$2" -c unit.c -o "$3"; }

# count WHAT: as killed.
count() { kills[$1]=$((kills[$1] + 1)); }

# have_ended COUNT MACHINE: whether so many of its compiles have.
have_ended() {
  local number ended=0
  for number in "${numbers[@]}"; do
    [ ! -s "$2.$number.o" ] || ended=$((ended + 1))
  done
  [ "$ended" -ge "$1" ]
}

# kill_compile MACHINE: one of those under way, if any is.
kill_compile() {
  local i
  for i in "${!numbers[@]}"; do
    [ -s "$1.${numbers[i]}.o" ] || { kill -KILL "${pids[i]}" 2>/dev/null && return; }
  done
}

# disturbed MACHINE VICTIM: it compiles the units `numbers`, side by side, and when some have ended
# the victim is killed. All get what the bare compiler makes; who was killed compiles once more.
disturbed() {
  local machine=$1 victim=$2 moment=$((RANDOM % 4)) courier='' pids=() outcome i
  [ "$victim" != compile ] || moment=$((RANDOM % 3))
  # Nobody is to do without the courier because the one before was killed.
  rm -f "$BATS_TEST_TMPDIR/$machine/run/larder"/*.state
  [ "$victim" != courier ] || courier=$(pid_on "$machine") || true
  for i in "${!numbers[@]}"; do
    compile "$machine" "${numbers[i]}" "$machine.${numbers[i]}.o" exec 3>&- &
    pids[i]=$!
  done
  eventually have_ended "$moment" "$machine"
  case $victim in
    courier) if kill -KILL "${courier:-none}" 2>/dev/null; then count courier; fi ;;
    service) "$rgw" crash "$engine" && count service ;;
    compile) kill_compile "$machine" || true ;;
  esac
  for i in "${!numbers[@]}"; do
    outcome=0
    wait "${pids[i]}" || outcome=$?
    if [ "$outcome" != 0 ]; then
      [ "$victim $outcome" = "compile 137" ]
      count compile
      # What the killed one has left running may still write to the object.
      compile "$machine" "${numbers[i]}" again.o
      mv again.o "$machine.${numbers[i]}.o"
    fi
    cmp "$machine.${numbers[i]}.o" "bare.${numbers[i]}.o"
  done
  [ "$victim" != service ] || "$rgw" recover "$engine" 3>&-
}

# is_sound [OPTION]...: whether all that a store holds is whole, and in its place.
is_sound() {
  larder store verify "$@" >findings || true
  tail -n 1 findings
  grep -q '^sound entries [1-9]' findings
  run ! grep -E '^(corrupt|misplaced|newer|foreign)' findings
}

@test "whatever is killed, nothing wrong is served, nothing is in part and nothing lost" {
  local victims=(courier service compile) turn=0 numbers=() number total=0 machine
  declare -A kills=([courier]=0 [service]=0 [compile]=0)

  while [ "$total" -lt "$wanted" ]; do
    numbers=("$((turn * 3))" "$((turn * 3 + 1))" "$((turn * 3 + 2))")
    for number in "${numbers[@]}"; do gcc "-DNUMBER=$number" -c unit.c -o "bare.$number.o"; done
    disturbed alice "${victims[turn % 3]}"
    eventually flushes alice
    disturbed bob "${victims[turn / 3 % 3]}"
    eventually flushes bob
    eventually is_used bob
    turn=$((turn + 1)) total=$((kills[courier] + kills[service] + kills[compile]))
  done
  echo "# killed ${kills[courier]} couriers, ${kills[service]} services, ${kills[compile]} compiles" >&3
  echo "# alice: $(misses_on alice) misses; bob: $(hits_on bob) hits, $(misses_on bob) misses" >&3

  for machine in alice bob; do
    [ "$(waiting_on "$machine")" = 0 ]
    on "$machine" is_sound
  done
  is_sound --store "$(shared_store)"
  for number in "${numbers[@]}"; do
    compile carol "$number" carol.o
    cmp carol.o "bare.$number.o"
  done
}
