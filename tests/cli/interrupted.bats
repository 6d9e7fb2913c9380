# Store commands that are killed, or whose system calls fail, at every call that changes a file:
# what is there afterwards is the old entry, the new one or none, never a mixture and never a part.
# shellcheck disable=SC2154 # helper.bash sets $store

load helper
load ../support/faults

# The system calls that change files, as strace names them.
changing=(openat openat2 write pwrite64 fallocate ftruncate copy_file_range link linkat mkdir
  mkdirat rename renameat renameat2 unlink unlinkat utimensat fchmod)

setup() {
  isolate
  export ASAN_OPTIONS=detect_leaks=0 # which cannot work beside strace
  export LARDER_DIR=$store
  printf 'old value' >old
  head -c 20000 /dev/zero | tr '\0' 'n' >new
  key=00ff
}

# A store with the old entry.
prepare() {
  rm -rf "$store"
  larder store put-entry "$key" a=old b=old
}

value_of() {
  larder store get "$key" "$1" 2>/dev/null | cksum
}

# Both blobs are old, both are new, or there is no entry.
is_one_generation() {
  local a b
  a=$(value_of a)
  b=$(value_of b)
  [ "$a" = "$b" ] && { [ "$a" = "$(cksum <old)" ] || [ "$a" = "$(cksum <new)" ] ||
    { [ "$a" = "$(cksum </dev/null)" ] && ! larder store has "$key"; }; }
}

# The counts are those of a walk, and no temporary is left.
is_in_order() {
  local counted
  counted=$(larder store stats | awk '$1 == "entries" { print $2 }')
  equal "$counted" "$(larder store ls | wc -l)"
}

is_sound_after_repair() {
  larder store verify --repair >findings && is_in_order && larder store verify >findings
}

after_kill() {
  is_one_generation && is_sound_after_repair
}

# A single put leaves the other blob alone.
after_kill_of_put() {
  local a
  a=$(value_of a)
  { [ "$a" = "$(cksum <old)" ] || [ "$a" = "$(cksum <new)" ]; } &&
    equal "$(value_of b)" "$(cksum <old)" && is_sound_after_repair
}

has_no_temporary() {
  [ -z "$(find "$store/.larder/tmp" -type f)" ]
}

# A command that failed has said so and changed nothing; one that did not has done its work. Only
# where removing is what fails may a temporary stay, which the repair removes.
after_error() {
  if failed_in_runtime; then
    after_kill
    return
  fi
  case $1 in
    0) ;;
    3) grep -q '^larder: ' errors || return 1 ;;
    *) return 1 ;;
  esac
  is_one_generation && { [[ $2 == unlink* ]] || has_no_temporary; } && is_sound_after_repair
}

@test "a put that is killed at any call leaves the old blob or the new one" {
  at_every_call signal=KILL after_kill_of_put "${changing[@]}" -- larder store put "$key" a new
}

@test "a put-entry that is killed at any call leaves the old entry or the new one" {
  at_every_call signal=KILL after_kill "${changing[@]}" -- larder store put-entry "$key" a=new b=new
}

@test "a clean that is killed at any call leaves the entry or removes it" {
  at_every_call signal=KILL after_kill "${changing[@]}" -- larder store clean --max-size 0
}

@test "an rm that is killed at any call leaves the entry or removes it" {
  at_every_call signal=KILL after_kill "${changing[@]}" -- larder store rm "$key"
}

@test "a put-entry with no space at any call says so or succeeds" {
  at_every_call error=ENOSPC after_error "${changing[@]}" -- larder store put-entry "$key" a=new b=new
}

@test "a put-entry that is denied any call says so or succeeds" {
  at_every_call error=EACCES after_error "${changing[@]}" -- larder store put-entry "$key" a=new b=new
}

@test "a clean with an input or output error at any call says so or succeeds" {
  at_every_call error=EIO after_error "${changing[@]}" -- larder store clean --max-size 0
}
