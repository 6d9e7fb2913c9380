# What larder config prints.
# shellcheck disable=SC2154 # helper.bash sets $store, $stdout and $stderr

load helper

setup() {
  isolate
}

@test "every setting is printed with its origin" {
  mkdir -p "$HOME/.config/larder"
  cat >"$HOME/.config/larder/config.toml" <<'END'
extra_files = ["/etc/a", "/etc/b\u007f"]

[[cache]]
max_size = "1536M"

[[cache]]
type = "memory"
END
  local origin=$HOME/.config/larder/config.toml

  LARDER_MODE=preprocessed LARDER_MAX_SIZE='' status 0 larder config

  equal "$stdout" "# $origin
mode = \"preprocessed\"                   # LARDER_MODE
read_only = false                       # default
recache = false                         # default
disable = false                         # default
log = \"\"                                # default
extra_files = [\"/etc/a\", \"/etc/b\\u007f\"]  # $origin:1
relocate = false                        # default
prefix_command = \"\"                     # default

[courier]
spool_size = \"1 GiB\"                    # default
idle = \"10m\"                            # default
log = \"\"                                # default

[[cache]]
type = \"disk\"                           # default
location = \"$HOME/.cache/larder\"  # default
max_size = \"\"                           # LARDER_MAX_SIZE
layout = \"auto\"                         # default
compression = \"auto\"                    # default
durable = false                         # default
shared = false                          # default
read_only = false                       # default
max_blob = \"1 GiB\"                      # default

[[cache]]
type = \"memory\"                         # $origin:7
max_size = \"10 GiB\"                     # default
max_blob = \"1 GiB\"                      # default"
}

@test "what is printed is a config file that says the same" {
  export LARDER_DIR=$BATS_TEST_TMPDIR/a LARDER_EXTRA_FILES=/x:/y LARDER_COMPRESSION=zstd:7
  larder config | sed 's/ *#.*//' >first.toml
  unset LARDER_DIR LARDER_EXTRA_FILES LARDER_COMPRESSION

  LARDER_CONFIG=$PWD/first.toml larder config | sed 's/ *#.*//' >second.toml

  cmp first.toml second.toml
}

@test "the same as JSON has sizes in bytes" {
  LARDER_MAX_SIZE=1M LARDER_DISABLE=yes status 0 larder config --json

  equal "$(tr -d ' \n' <<<"$stdout")" "{\"file\":null,\
\"mode\":{\"value\":\"direct\",\"origin\":\"default\"},\
\"read_only\":{\"value\":false,\"origin\":\"default\"},\
\"recache\":{\"value\":false,\"origin\":\"default\"},\
\"disable\":{\"value\":true,\"origin\":\"LARDER_DISABLE\"},\
\"log\":{\"value\":\"\",\"origin\":\"default\"},\
\"extra_files\":{\"value\":[],\"origin\":\"default\"},\
\"relocate\":{\"value\":false,\"origin\":\"default\"},\
\"prefix_command\":{\"value\":\"\",\"origin\":\"default\"},\
\"courier\":{\"spool_size\":{\"value\":1073741824,\"origin\":\"default\"},\
\"idle\":{\"value\":600,\"origin\":\"default\"},\
\"log\":{\"value\":\"\",\"origin\":\"default\"}},\
\"cache\":[{\"type\":{\"value\":\"disk\",\"origin\":\"default\"},\
\"location\":{\"value\":\"$HOME/.cache/larder\",\"origin\":\"default\"},\
\"max_size\":{\"value\":1048576,\"origin\":\"LARDER_MAX_SIZE\"},\
\"layout\":{\"value\":\"auto\",\"origin\":\"default\"},\
\"compression\":{\"value\":\"auto\",\"origin\":\"default\"},\
\"durable\":{\"value\":false,\"origin\":\"default\"},\
\"shared\":{\"value\":false,\"origin\":\"default\"},\
\"read_only\":{\"value\":false,\"origin\":\"default\"},\
\"max_blob\":{\"value\":1073741824,\"origin\":\"default\"}}]}"
}

@test "a variable that looks misspelled is pointed out" {
  LARDER_MAXSIZE=1G LARDER_SOURCE=x status 0 larder config

  equal "$stderr" 'larder: LARDER_MAXSIZE: there is no such setting; did you mean LARDER_MAX_SIZE?'
}

@test "a wrong value is an error that names where it is" {
  LARDER_MODE=fast status 3 larder config
  equal "$stderr" 'larder: config: LARDER_MODE: "fast": expected "direct" or "preprocessed"'

  printf '[[cache]]\nmax_size = 3\n' >config.toml
  LARDER_CONFIG=$PWD/config.toml status 3 larder config
  equal "$stderr" "larder: config: $PWD/config.toml:2: max_size: expected a string, not an integer"
}

@test "a store in S3 is printed with all its settings but the secrets" {
  cat >config.toml <<'END'
[[cache]]
type = "s3"
bucket = "objects"
endpoint = "http://127.0.0.1:9000"
access_key = "id"
secret_key = "hush"
refresh_after = "36h"
END
  chmod 600 config.toml
  export LARDER_CONFIG=$PWD/config.toml

  status 0 larder config
  equal "${stdout#*[[]cache]]}" "
type = \"s3\"                             # $PWD/config.toml:2
bucket = \"objects\"                      # $PWD/config.toml:3
prefix = \"cache/\"                       # default
region = \"\"                             # default
endpoint = \"http://127.0.0.1:9000\"      # $PWD/config.toml:4
virtual_host = \"auto\"                   # default
access_key = \"id\"                       # $PWD/config.toml:5
secret_key = \"…\"                      # $PWD/config.toml:6
session_token = \"\"                      # default
profile = \"\"                            # default
anonymous = false                       # default
ca_file = \"\"                            # default
encryption = \"none\"                     # default
auto_create = false                     # default
refresh_after = \"36h\"                   # $PWD/config.toml:7
max_size = \"\"                           # default
compression = \"auto\"                    # default
read_only = false                       # default
max_blob = \"1 GiB\"                      # default"

  status 0 larder config --json
  local json
  json=$(tr -d ' \n' <<<"$stdout")
  [[ $json == *"\"secret_key\":{\"value\":\"…\",\"origin\":\"$PWD/config.toml:6\"}"* ]]
  [[ $json == *'"refresh_after":{"value":129600,'* ]]
  [[ $json == *'"max_size":{"value":null,'* ]]
  [[ $json != *hush* ]]
}

@test "a file with a secret that others may read is refused" {
  printf '[[cache]]\ntype = "s3"\nbucket = "b"\nsecret_key = "hush"\n' >config.toml
  chmod 644 config.toml

  LARDER_CONFIG=$PWD/config.toml status 3 larder config

  equal "$stderr" "larder: config: $PWD/config.toml:4: secret_key: others may read this file \
(mode 0644); make it 0600, or name a profile instead"
}

@test "what is said of compiles is said by the first store on this machine" {
  printf '[[cache]]\ntype = "s3"\nbucket = "b"\n' >config.toml
  LARDER_CONFIG=$PWD/config.toml status 3 larder stats
  equal "$stderr" "larder: stats: $PWD/config.toml: no store on this machine, which compiles need"

  printf '[[cache]]\nlocation = "%s"\n' "$store" >>config.toml
  LARDER_CONFIG=$PWD/config.toml status 0 larder stats
}
