#pragma once

#include "compile/description.h"
#include "compile/file_digests.h"
#include "compile/invocation.h"
#include "compile/lookup.h"
#include "compile/manifest.h"
#include "util/hash.h"
#include <larder/blob.h>
#include <larder/result.h>
#include <larder/store.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// A result that was found.
struct FoundResult {
  Entry entry;
  util::Digest key;
  std::uint32_t compile_ms = 0;  ///< What the compile took that made it.
};

/// What looking in a manifest came to.
struct ManifestLookup {
  enum class Outcome {
    found,
    unknown,  ///< There is no manifest: never compiled like this, or evicted.
    changed,  ///< A file that every known result read differs.
    evicted,  ///< A result holds, but its entry is gone.
  };

  Outcome outcome = Outcome::unknown;
  std::optional<FoundResult> found = {};
  std::optional<FileChange> change = {};  ///< For `changed`: the first file that differs.
};

/// One output of a compile, to be stored.
struct OutputFile {
  std::string blob_name;
  std::string path;
};

/// The compiler cache's two namespaces in a store: manifests and results. One thread at a time.
class Cache {
 public:
  static Result<Cache> open(Store& root);

  /// Finds the result that holds for the files as they are. Two reads of the store when it is a
  /// hit, one when it is not. Errors: those of the store; a corrupt entry counts as absent.
  /// `root`: in whose terms the manifest is told, if any.
  Result<ManifestLookup> find(const util::Digest& manifest, FileDigests& digests,
                              const ProjectRoot* root);

  /// Finds the result that a preprocessed text led to.
  Result<std::optional<FoundResult>> find_preprocessed(const util::Digest& text);

  /// Stores a result's entry.
  Result<void> put_result(const util::Digest& key, std::span<const NamedSource> blobs);

  Result<void> remove_result(const util::Digest& key);

  /// Puts a result first in a manifest, before those known already. Two processes doing so at once
  /// may lose one, which is a miss.
  Result<void> put_manifest(const util::Digest& manifest, ManifestResult result);

  /// Remembers which result a preprocessed text led to.
  Result<void> put_preprocessed(const util::Digest& text, const util::Digest& result,
                                std::uint32_t compile_ms);

 private:
  Cache(std::unique_ptr<Store> manifests, std::unique_ptr<Store> results)
      : manifests_(std::move(manifests)), results_(std::move(results)) {}

  Result<std::optional<util::ByteBuffer>> read_manifest(const util::Digest& key);
  Result<std::optional<FoundResult>> read_result(const ManifestView& manifest,
                                                 std::uint32_t number);

  std::unique_ptr<Store> manifests_;
  std::unique_ptr<Store> results_;
};

}  // namespace larder::compile
