#include "compile/source_marks.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>

namespace larder::compile {
namespace {

constexpr bool is_mark(char a, char b, char c) {
  switch (a) {
    case '#':
      return true;
    case '%':
      return b == ':';
    case '?':
      return b == '?';
    case '_':
      return b == '_' && (c == 'h' || c == 'D' || c == 'T');
    case '.':
      return b == 'i' && c == 'n';
    case 'i':
      return b == 'm' && c == 'p';
    case 'm':
      return b == 'o' && c == 'd';
    default:
      return false;
  }
}

#if defined(__SSE2__)

constexpr std::size_t kLanes = 16;
// A mark's second and third character are looked at as well.
constexpr std::size_t kReach = kLanes + 2;

__m128i equals(__m128i bytes, char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); }
__m128i both(__m128i a, __m128i b) { return _mm_and_si128(a, b); }
__m128i either(__m128i a, __m128i b) { return _mm_or_si128(a, b); }

__m128i load(const char* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

/// A bit for each of the 16 places that is a mark; is_mark for all of them at once.
unsigned marks_at(const char* at) {
  const __m128i a = load(at);
  const __m128i b = load(at + 1);
  const __m128i c = load(at + 2);
  const __m128i macro = both(both(equals(a, '_'), equals(b, '_')),
                             either(equals(c, 'h'), either(equals(c, 'D'), equals(c, 'T'))));
  const __m128i directive = either(equals(a, '#'), either(both(equals(a, '%'), equals(b, ':')),
                                                          both(equals(a, '?'), equals(b, '?'))));
  const __m128i assembler = both(equals(a, '.'), both(equals(b, 'i'), equals(c, 'n')));
  const __m128i import = both(equals(a, 'i'), both(equals(b, 'm'), equals(c, 'p')));
  const __m128i module = both(equals(a, 'm'), both(equals(b, 'o'), equals(c, 'd')));
  const __m128i any = either(either(macro, directive), either(assembler, either(import, module)));
  return static_cast<unsigned>(_mm_movemask_epi8(any));
}

#endif

}  // namespace

std::size_t find_mark(std::string_view text, std::size_t from) noexcept {
#if defined(__SSE2__)
  for (; from + kReach <= text.size(); from += kLanes) {
    const unsigned marks = marks_at(text.data() + from);
    if (marks != 0) return from + static_cast<std::size_t>(std::countr_zero(marks));
  }
#endif
  for (; from < text.size(); ++from) {
    const char b = from + 1 < text.size() ? text[from + 1] : '\0';
    const char c = from + 2 < text.size() ? text[from + 2] : '\0';
    if (is_mark(text[from], b, c)) return from;
  }
  return text.size();
}

}  // namespace larder::compile
