#pragma once

#include "util/bytes.h"

#include <cstddef>
#include <cstdint>

/// Tables as compilers write them, for tests.
namespace larder::store {

/// Relocations of a debug section: ELF's Elf64_Rela, 24 bytes each.
inline util::ByteBuffer relocations(std::size_t count) {
  util::ByteBuffer bytes;
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < count; ++i) {
    offset += 5 + i % 7 * 4;
    util::append(bytes, offset);
    util::append(bytes, std::uint32_t{10});
    util::append(bytes, static_cast<std::uint32_t>(3 + i % 5));
    util::append(bytes, std::int64_t{i % 11 == 0 ? -4 : 70} * static_cast<std::int64_t>(i % 90));
  }
  return bytes;
}

/// Section headers: ELF's Elf64_Shdr, 64 bytes each.
inline util::ByteBuffer section_headers(std::size_t count) {
  util::ByteBuffer bytes;
  for (std::size_t i = 0; i < count; ++i) {
    util::append(bytes, static_cast<std::uint32_t>(i * 37));
    util::append(bytes, std::uint32_t{1});
    util::append(bytes, std::uint64_t{6});
    util::append(bytes, std::uint64_t{0});
    util::append(bytes, std::uint64_t{64 + i * 48});
    util::append(bytes, std::uint64_t{30 + i % 13});
    util::append(bytes, std::uint64_t{0});
    util::append(bytes, std::uint64_t{2});
    util::append(bytes, std::uint64_t{0});
  }
  return bytes;
}

}  // namespace larder::store
