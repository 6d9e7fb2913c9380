# The kinds of store that store commands are tested on.

# use_store disk|s3: makes a store of its own for larder_store, empty, and sets $store to how larder
# names it.
use_store() {
  kind=$1
  store=$BATS_TEST_TMPDIR/store
  store_option=$store
  [ "$kind" = disk ] && return
  use_engine
  prefix=$BATS_TEST_NUMBER-$$-$RANDOM
  store=s3://$bucket/$prefix
  store_option="$store?endpoint=$ENDPOINT&auto_create=1"
}

# Sets $ENDPOINT and the credentials of the S3 service that the tests run against, and a bucket there.
use_engine() {
  # shellcheck disable=SC1091 # made by tests/support/s3/rgw
  source "$PROJECT_BINARY_DIR/s3-engine/env"
  export AWS_ACCESS_KEY_ID=$ACCESS_KEY AWS_SECRET_ACCESS_KEY=$SECRET_KEY AWS_EC2_METADATA_DISABLED=true
  bucket=larder-cli
}

larder_store() {
  local command=$1
  shift
  larder store "$command" --store "$store_option" "$@"
}

# damage KEY: replaces what is stored under a key of one byte.
damage() {
  if [ "$kind" = disk ]; then
    printf garbage >"$store/$1/$1"
  else
    put_object "$prefix/$1/$1" garbage
  fi
}

# put_object NAME TEXT, get_object NAME: by another program's hand.
put_object() { ask_service "$1" --request PUT --data-binary "$2"; }
get_object() { ask_service "$1"; }

# ask_service NAME [OPTION]...: a request about an object.
ask_service() {
  printf 'user = "%s:%s"\n' "$ACCESS_KEY" "$SECRET_KEY" |
    curl --config - --silent --show-error --fail --aws-sigv4 aws:amz:us-east-1:s3 \
      --header 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "${@:2}" "$ENDPOINT/$bucket/$1"
}
