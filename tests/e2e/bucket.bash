# Sourced by the tests of compiles that share results through a bucket: machines whose way to a real
# S3 service is a proxy that can make it bad.

load courier

# make_bucket_machines ENGINE: machines that share a part of a bucket, empty at first, of the
# service that tests/support/s3/rgw has started in the directory ENGINE.
make_bucket_machines() {
  make_machines "$PROJECT_BINARY_DIR/bin/larder-courier"
  # shellcheck disable=SC1091 # made by tests/support/s3/rgw
  . "$1/env"
  export AWS_ACCESS_KEY_ID=$ACCESS_KEY AWS_SECRET_ACCESS_KEY=$SECRET_KEY
  export AWS_EC2_METADATA_DISABLED=true
  prefix=${BATS_TEST_FILENAME##*/}-$BATS_TEST_NUMBER-$RANDOM$RANDOM/
  mkdir "$BATS_TEST_TMPDIR/proxy"
  "$PROJECT_BINARY_DIR/tests/support/fault_proxy" "${ENDPOINT:?}" "$BATS_TEST_TMPDIR/proxy" \
    </dev/null >/dev/null 2>&1 3>&- &
  proxy=$!
  eventually test -f "$BATS_TEST_TMPDIR/proxy/url"
  reach_service_at "$(<"$BATS_TEST_TMPDIR/proxy/url")"
}

stop_bucket_machines() {
  stop_machines
  kill "$proxy"
}

# reach_service_at URL: where machines that are made from now on find the service.
reach_service_at() { endpoint=$1; }

far_table() {
  printf '[[cache]]\ntype = "s3"\nbucket = "couriers"\nprefix = "%s"\n' "$prefix"
  printf 'endpoint = "%s"\nregion = "us-east-1"\nauto_create = true\n' "$endpoint"
}

# shared_store: what store commands call the part of the bucket that the machines share.
shared_store() { echo "s3://couriers/$prefix?endpoint=$ENDPOINT"; }

# fault WORDS: what the way to the service does wrong from now on; nothing for no words.
fault() {
  local dir=$BATS_TEST_TMPDIR/proxy
  echo "$1" >"$dir/new"
  mv "$dir/new" "$dir/fault"
  eventually cmp --silent "$dir/fault" "$dir/taken"
}

# left_alone MACHINE, is_used MACHINE: whether its courier does without the bucket for now, or not.
left_alone() { on "$1" larder courier status --json | grep -Eq '"left_alone": *"'; }
is_used() { ! left_alone "$1"; }
