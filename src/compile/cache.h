#pragma once

#include "compile/description.h"
#include "compile/file_digests.h"
#include "compile/invocation.h"
#include "compile/lookup.h"
#include "compile/manifest.h"
#include "compile/stores.h"
#include "util/hash.h"
#include "util/helper.h"
#include <larder/blob.h>
#include <larder/result.h>
#include <larder/store.h>

#include <functional>
#include <map>
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

/// The compiler cache's two namespaces in stores here and elsewhere: manifests and results. What is
/// here is asked first, and nothing else when it has a result that holds. One thread at a time.
class Cache {
 public:
  /// `stores` must outlive it, and so must `helper`, which does what can be done beside.
  static Result<Cache> open(const Stores& stores, util::Helper& helper);

  /// Finds the result that holds for the files as they are. Two reads of the store here when it is
  /// a hit. Where it is none, other machines' stores are asked as well: for a manifest that is not
  /// here; for their version of one that is, if none of its results will do; for a result that is
  /// not here. Errors: those of the store here, if it is the only one; a corrupt entry counts as
  /// absent. `root`: in whose terms the manifest is told, if any.
  Result<ManifestLookup> find(const util::Digest& manifest, FileDigests& digests,
                              const ProjectRoot* root);

  /// Finds the result that a preprocessed text led to.
  Result<std::optional<FoundResult>> find_preprocessed(const util::Digest& text);

  using BlobsToPut = std::function<std::span<const NamedSource>()>;

  /// Stores a result's entry: by the helper, if it is there for something else already, while this
  /// thread does `meanwhile`. Who stores it calls `blobs`, once.
  Result<void> put_result(const util::Digest& key, const BlobsToPut& blobs,
                          const std::function<void()>& meanwhile);

  Result<void> remove_result(const util::Digest& key);

  /// A manifest with a result first, before those known already here and elsewhere.
  Result<util::ByteBuffer> make_manifest(const util::Digest& manifest, ManifestResult result);

  /// Puts what make_manifest() has made, here and then elsewhere. Two processes doing both at once
  /// may lose one's result, which is a miss.
  Result<void> put_manifest(const util::Digest& manifest, util::ByteSpan bytes);
  /// Both.
  Result<void> put_manifest(const util::Digest& manifest, ManifestResult result);

  /// Remembers which result a preprocessed text led to.
  Result<void> put_preprocessed(const util::Digest& text, const util::Digest& result,
                                std::uint32_t compile_ms);

 private:
  using Bytes = std::optional<util::ByteBuffer>;

  /// The two namespaces of one store.
  struct Namespaces {
    std::unique_ptr<Store> manifests;
    std::unique_ptr<Store> results;

    static Result<Namespaces> of(Store& root);
  };

  /// The stores that are not only here.
  struct Far {
    FarStores stores;
    Namespaces all;
    std::unique_ptr<Store> manifests_elsewhere;
  };

  Cache(const Stores& stores, util::Helper& helper, Namespaces here)
      : stores_(&stores), helper_(&helper), here_(std::move(here)) {}

  [[nodiscard]] bool has_far() const noexcept { return static_cast<bool>(stores_->open_far); }
  Far* far();
  Result<Far> open_far() const;
  /// Where puts go.
  Namespaces& all();

  Result<Bytes> read_manifest_here(const util::Digest& key);
  const Bytes& fetch_manifest(const util::Digest& key);
  const Bytes& manifest_elsewhere(const util::Digest& key);
  const Bytes& keep_far(const util::Digest& key, Result<Bytes> bytes);
  Result<std::optional<Entry>> read_result(const util::Digest& key);
  Result<ManifestLookup> look_in(util::ByteSpan manifest, FileDigests& digests,
                                 const ProjectRoot* root);
  void adopt(const util::Digest& manifest, const util::Digest& found, util::ByteSpan ours,
             util::ByteSpan theirs);

  const Stores* stores_;
  util::Helper* helper_;
  Namespaces here_;
  bool is_far_opened_ = false;
  std::optional<Far> far_;
  std::map<util::Digest, Bytes> far_manifests_;  // as other machines have them, once asked for
};

}  // namespace larder::compile
