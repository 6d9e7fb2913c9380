#include "compile/processor.h"

#include "util/hash.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#else
#include "sys/file.h"

#include <fcntl.h>
#include <sys/auxv.h>
#endif

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <cstdint>

namespace larder::compile {
namespace {

#if defined(__x86_64__) || defined(__i386__)

struct Leaf {
  unsigned number;
  unsigned subleaf = 0;
};

constexpr unsigned kExtended = 0x80000000;

// Vendor, model, features and caches. Not those that number the cores.
constexpr auto kLeaves = std::to_array<Leaf>({{0},
                                              {1},
                                              {2},
                                              {4, 0},
                                              {4, 1},
                                              {4, 2},
                                              {4, 3},
                                              {7, 0},
                                              {7, 1},
                                              {0xD, 1},
                                              {0x14},
                                              {0x19},
                                              {0x1E, 1},
                                              {0x24},
                                              {0x80000001},
                                              {0x80000005},
                                              {0x80000006},
                                              {0x80000008}});

/// The register states that the system saves: without its own an extension cannot be used.
std::uint64_t saved_states() {
  unsigned low = 0;
  unsigned high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32) | low;
}

using Registers = std::array<unsigned, 4>;  // eax, ebx, ecx, edx

/// Of a leaf that there is. A leaf costs some microseconds where a hypervisor answers.
Registers read_leaf(Leaf leaf) {
  Registers registers = {};
  __cpuid_count(leaf.number, leaf.subleaf, registers[0], registers[1], registers[2], registers[3]);
  return registers;
}

void hash_processor(util::Blake3& hasher) {
  const unsigned last_basic = read_leaf({0})[0];
  const unsigned last_extended = read_leaf({kExtended})[0];
  bool has_saved_states = false;
  for (const Leaf leaf : kLeaves) {
    if (leaf.number > (leaf.number < kExtended ? last_basic : last_extended)) continue;
    Registers registers = read_leaf(leaf);
    if (leaf.number == 1) {
      registers[1] = 0;  // which core this is
      has_saved_states = (registers[2] & bit_OSXSAVE) != 0;
    }
    // The sizes beside the features follow the states that a thread has enabled.
    if (leaf.number == 0xD) registers = {registers[0]};
    hasher.field(leaf.number).update(std::as_bytes(std::span(registers)));
  }
  hasher.field(has_saved_states ? saved_states() : 0);
}

#else

/// Whether a line of /proc/cpuinfo tells a speed, which changes while one looks.
bool tells_speed(std::string_view line) {
  for (const std::string_view word : {"MHz", "clock", "ogomips", "ogoMIPS"}) {
    if (line.find(word) != std::string_view::npos) return true;
  }
  return false;
}

/// Empty where it cannot be read: then the compilers cannot read it either.
std::string read_cpuinfo() {
  std::string text;
  const auto fd = sys::open_at(AT_FDCWD, "/proc/cpuinfo", O_RDONLY);
  std::array<char, 16384> buffer;
  while (fd) {
    const auto got = sys::read_some(fd->get(), std::as_writable_bytes(std::span(buffer)));
    if (!got || *got == 0) break;
    text.append(buffer.data(), *got);
  }
  return text;
}

void hash_processor(util::Blake3& hasher) {
  hasher.field(std::uint64_t{::getauxval(AT_HWCAP)}).field(std::uint64_t{::getauxval(AT_HWCAP2)});
  const std::string text = read_cpuinfo();
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (!tells_speed(line)) hasher.field(line);
  }
}

#endif

}  // namespace

std::string describe_processor() {
  util::Blake3 hasher;
  hash_processor(hasher);
  return hasher.finish().hex();
}

}  // namespace larder::compile
