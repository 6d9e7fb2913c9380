#pragma once

#include "compile/file_digests.h"
#include "compile/manifest.h"
#include "compile/project_root.h"
#include "util/helper.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// What became of a file since a result was stored, so that it does not hold.
struct FileChange {
  enum class Kind : std::uint8_t {
    changed,
    gone,      ///< Or it cannot be read.
    appeared,  ///< Where the compiler had looked for it and not found it.
    moved,     ///< The project's root, which the result may hold, is another one.
  };

  Kind kind = Kind::changed;
  std::string path;  ///< As the compiler spelled it.
};

/// "changed", "gone" or "appeared".
std::string_view to_string(FileChange::Kind kind) noexcept;

/// What a manifest says about the files as they are now.
struct ManifestVerdict {
  std::optional<std::uint32_t> result = {};  ///< The number of the newest result that holds.
  std::optional<FileChange> change = {};     ///< Else the first that keeps the newest from holding.
};

/// Checks the results of a manifest against the file system, newest first. One `stat` for each
/// distinct path at most, however many results name it, and one for each directory that something
/// must be absent from. Two threads look at the files if there are a thousand. One thread at a
/// time.
class Lookup {
 public:
  /// `root`: what the manifest's paths are told in terms of, if anything.
  Lookup(const Manifest& manifest, FileDigests& digests, util::Helper& helper,
         const ProjectRoot* root = nullptr);

  ManifestVerdict run();

 private:
  enum class State : std::uint8_t { unknown, holds, differs };

  [[nodiscard]] bool holds(std::uint32_t result, std::optional<FileChange>* change);
  [[nodiscard]] bool file_holds(std::uint32_t number);
  [[nodiscard]] util::Digest digest_of_files(Manifest::Numbers files);
  [[nodiscard]] FileChange change_of_file(std::uint32_t number);
  [[nodiscard]] bool group_holds(std::uint32_t number);
  [[nodiscard]] FileChange change_of_group(std::uint32_t number);
  [[nodiscard]] bool is_absent(const Manifest::Group& group);
  [[nodiscard]] bool has_no_module(const Manifest::Group& group);
  void look_at_many(Manifest::Numbers files);
  const std::optional<util::Digest>& current_digest(std::uint32_t path);
  [[nodiscard]] std::optional<util::Digest> digest_of_fact(const char* input) const;
  [[nodiscard]] const char* spelled_path(const char* told);
  [[nodiscard]] std::string spelled(std::string_view told) const;

  const Manifest& manifest_;
  FileDigests& digests_;
  util::Helper& helper_;
  const ProjectRoot* root_;
  std::string spelled_;  // spelled_path()'s last
  std::vector<State> files_;
  std::vector<State> groups_;
  std::vector<std::optional<util::Digest>> current_;  // by string's number; absent: no such file
  std::vector<bool> is_current_known_;
  std::string appeared_;  // the file that is_absent() found last
};

}  // namespace larder::compile
