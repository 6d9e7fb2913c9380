#pragma once

#include "util/hex.h"

#include <random>
#include <span>
#include <string>

namespace larder::s3 {

/// A prefix that nothing else uses in the bucket that tests share.
inline std::string unique_prefix() {
  std::random_device random;
  const unsigned number[] = {random(), random()};
  return util::to_hex(std::as_bytes(std::span(number))) + '/';
}

}  // namespace larder::s3
