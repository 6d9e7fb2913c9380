// The memory of the static program `larder`, in place of the C++ library's operator new.
//
// A compile makes thousands of names, nodes and short lists, most of which live until it ends. For
// each libc's malloc looks through its lists, and for each that ends it looks for neighbours to
// join it with: a fifth of what a miss does beside the compiler. Here a small piece is the next of
// a region, or one of its size that was given back. doc/adr/0022-small-memory.md has the figures.
//
// The region is the first thread's alone, so that nothing is locked. What is large, what other
// threads ask for, and what does not fit any more, is malloc's.

#include <array>
#include <bit>
#include <new>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

constexpr std::size_t kRegionBytes = std::size_t{1} << 20;
constexpr std::size_t kStep = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
constexpr std::size_t kMaxSmallBytes = 512;

/// What has been given back, of one size.
struct Free {
  Free* next = nullptr;
};

// Pages of it are there once they are used.
alignas(kStep) std::array<std::byte, kRegionBytes> region;
constinit std::size_t used_bytes = 0;
constinit std::array<Free*, kMaxSmallBytes / kStep + 1> given_back = {};

/// Whether this is the thread that asked first, before there were others.
bool is_first_thread() noexcept {
  static constinit thread_local char mine = 0;
  static constinit const char* first = nullptr;
  if (first == nullptr) first = &mine;
  return first == &mine;
}

bool is_small(std::size_t bytes) noexcept { return bytes <= kMaxSmallBytes; }

std::size_t steps_of(std::size_t bytes) noexcept {
  return bytes == 0 ? 1 : (bytes + kStep - 1) / kStep;
}

bool is_in_region(const void* memory) noexcept {
  return std::bit_cast<std::uintptr_t>(memory) - std::bit_cast<std::uintptr_t>(region.data()) <
         kRegionBytes;
}

[[gnu::noinline]] void* allocate_elsewhere(std::size_t bytes) {
  void* const memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// The other forms of the library come to these.

void* operator new(std::size_t bytes) {
  if (!is_small(bytes) || !is_first_thread()) return allocate_elsewhere(bytes);
  const std::size_t steps = steps_of(bytes);
  if (Free* const again = given_back[steps]; again != nullptr) {
    given_back[steps] = again->next;
    return again;
  }
  if (kRegionBytes - used_bytes < steps * kStep) return allocate_elsewhere(bytes);
  void* const memory = region.data() + used_bytes;
  used_bytes += steps * kStep;
  return memory;
}

void operator delete(void* memory, std::size_t bytes) noexcept {
  if (!is_in_region(memory)) return std::free(memory);
  if (!is_first_thread()) return;
  Free*& last = given_back[steps_of(bytes)];
  last = ::new (memory) Free{last};
}

/// Without its size what is in the region stays there.
void operator delete(void* memory) noexcept {
  if (!is_in_region(memory)) std::free(memory);
}
