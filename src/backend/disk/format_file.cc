#include "backend/disk/format_file.h"

#include "backend/disk/layout.h"
#include "backend/disk/own_dir.h"
#include "sys/beneath.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include <charconv>

namespace larder::disk {
namespace {

constexpr std::string_view kFirstLine = "larder store ";
constexpr std::string_view kSecondLine = "layout ";
constexpr unsigned kVersion = 1;
constexpr std::size_t kMaxBytes = 256;  // of any version, so that a newer one is recognised

std::optional<DiskLayout> parse_layout(std::string_view text) {
  for (const DiskLayout layout : {DiskLayout::packed, DiskLayout::directory}) {
    if (text == to_string(layout)) return layout;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(DiskLayout layout) noexcept {
  return layout == DiskLayout::packed ? "packed" : "directory";
}

std::string print_format(DiskLayout layout) {
  std::string text(kFirstLine);
  text += std::to_string(kVersion);
  text += '\n';
  text += kSecondLine;
  text += to_string(layout);
  text += '\n';
  return text;
}

Result<std::optional<DiskLayout>> parse_format(std::string_view text) {
  if (!text.starts_with(kFirstLine)) return std::optional<DiskLayout>();
  text.remove_prefix(kFirstLine.size());
  unsigned version = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (problem != std::errc() || version == 0 || !text.starts_with('\n')) {
    return std::optional<DiskLayout>();
  }
  if (version > kVersion) {
    return fail(ErrorCode::invalid_argument,
                "open store: it has version " + std::to_string(version) +
                    ", and this program reads up to " + std::to_string(kVersion));
  }
  text.remove_prefix(1);
  if (!text.starts_with(kSecondLine) || !text.ends_with('\n')) return std::optional<DiskLayout>();
  text.remove_prefix(kSecondLine.size());
  text.remove_suffix(1);
  return parse_layout(text);
}

Result<std::optional<DiskLayout>> read_format(int store_dir) {
  LARDER_TRY(const auto fd,
             sys::open_beneath(store_dir, layout::kFormatPath, O_RDONLY | O_NONBLOCK));
  if (!fd) return std::optional<DiskLayout>();
  std::array<std::byte, kMaxBytes> bytes = {};
  // One read: a regular file gives all it has, and what is longer is no format file.
  const ssize_t length = ::pread(fd->get(), bytes.data(), bytes.size(), 0);
  if (length >= 0) {
    return parse_format(util::as_text(std::span(bytes).first(static_cast<std::size_t>(length))));
  }
  const int os_error = errno;
  if (os_error == EISDIR) return std::optional<DiskLayout>();
  return fail(Error::from_errno(os_error, std::string("read ") + layout::kFormatPath));
}

Result<DiskLayout> settle_format(const OwnDir& own, int store_dir, DiskLayout layout) {
  LARDER_TRY(const auto settled, read_format(store_dir));
  if (settled) return *settled;
  LARDER_TRY(Temporary temporary, own.make_temporary(0, Temporary::Kind::file));
  // Not synced: a file that a power cut left empty is written again, as its entries tell.
  LARDER_CHECK(sys::write_all(temporary.fd(), util::as_bytes(print_format(layout))));
  LARDER_TRY(const bool is_first, temporary.place(own.fd(), layout::kFormatFile));
  if (is_first) return layout;
  LARDER_TRY(const auto winner, read_format(store_dir));
  if (winner) return *winner;
  LARDER_CHECK(temporary.replace(own.fd(), layout::kFormatFile));  // an unsound file
  return layout;
}

}  // namespace larder::disk
