#include "compile/manifest.h"

#include "compile/manifest_layout.h"

#include <algorithm>

#include <cstring>

namespace larder::compile {

using namespace manifest_layout;

namespace {

util::Digest load_digest(const std::byte* from) {
  util::Digest digest;
  std::memcpy(digest.bytes.data(), from, util::Digest::kBytes);
  return digest;
}

std::uint32_t load_u32(const std::byte* from) {
  std::uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Whether `first` and the `count` from there lie within `size`.
bool is_range(std::uint32_t first, std::uint32_t count, std::uint32_t size) {
  return first <= size && count <= size - first;
}

}  // namespace

Result<ManifestView> ManifestView::open(util::ByteSpan bytes) {
  const auto corrupt = [](const char* why) {
    return fail(ErrorCode::corrupt, std::string("read a manifest: ") + why);
  };
  if (bytes.size() < kHeaderBytes || !std::ranges::equal(bytes.first(kMagic.size()), kMagic)) {
    return corrupt("it does not begin as one");
  }
  if (util::load<std::uint32_t>(bytes, 8) != kVersion) return corrupt("it is of another version");
  ManifestView view;
  view.bytes_ = bytes.data();
  view.strings_ = util::load<std::uint32_t>(bytes, 12);
  view.files_ = util::load<std::uint32_t>(bytes, 16);
  view.results_ = util::load<std::uint32_t>(bytes, 20);
  view.groups_ = util::load<std::uint32_t>(bytes, 24);
  view.indices_ = util::load<std::uint32_t>(bytes, 28);
  view.text_bytes_ = util::load<std::uint32_t>(bytes, 32);
  // Counts are 32 bits wide and records small: these sums cannot overflow 64 bits.
  view.files_at_ = kHeaderBytes + std::size_t{view.strings_} * kStringBytes;
  view.results_at_ = view.files_at_ + std::size_t{view.files_} * kFileBytes;
  view.groups_at_ = view.results_at_ + std::size_t{view.results_} * kResultBytes;
  view.indices_at_ = view.groups_at_ + std::size_t{view.groups_} * kGroupBytes;
  view.text_at_ = view.indices_at_ + std::size_t{view.indices_} * kIndexBytes;
  view.digests_at_ = view.text_at_ + view.text_bytes_;
  if (view.digests_at_ + std::size_t{view.files_} * kDigestBytes != bytes.size()) {
    return corrupt("its lengths do not add up");
  }
  if (!view.is_sound()) return corrupt("it refers to what it does not hold");
  return view;
}

bool ManifestView::is_sound() const noexcept {
  // Every string ends where the text does, at the latest.
  if (text_bytes_ != 0 && bytes_[digests_at_ - 1] != std::byte{0}) return false;
  for (std::uint32_t i = 0; i < strings_; ++i) {
    if (load_u32(bytes_ + kHeaderBytes + std::size_t{i} * kStringBytes) >= text_bytes_)
      return false;
  }
  for (std::uint32_t i = 0; i < files_; ++i) {
    if (load_u32(bytes_ + files_at_ + std::size_t{i} * kFileBytes) >= strings_) return false;
  }
  for (std::uint32_t i = 0; i < results_; ++i) {
    const std::byte* at = bytes_ + results_at_ + std::size_t{i} * kResultBytes;
    if (!is_range(load_u32(at + 32), load_u32(at + 36), indices_)) return false;
    if (!is_range(load_u32(at + 40), load_u32(at + 44), groups_)) return false;
    const auto files = result_files(i);
    if (std::ranges::any_of(files, [&](std::uint32_t n) { return n >= files_; })) return false;
  }
  for (std::uint32_t i = 0; i < groups_; ++i) {
    const std::byte* at = bytes_ + groups_at_ + std::size_t{i} * kGroupBytes;
    if (load_u32(at) >= strings_) return false;
    if (!is_range(load_u32(at + 4), load_u32(at + 8), indices_)) return false;
    const auto names = group(i).names;
    if (std::ranges::any_of(names, [&](std::uint32_t n) { return n >= strings_; })) return false;
  }
  return true;
}

const char* ManifestView::string(std::uint32_t number) const noexcept {
  const std::uint32_t offset = load_u32(bytes_ + kHeaderBytes + std::size_t{number} * kStringBytes);
  return reinterpret_cast<const char*>(bytes_ + text_at_ + offset);
}

ManifestView::File ManifestView::file(std::uint32_t number) const noexcept {
  return {.path = load_u32(bytes_ + files_at_ + std::size_t{number} * kFileBytes),
          .digest = load_digest(bytes_ + digests_at_ + std::size_t{number} * kDigestBytes)};
}

ManifestView::Group ManifestView::group(std::uint32_t number) const noexcept {
  const std::byte* at = bytes_ + groups_at_ + std::size_t{number} * kGroupBytes;
  std::uint64_t mark = 0;
  std::memcpy(&mark, at + 16, sizeof mark);
  return {.directory = load_u32(at),
          .names = indices(load_u32(at + 4), load_u32(at + 8)),
          .mark = mark | 1};
}

util::Digest ManifestView::result_key(std::uint32_t result) const noexcept {
  return load_digest(bytes_ + results_at_ + std::size_t{result} * kResultBytes);
}

std::uint32_t ManifestView::compile_ms(std::uint32_t result) const noexcept {
  return load_u32(bytes_ + results_at_ + std::size_t{result} * kResultBytes + 48);
}

std::span<const std::uint32_t> ManifestView::result_files(std::uint32_t result) const noexcept {
  const std::byte* at = bytes_ + results_at_ + std::size_t{result} * kResultBytes;
  return indices(load_u32(at + 32), load_u32(at + 36));
}

std::pair<std::uint32_t, std::uint32_t> ManifestView::result_groups(
    std::uint32_t result) const noexcept {
  const std::byte* at = bytes_ + results_at_ + std::size_t{result} * kResultBytes;
  return {load_u32(at + 40), load_u32(at + 44)};
}

std::span<const std::uint32_t> ManifestView::indices(std::uint32_t first,
                                                     std::uint32_t count) const noexcept {
  // Every section before the indices is a multiple of four bytes long.
  const auto* all = reinterpret_cast<const std::uint32_t*>(bytes_ + indices_at_);
  return {all + first, count};
}

std::vector<ManifestResult> ManifestView::decode() const {
  std::vector<ManifestResult> decoded;
  decoded.reserve(results_);
  for (std::uint32_t i = 0; i < results_; ++i) {
    ManifestResult& result = decoded.emplace_back();
    result.key = result_key(i);
    result.compile_ms = compile_ms(i);
    for (const std::uint32_t number : result_files(i)) {
      const File input = file(number);
      result.files.push_back({string(input.path), input.digest});
    }
    const auto range = result_groups(i);
    for (std::uint32_t number = range.first; number < range.first + range.second; ++number) {
      const Group from = group(number);
      AbsentGroup& absent = result.absent.emplace_back();
      absent.directory = string(from.directory);
      for (const std::uint32_t name : from.names) absent.names.emplace_back(string(name));
    }
  }
  return decoded;
}

}  // namespace larder::compile
