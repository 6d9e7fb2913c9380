#include "compile/macro_includes.h"
#include "compile/source_scan.h"

#include <cstdlib>

/// Whatever the text: an include behind it on a line of its own is found, and macros are followed
/// to an end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace larder;
  using compile::IncludeSpelling;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto scan = compile::scan_source(text);
  const compile::MacroSource source = {.path = "file", .scan = &scan};
  (void)compile::resolve_macro_includes({&source, 1}, {},
                                        [&](std::size_t) { return Result<std::string>(text); });

  const auto longer = compile::scan_source(text + "\n\n#include <behind.h>\n");
  for (const IncludeSpelling& spelling : longer.includes) {
    if (spelling.name == "behind.h") return 0;
  }
  std::abort();
}
