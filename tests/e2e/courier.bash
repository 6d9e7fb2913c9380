# Sourced by the tests of compiles that reach other machines' stores: machines with a disk and a home
# each, and what they have in common.

# make_machines COURIER: programs in $bin, with this one in the place of larder-courier, and the
# directory $far that counts as a store elsewhere.
make_machines() {
  bin=$BATS_TEST_TMPDIR/bin
  far=$BATS_TEST_TMPDIR/far
  local name
  for name in "${!LARDER_@}" "${!AWS_@}"; do unset "$name"; done
  unset XDG_CONFIG_HOME XDG_CACHE_HOME TMPDIR
  mkdir "$bin" "$BATS_TEST_TMPDIR/source"
  place "$PROJECT_BINARY_DIR/bin/larder" "$bin/larder"
  place "$PROJECT_BINARY_DIR/bin/larder-store" "$bin/larder-store"
  place "$1" "$bin/larder-courier"
  PATH=$bin:$PATH
  cd "$BATS_TEST_TMPDIR/source" || return
}

# place FROM TO: the file under another name.
place() {
  ln "$1" "$2" 2>/dev/null || cp "$1" "$2"
}

# far_table: the [[cache]] table of the store elsewhere.
far_table() {
  printf '[[cache]]\ntype = "far"\nlocation = "%s"\n' "$far"
}

# on MACHINE COMMAND...: runs it as on that machine, which is made where it is new.
on() {
  local home=$BATS_TEST_TMPDIR/$1
  if [ ! -d "$home" ]; then
    mkdir -p "$home/run"
    chmod 700 "$home/run"
    {
      printf '[[cache]]\nlocation = "%s"\n' "$home/cache"
      far_table
    } >"$home/config.toml"
  fi
  HOME=$home XDG_RUNTIME_DIR=$home/run LARDER_CONFIG=$home/config.toml LARDER_LOG=$home/log \
    "${@:2}"
}

# undisturbed MACHINE COMMAND...: runs a compile on that machine, and again from the same disk if the
# courier could not answer in time, as on a machine that is too busy: its clients then do without.
undisturbed() {
  local home=$BATS_TEST_TMPDIR/$1 tries
  on "$1" true
  for ((tries = 0; tries < 50; tries++)); do
    rm -rf "$home/saved"
    [ ! -d "$home/cache" ] || cp -a "$home/cache" "$home/saved"
    on "$@" || return
    is_left_alone "$1" || return 0
    rm -rf "$home/cache" "$home/run/larder"/*.state
    [ ! -d "$home/saved" ] || mv "$home/saved" "$home/cache"
    eventually is_up "$1"
  done
  false
}

# is_left_alone MACHINE: whether its clients do without the courier for now.
is_left_alone() {
  local state
  for state in "$BATS_TEST_TMPDIR/$1/run/larder"/*.state; do
    [ ! -f "$state" ] || cmp -s -i 8:0 -n 8 "$state" /dev/zero || return 0
  done
  false
}

# pid_on MACHINE: the process id of its courier.
pid_on() {
  on "$1" larder courier status --json | grep -oP '"pid": \K[0-9]+' |
    tee --append "$BATS_TEST_TMPDIR/pids"
}

# hits_on MACHINE, misses_on MACHINE
hits_on() { on "$1" larder stats --json | grep -oP '^ *"hits": \K[0-9]+'; }
misses_on() { on "$1" larder stats --json | grep -oP '^ *"misses": \K[0-9]+'; }

# files_in DIR: how many there are at any depth.
files_in() {
  [ ! -d "$1" ] || find "$1" -type f -not -path '*/.larder/*' | wc -l
}

# waiting_on MACHINE: how many uploads wait in its spool.
waiting_on() {
  find "$BATS_TEST_TMPDIR/$1/cache/.larder/spool" -name '*-[pr]-*' | wc -l
}

# let_stamps_move_on: returns once a change of any file would show in its time stamps. The clock that
# larder compares them with moves on every 10 ms at the slowest.
let_stamps_move_on() {
  local begin=${EPOCHREALTIME/./}
  until [ $((${EPOCHREALTIME/./} - begin)) -gt 10000 ]; do :; done
}

# eventually COMMAND...: whether it comes to succeed, for what others do at their pace.
eventually() {
  local tries
  for ((tries = 0; tries < 2000; tries++)); do
    "$@" && return
    sleep 0.01
  done
  false
}

is_up() { on "$1" larder courier status >/dev/null; }
flushes() { on "$1" larder courier flush; }
is_gone() { ! kill -0 "$1" 2>/dev/null; }

# stop_machines: ends the couriers that tests have left.
stop_machines() {
  local home pid
  while read -r pid; do
    [ ! "/proc/$pid/exe" -ef "$bin/larder-courier" ] || kill -KILL "$pid"
  done < <(cat "$BATS_TEST_TMPDIR/pids" 2>/dev/null)
  for home in "$BATS_TEST_TMPDIR"/*/run; do
    [ -d "$home" ] || continue
    home=$(basename "$(dirname "$home")")
    on "$home" timeout 10 larder courier stop || true
  done
}
