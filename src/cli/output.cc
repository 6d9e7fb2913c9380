#include "cli/output.h"

#include "sys/file.h"
#include "util/bytes.h"

#include <unistd.h>

#include <utility>

#include <cstddef>

namespace larder::cli {
namespace {

void write_to_stderr(std::string_view text) {
  (void)sys::write_all(STDERR_FILENO, util::as_bytes(text));  // there is no third place to say it
}

}  // namespace

void Output::print(std::string_view text) {
  constexpr std::size_t kWriteAt = std::size_t{1} << 16;
  if (error_) return;
  buffer_ += text;
  if (buffer_.size() >= kWriteAt) write_out();
}

void Output::write_out() {
  auto written = sys::write_all(STDOUT_FILENO, util::as_bytes(buffer_));
  if (!written) error_ = output_error(std::move(written).error());
  buffer_.clear();
}

Result<void> Output::finish() {
  if (!error_ && !buffer_.empty()) write_out();
  if (error_) return fail(*error_);
  return {};
}

Error output_error(Error error) {
  if (error.os_error() == 0) return error;
  return Error::from_errno(error.os_error(), "write to standard output");
}

void print_error(std::string_view message) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string line = "larder: ";
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      line += c;
    } else {
      line.append("\\x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    }
  }
  line += '\n';
  write_to_stderr(line);
}

void print_hint(std::string_view text) { write_to_stderr(std::string(text) + "\n"); }

}  // namespace larder::cli
