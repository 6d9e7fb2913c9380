#pragma once

#include "util/bytes.h"
#include "util/hash.h"
#include <larder/result.h>

#include <span>
#include <string>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// A file that a compile read, as the compiler spelled it, and what it held.
struct InputFile {
  std::string path;
  util::Digest digest;
};

/// Names that a compile looked for in a directory and did not find.
struct AbsentGroup {
  std::string directory;
  std::vector<std::string> names;

  friend bool operator==(const AbsentGroup&, const AbsentGroup&) = default;
  friend auto operator<=>(const AbsentGroup&, const AbsentGroup&) = default;
};

/// One known result of a compile, and when it holds.
struct ManifestResult {
  util::Digest key = {};  ///< Of the entry in namespace `compile`.
  std::vector<InputFile> files = {};
  std::vector<AbsentGroup> absent = {};
  std::uint32_t compile_ms = 0;  ///< What the compile took; what a hit saves.
};

/// A manifest's bytes. Keeps the first 32 results.
util::ByteBuffer encode_manifest(std::span<const ManifestResult> results);

/// Where in an encoded manifest its digests begin, which no compression makes smaller.
std::size_t digests_begin(util::ByteSpan manifest);

/// A manifest read in place: refers to the bytes, which must outlive it. Every index has been
/// checked when it opens. Thread-safe.
class ManifestView {
 public:
  /// Errors: corrupt.
  static Result<ManifestView> open(util::ByteSpan bytes);

  struct File {
    std::uint32_t path = 0;  ///< A string's number; equal paths have equal numbers.
    util::Digest digest;
  };
  struct Group {
    std::uint32_t directory = 0;           ///< A string's number.
    std::span<const std::uint32_t> names;  ///< Strings' numbers.
    std::uint64_t mark = 0;                ///< Of the names; odd.
  };

  [[nodiscard]] std::uint32_t string_count() const noexcept { return strings_; }
  [[nodiscard]] std::uint32_t file_count() const noexcept { return files_; }
  [[nodiscard]] std::uint32_t result_count() const noexcept { return results_; }
  [[nodiscard]] std::uint32_t group_count() const noexcept { return groups_; }

  /// NUL-terminated.
  [[nodiscard]] const char* string(std::uint32_t number) const noexcept;
  [[nodiscard]] File file(std::uint32_t number) const noexcept;
  [[nodiscard]] Group group(std::uint32_t number) const noexcept;

  [[nodiscard]] util::Digest result_key(std::uint32_t result) const noexcept;
  [[nodiscard]] std::uint32_t compile_ms(std::uint32_t result) const noexcept;
  /// Files' numbers.
  [[nodiscard]] std::span<const std::uint32_t> result_files(std::uint32_t result) const noexcept;
  /// The first group's number and how many.
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> result_groups(
      std::uint32_t result) const noexcept;

  /// All of it as values, for adding a result.
  [[nodiscard]] std::vector<ManifestResult> decode() const;

 private:
  ManifestView() = default;
  [[nodiscard]] bool is_sound() const noexcept;
  [[nodiscard]] std::span<const std::uint32_t> indices(std::uint32_t first,
                                                       std::uint32_t count) const noexcept;

  const std::byte* bytes_ = nullptr;
  std::uint32_t strings_ = 0;
  std::uint32_t files_ = 0;
  std::uint32_t results_ = 0;
  std::uint32_t groups_ = 0;
  std::uint32_t indices_ = 0;
  std::uint32_t text_bytes_ = 0;
  // Where each section begins, in bytes from bytes_.
  std::size_t files_at_ = 0;
  std::size_t results_at_ = 0;
  std::size_t groups_at_ = 0;
  std::size_t indices_at_ = 0;
  std::size_t text_at_ = 0;
  std::size_t digests_at_ = 0;
};

}  // namespace larder::compile
