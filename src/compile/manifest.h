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

/// A file among a result's inputs. All their digests are in one, ManifestResult::files_digest; the
/// mark, a part of its own, tells which one differs.
struct ManifestFile {
  std::string path;
  std::uint32_t mark = 0;

  friend bool operator==(const ManifestFile&, const ManifestFile&) = default;
};

/// The mark of a file with this digest.
std::uint32_t mark_of(const util::Digest& digest) noexcept;

/// The digest that stands for all of these.
util::Digest digest_of_all(std::span<const util::Digest> digests) noexcept;

/// One known result of a compile, and when it holds.
struct ManifestResult {
  util::Digest key = {};                 ///< Of the entry in namespace `compile`.
  std::vector<ManifestFile> files = {};  ///< By path.
  util::Digest files_digest = {};        ///< digest_of_all() of them.
  std::vector<AbsentGroup> absent = {};
  std::uint32_t compile_ms = 0;  ///< What the compile took; what a hit saves.

  /// Sorts the inputs and sets `files` and `files_digest`.
  void set_files(std::vector<InputFile> inputs);
};

/// A manifest's bytes. Keeps the first 32 results.
util::ByteBuffer encode_manifest(std::span<const ManifestResult> results);

/// Where in an encoded manifest begins what no compression makes smaller.
std::size_t digests_begin(util::ByteSpan manifest);

/// A manifest, decoded: what a lookup goes through. Everything is numbered from 0, and every number
/// has been checked. Thread-safe.
class Manifest {
 public:
  /// Refers to nothing in the bytes. One allocation for each section. Errors: corrupt.
  static Result<Manifest> decode(util::ByteSpan bytes);

  using Numbers = std::span<const std::uint32_t>;

  struct File {
    std::uint32_t path = 0;  ///< A string's number; equal paths have equal numbers.
    std::uint32_t mark = 0;
  };
  struct Group {
    std::uint32_t directory = 0;  ///< A string's number.
    Numbers names;
    std::uint64_t mark = 0;  ///< Of the names; odd.
  };

  [[nodiscard]] std::size_t string_count() const noexcept { return strings_.size(); }
  [[nodiscard]] std::size_t file_count() const noexcept { return files_.size(); }
  [[nodiscard]] std::size_t group_count() const noexcept { return groups_.size(); }
  [[nodiscard]] std::size_t result_count() const noexcept { return results_.size(); }

  /// NUL-terminated.
  [[nodiscard]] const char* string(std::uint32_t number) const noexcept {
    return text_.data() + strings_[number];
  }
  [[nodiscard]] const char* name(std::uint32_t number) const noexcept {
    return text_.data() + names_[number];
  }
  [[nodiscard]] const File& file(std::uint32_t number) const noexcept { return files_[number]; }
  [[nodiscard]] Group group(std::uint32_t number) const noexcept;

  [[nodiscard]] const util::Digest& result_key(std::uint32_t result) const noexcept {
    return results_[result].key;
  }
  [[nodiscard]] const util::Digest& files_digest(std::uint32_t result) const noexcept {
    return results_[result].files_digest;
  }
  [[nodiscard]] std::uint32_t compile_ms(std::uint32_t result) const noexcept {
    return results_[result].compile_ms;
  }
  [[nodiscard]] Numbers result_files(std::uint32_t result) const noexcept {
    return numbers(results_[result].files);
  }
  [[nodiscard]] Numbers result_groups(std::uint32_t result) const noexcept {
    return numbers(results_[result].groups);
  }

  /// All of it as values, for adding a result.
  [[nodiscard]] std::vector<ManifestResult> results() const;

 private:
  friend class ManifestDecoder;

  struct Range {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  struct List {
    Range names;
    std::uint64_t mark = 0;
  };
  struct DirectoryList {
    std::uint32_t directory = 0;
    std::uint32_t list = 0;
  };
  struct StoredResult {
    util::Digest key;
    util::Digest files_digest;
    Range files;
    Range groups;
    std::uint32_t compile_ms = 0;
  };

  Manifest() = default;
  [[nodiscard]] Numbers numbers(Range range) const noexcept {
    return Numbers(numbers_).subspan(range.first, range.count);
  }

  std::vector<char> text_;              // All strings, a NUL behind each.
  std::vector<std::uint32_t> strings_;  // Where each begins in text_.
  std::vector<std::uint32_t> names_;    // The same.
  std::vector<File> files_;
  std::vector<List> lists_;
  std::vector<DirectoryList> groups_;
  std::vector<StoredResult> results_;
  std::vector<std::uint32_t> numbers_;  // What the ranges are of.
};

}  // namespace larder::compile
