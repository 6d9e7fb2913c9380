#pragma once

#include <memory>
#include <span>

#include <cstddef>

namespace larder::util {

/// Bytes of no particular value: filling them with zeros first takes as long as compressing half of
/// as many.
struct Scratch {
  explicit Scratch(std::size_t size)
      : bytes(std::make_unique_for_overwrite<std::byte[]>(size)), span(bytes.get(), size) {}

  std::unique_ptr<std::byte[]> bytes;
  std::span<std::byte> span;
};

}  // namespace larder::util
