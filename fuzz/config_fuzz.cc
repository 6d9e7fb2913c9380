// Reads arbitrary bytes as a config file: it is understood or refused with the file's name and a
// line.
#include "compose/config_file.h"
#include "util/assert.h"
#include "util/bytes.h"

#include <array>
#include <string_view>

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<const char*, 2> kVariables = {"HOME=/home/ann", nullptr};
  const auto bytes = std::as_bytes(std::span(data, size));
  larder::Config config;

  const auto done = larder::compose::parse_config(
      larder::util::as_text(bytes), "f", larder::compose::Environment(kVariables.data()), config);

  LARDER_ASSERT(done || (done.error().message().starts_with("f:") &&
                         done.error().code() == larder::ErrorCode::invalid_argument));
  return 0;
}
