#pragma once

#include <string_view>

#include <cstdint>

/// Options that the driver hands to other programs: which of them are known to name no file and to
/// write nothing but the output.
namespace larder::compile {

enum class AssemblerOption : std::uint8_t {
  harmless,
  debug_info,  ///< Writes debug information, and so the working directory.
  unknown,
};

/// One option of the assembler, as -Xassembler or an item of -Wa, gives it.
AssemblerOption classify_assembler_option(std::string_view option) noexcept;

/// Whether one option of the preprocessor is -D or -U with its macro.
bool is_harmless_preprocessor_option(std::string_view option) noexcept;

/// Whether one option of clang's front end (-Xclang) is known to be harmless.
bool is_harmless_frontend_option(std::string_view option) noexcept;

/// Whether one option of LLVM (-mllvm) can only be a number or a truth value.
bool is_harmless_llvm_option(std::string_view option) noexcept;

/// Whether an option that no table knows, beginning with -f, -m, -O or -W, looks like one that
/// changes code or warnings: nothing in its name speaks of files, outputs or measurements, and its
/// value is no path.
bool is_harmless_unknown_option(std::string_view option) noexcept;

}  // namespace larder::compile
