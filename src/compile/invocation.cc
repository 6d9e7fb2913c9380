#include "compile/invocation.h"

namespace larder::compile {

std::string_view to_string(Language language) noexcept {
  switch (language) {
    case Language::c:
      return "c";
    case Language::cpp:
      return "c++";
    case Language::assembler_with_cpp:
      return "assembler-with-cpp";
    case Language::assembler:
      return "assembler";
    case Language::c_preprocessed:
      return "cpp-output";
    case Language::cpp_preprocessed:
      return "c++-cpp-output";
  }
  return "c";
}

bool is_preprocessed_by_compiler(Language language) noexcept {
  return language == Language::c || language == Language::cpp ||
         language == Language::assembler_with_cpp;
}

}  // namespace larder::compile
