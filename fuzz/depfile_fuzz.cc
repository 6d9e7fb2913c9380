#include "compile/depfile.h"

#include <cstdlib>

/// Whatever the text: no prerequisite is empty, and one that the compilers need not quote comes
/// back from a depfile made of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace larder;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto files = compile::parse_depfile(text);
  for (std::size_t i = 0; files && i < files->size(); ++i) {
    if ((*files)[i].empty()) std::abort();
    if ((*files)[i].find_first_of("\\ \t\r\n#$") != std::string::npos) continue;
    const auto again = compile::parse_depfile("x: \\\n " + (*files)[i] + "\n");
    if (!again || *again != std::vector<std::string>{(*files)[i]}) std::abort();
  }
  (void)compile::parse_header_list(text);
  return 0;
}
