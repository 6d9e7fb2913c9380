# Runs a command again and again, with a fault at each of its system calls in turn.

# run_with_fault CALL:FAULT COMMAND...
run_with_fault() {
  local outcome=0
  strace -qq -o trace -e "trace=${1%%:*}" -e "inject=$1" "${@:2}" 2>errors || outcome=$?
  echo "$outcome" >status
}

# at_every_call FAULT CHECK CALL... -- COMMAND...: for each kind of system call: runs `prepare`, the
# command with that fault (strace's words) at its first call of the kind, and `CHECK STATUS CALL`;
# then at its second and so on, until the command ends before it gets there. What it wrote is in
# `output` and `errors`, the calls of the kind are in `trace`, and all that it started has ended.
at_every_call() {
  local fault=$1 check=$2 call number faults=0 calls=()
  shift 2
  while [ "$1" != -- ]; do calls+=("$1") && shift; done
  shift
  for call in "${calls[@]}"; do
    for ((number = 1; ; number++)); do
      prepare
      # The pipe ends once nobody is left who holds its other end.
      run_with_fault "$call:$fault:when=$number" "$@" | cat >output
      "$check" "$(<status)" "$call" || {
        echo "after $fault at call $number of $call, with exit status $(<status): $*"
        tail -n 20 trace output errors
        return 1
      }
      # No more calls of this kind: the command went through.
      grep -q -e INJECTED -e 'killed by SIGKILL' trace || break
      faults=$((faults + 1))
    done
  done
  # Otherwise nothing has been tried.
  [ "$faults" -ge 3 ]
}

# Whether the call that failed was the loader's or one of a sanitizer's runtime, which let none of
# theirs fail. A static program without a sanitizer has neither.
failed_in_runtime() {
  grep -q -e 'error while loading shared libraries: ' -e 'Sanitizer: CHECK failed: ' \
    -e 'SanitizerTool: CHECK failed: ' -e 'Sanitizer failed to allocate ' \
    -e '^==[0-9]*==WARNING: reading executable name failed ' errors
}
