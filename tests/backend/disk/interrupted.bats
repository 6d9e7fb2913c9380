# A store whose user is killed, or whose system calls fail, at each of them in turn.
#
# LARDER_SYSCALLS names the calls to go through; LARDER_SYSCALLS=all takes all that change a file
# (minutes).

bats_require_minimum_version 1.5.0

setup() {
  worker=$PROJECT_BINARY_DIR/tests/backend/disk/disk_worker
  export ASAN_OPTIONS=detect_leaks=0 # which cannot work beside strace
  syscalls=${LARDER_SYSCALLS:-renameat2 unlinkat mkdirat pwrite64}
  if [[ $syscalls == all ]]; then
    syscalls='renameat2 unlinkat mkdirat pwrite64 openat write renameat utimensat fallocate linkat'
  fi
  cd "$BATS_TEST_TMPDIR"
}

# use LAYOUT [LIMIT]: a store of one entry with the blobs `blob` ("old") and `other`, and another
# entry; used with a limit in bytes, 0 for none.
use() {
  layout=$1 limit=${2:-0}
  "$worker" pristine "$layout" 0 put-entry a blob old other thing
  "$worker" pristine "$layout" 0 put-entry b blob old
}

# Brings the store back to what it was; where there was none, to none.
reset() {
  rm -rf store
  if [[ -d pristine ]]; then cp -a pristine store; fi
}

# traced OPTION... -- COMMAND...: runs a worker's command under strace; its exit status in `status`.
traced() {
  local options=()
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  shift
  status=0
  strace -qqq "${options[@]}" "$worker" store "$layout" "$limit" "$@" 2>stderr || status=$?
}

# How often the command makes the call.
count_calls() {
  local call=$1
  shift
  reset
  traced -e trace="$call" -e signal=none -o calls -- "$@"
  wc -l <calls
}

check() {
  run -0 "$worker" store "$layout" 0 check a blob old new
  run -0 "$worker" store "$layout" 0 tidy
}

# Kills the command before each call. Then the blob is the old one, the new one or absent, and after
# a repair the counts are right and nothing is left over.
kill_at_each_call() {
  local call nth count
  for call in $syscalls; do
    count=$(count_calls "$call" "$@")
    for ((nth = 1; nth <= count; ++nth)); do
      reset
      traced --inject="$call:signal=KILL:when=$nth" -o /dev/null -- "$@"
      echo "killed at $call $nth: status $status"
      ((status == 137))
      check
    done
  done
}

# Has each call fail. Then the command succeeds all the same or says why not, nothing is left over,
# and the rest is as after a kill.
fail_at_each_call() {
  local call nth count error
  for call in $syscalls; do
    count=$(count_calls "$call" "$@")
    for error in ENOSPC EIO EACCES; do
      for ((nth = 1; nth <= count; ++nth)); do
        reset
        traced --inject="$call:error=$error:when=$nth" -o /dev/null -- "$@"
        echo "$call $nth failed with $error: status $status, $(<stderr)"
        if ((status == 127)); then continue; fi # the loader's call
        ((status == 0 || status == 3))
        if ((status == 3)); then grep -Eq '^[a-z_]+: .+: .+' stderr; fi
        # What was replaced and cannot be removed is the one thing that may stay, until a repair.
        if ((status == 3)) && [[ $call != unlinkat ]]; then
          run -0 "$worker" store "$layout" 0 tidy
        fi
        check
      done
    done
  done
}

@test "packed: a put is whole or not at all when it is killed" {
  use packed
  kill_at_each_call put a blob new
}

@test "packed: a put_entry is whole or not at all when it is killed" {
  use packed
  kill_at_each_call put-entry a blob new
}

@test "packed: a remove is whole or not at all when it is killed" {
  use packed
  kill_at_each_call remove a
}

@test "packed: a clean harms nothing when it is killed" {
  use packed
  kill_at_each_call clean 4096
}

@test "packed: an eviction harms nothing when it is killed" {
  use packed 8192
  kill_at_each_call put-entry c blob new
}

@test "packed: the first put is whole or not at all when it is killed" {
  layout=packed limit=0
  kill_at_each_call put a blob new
}

@test "directory: a put is whole or not at all when it is killed" {
  use directory
  kill_at_each_call put a blob new
}

@test "directory: a put_entry is whole or not at all when it is killed" {
  use directory
  kill_at_each_call put-entry a blob new
}

@test "directory: a remove is whole or not at all when it is killed" {
  use directory
  kill_at_each_call remove a
}

@test "directory: a clean harms nothing when it is killed" {
  use directory
  kill_at_each_call clean 4096
}

@test "directory: an eviction harms nothing when it is killed" {
  use directory 20480
  kill_at_each_call put-entry c blob new
}

@test "packed: a put whose calls fail tells and changes nothing" {
  use packed
  fail_at_each_call put a blob new
}

@test "packed: a put_entry whose calls fail tells and changes nothing" {
  use packed
  fail_at_each_call put-entry a blob new
}

@test "packed: a remove whose calls fail tells" {
  use packed
  fail_at_each_call remove a
}

@test "packed: a clean whose calls fail tells" {
  use packed
  fail_at_each_call clean 4096
}

@test "packed: the first put tells when its calls fail" {
  layout=packed limit=0
  fail_at_each_call put a blob new
}

@test "directory: a put whose calls fail tells and changes nothing" {
  use directory
  fail_at_each_call put a blob new
}

@test "directory: a put_entry whose calls fail tells and changes nothing" {
  use directory
  fail_at_each_call put-entry a blob new
}

@test "directory: a remove whose calls fail tells" {
  use directory
  fail_at_each_call remove a
}
