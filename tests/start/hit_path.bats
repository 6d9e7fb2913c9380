#!/usr/bin/env bats

@test "the program has what a hit runs side by side" {
  run readelf --sections --wide "$(command -v larder)"
  ((status == 0))

  # [Nr] Name Type Address Off Size
  [[ "$output" =~ \.text\.hit_path" "+PROGBITS" "+[0-9a-f]+" "[0-9a-f]+" "([0-9a-f]+) ]]

  ((16#${BASH_REMATCH[1]} > 300000))
}
