# Compiles that share results with other machines through the courier. The store elsewhere is a
# directory here: tests/courier/far_disk_courier.cc.

load courier

setup() {
  make_machines "$PROJECT_BINARY_DIR/tests/courier/far_disk_courier"
  printf '#include "a.h"\nint value(void) { return VALUE; }\n' >a.c
  write_header 1
}

teardown() {
  stop_machines
}

# write_header NUMBER: a header that makes another object for each number.
write_header() {
  printf '#define VALUE %s\n' "$1" >a.h
  let_stamps_move_on a.h
}

# compile MACHINE: compiles a.c; the object is what the bare compiler makes.
compile() {
  rm -f a.o
  undisturbed "$1" larder gcc -c a.c -o a.o
  gcc -c a.c -o bare.o
  cmp a.o bare.o
}

@test "what one machine compiled is a hit on another" {
  compile alice
  on alice larder courier flush

  compile bob

  [ "$(misses_on alice)" = 1 ]
  [ "$(hits_on bob)" = 1 ]
  [ "$(misses_on bob)" = 0 ]
}

@test "what was fetched is a hit without the courier" {
  compile alice
  on alice larder courier flush
  compile bob
  on bob larder courier stop

  compile bob

  [ "$(hits_on bob)" = 2 ]
  ! on bob larder courier status
}

@test "a hit on the own disk starts no courier" {
  compile alice
  on alice larder courier stop

  compile alice

  [ "$(hits_on alice)" = 1 ]
  ! on alice larder courier status
}

@test "another machine's manifest is looked in when no result of the own one holds" {
  compile alice
  on alice larder courier flush
  compile bob
  write_header 2
  compile bob
  on bob larder courier flush
  [ "$(misses_on bob)" = 1 ]

  compile alice

  [ "$(hits_on alice)" = 1 ]
  on alice larder courier stop
  compile alice
  [ "$(hits_on alice)" = 2 ]
}

@test "no machine loses what others have put into a manifest" {
  compile alice
  on alice larder courier flush
  compile bob
  write_header 2
  compile bob
  on bob larder courier flush
  write_header 3
  compile alice
  on alice larder courier flush

  write_header 2
  compile carol
  write_header 1
  compile carol
  write_header 3
  compile carol

  [ "$(misses_on carol)" = 0 ]
}

@test "uploads survive the death of the courier" {
  compile alice
  local pid
  pid=$(pid_on alice)
  kill -STOP "$pid"
  write_header 2
  on alice larder gcc -c a.c -o a.o
  [ "$(waiting_on alice)" -gt 0 ]
  kill -KILL "$pid"

  eventually flushes alice

  [ "$(waiting_on alice)" = 0 ]
  compile bob
  [ "$(hits_on bob)" = 1 ]
}

flushes() { on "$1" larder courier flush; }
