#include "compile/cache.h"

#include "compile/manifest_layout.h"
#include "util/try.h"

#include <array>
#include <utility>

namespace larder::compile {
namespace {

Result<Name> manifest_blob_name() { return Name::parse("manifest"); }

/// What is corrupt counts as absent: the store has removed it.
template <typename T>
Result<std::optional<T>> absent_if_corrupt(Result<std::optional<T>> result) {
  if (!result && result.error().code() == ErrorCode::corrupt) return std::optional<T>();
  return result;
}

}  // namespace

Result<Cache> Cache::open(Store& root) {
  LARDER_TRY(const Name manifest, Name::parse("manifest"));
  LARDER_TRY(const Name compile, Name::parse("compile"));
  LARDER_TRY(auto manifests, root.in_namespace(manifest));
  LARDER_TRY(auto results, root.in_namespace(compile));
  return Cache(std::move(manifests), std::move(results));
}

Result<std::optional<util::ByteBuffer>> Cache::read_manifest(const util::Digest& key) {
  LARDER_TRY(const Name name, manifest_blob_name());
  LARDER_TRY(const auto blob, absent_if_corrupt(manifests_->get(key_of(key), name)));
  if (!blob) return std::optional<util::ByteBuffer>();
  auto bytes = blob->read();
  if (bytes) return std::optional(*std::move(bytes));
  if (bytes.error().code() == ErrorCode::corrupt) return std::optional<util::ByteBuffer>();
  return fail(std::move(bytes).error());
}

Result<std::optional<FoundResult>> Cache::read_result(const ManifestView& manifest,
                                                      std::uint32_t number) {
  const util::Digest key = manifest.result_key(number);
  LARDER_TRY(auto entry, absent_if_corrupt(results_->get_entry(key_of(key))));
  if (!entry) return std::optional<FoundResult>();
  return std::optional(FoundResult{*std::move(entry), key, manifest.compile_ms(number)});
}

Result<ManifestLookup> Cache::find(const util::Digest& manifest, FileDigests& digests,
                                   const ProjectRoot* root) {
  LARDER_TRY(const auto bytes, read_manifest(manifest));
  if (!bytes) return ManifestLookup{};
  const auto view = ManifestView::open(*bytes);
  if (!view) return ManifestLookup{};  // of another version, or garbage: replaced by the next miss
  ManifestVerdict verdict = Lookup(*view, digests, root).run();
  if (!verdict.result) {
    ManifestLookup lookup{.outcome = ManifestLookup::Outcome::changed};
    lookup.change = std::move(verdict.change);
    return lookup;
  }
  LARDER_TRY(auto found, read_result(*view, *verdict.result));
  if (!found) return ManifestLookup{.outcome = ManifestLookup::Outcome::evicted};
  return ManifestLookup{.outcome = ManifestLookup::Outcome::found, .found = std::move(found)};
}

Result<std::optional<FoundResult>> Cache::find_preprocessed(const util::Digest& text) {
  LARDER_TRY(const auto bytes, read_manifest(text));
  if (!bytes) return std::optional<FoundResult>();
  const auto view = ManifestView::open(*bytes);
  if (!view || view->result_count() == 0) return std::optional<FoundResult>();
  return read_result(*view, 0);
}

Result<void> Cache::put_result(const util::Digest& key, std::span<const NamedSource> blobs) {
  return results_->put_entry(key_of(key), blobs);
}

Result<void> Cache::remove_result(const util::Digest& key) { return results_->remove(key_of(key)); }

Result<void> Cache::put_manifest(const util::Digest& manifest, ManifestResult result) {
  std::vector<ManifestResult> results;
  const util::Digest key = result.key;
  results.push_back(std::move(result));
  LARDER_TRY(const auto bytes, read_manifest(manifest));
  if (bytes) {
    const auto view = ManifestView::open(*bytes);
    auto known = view ? view->decode() : std::vector<ManifestResult>();
    for (ManifestResult& old : known) {
      if (old.key != key) results.push_back(std::move(old));
    }
  }
  LARDER_TRY(const Name name, manifest_blob_name());
  const util::ByteBuffer encoded = encode_manifest(results);
  const std::array blobs = {NamedSource{name, BlobSource::from_bytes(encoded)}};
  return manifests_->put_entry(key_of(manifest), blobs);
}

Result<void> Cache::put_preprocessed(const util::Digest& text, const util::Digest& result,
                                     std::uint32_t compile_ms) {
  return put_manifest(text, {.key = result, .files = {}, .absent = {}, .compile_ms = compile_ms});
}

}  // namespace larder::compile
