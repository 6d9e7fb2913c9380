#include "compile/cache.h"

#include "compile/manifest_entry.h"
#include "compile/result_ahead.h"
#include "util/try.h"

#include <algorithm>
#include <utility>

namespace larder::compile {
namespace {

constexpr std::string_view kManifests = "manifest";
constexpr std::string_view kResults = "compile";

Result<std::unique_ptr<Store>> open_namespace(Store& root, std::string_view name) {
  LARDER_TRY(const Name parsed, Name::parse(name));
  return root.in_namespace(parsed);
}

/// What is corrupt counts as absent: the store has removed it.
template <typename T>
Result<std::optional<T>> absent_if_corrupt(Result<std::optional<T>> result) {
  if (!result && result.error().code() == ErrorCode::corrupt) return std::optional<T>();
  return result;
}

Result<std::optional<util::ByteBuffer>> read_manifest(Store& manifests, const util::Digest& key) {
  LARDER_TRY(const auto entry, absent_if_corrupt(manifests.get_entry(key_of(key))));
  if (!entry) return std::optional<util::ByteBuffer>();
  return absent_if_corrupt(manifest_in(*entry));
}

/// Adds the results of a manifest that are not among them yet.
void append_results(std::vector<ManifestResult>& results, util::ByteSpan manifest) {
  const auto decoded = Manifest::decode(manifest);
  auto known = decoded ? decoded->results() : std::vector<ManifestResult>();
  for (ManifestResult& old : known) {
    if (std::ranges::find(results, old.key, &ManifestResult::key) == results.end()) {
      results.push_back(std::move(old));
    }
  }
}

FoundResult found_result(const Manifest& manifest, std::uint32_t number, Entry entry) {
  return {std::move(entry), manifest.result_key(number), manifest.compile_ms(number)};
}

}  // namespace

// What there is

Result<Cache::Namespaces> Cache::Namespaces::of(Store& root) {
  LARDER_TRY(auto manifests, open_namespace(root, kManifests));
  LARDER_TRY(auto results, open_namespace(root, kResults));
  return Namespaces{std::move(manifests), std::move(results)};
}

Result<Cache> Cache::open(const Stores& stores, util::Helper& helper) {
  LARDER_TRY(Namespaces here, Namespaces::of(*stores.here));
  return Cache(stores, helper, std::move(here));
}

Result<Cache::Far> Cache::open_far() const {
  LARDER_TRY(FarStores stores, stores_->open_far());
  LARDER_TRY(Namespaces all, Namespaces::of(*stores.all));
  LARDER_TRY(auto elsewhere, open_namespace(*stores.elsewhere, kManifests));
  return Far{std::move(stores), std::move(all), std::move(elsewhere)};
}

/// The far stores, opened when they are first asked for; nullptr where there are none.
Cache::Far* Cache::far() {
  if (!has_far()) return nullptr;
  if (!std::exchange(is_far_opened_, true)) {
    // Where they cannot be opened, what is here has to do.
    if (auto opened = open_far()) far_ = *std::move(opened);
  }
  return far_ ? &*far_ : nullptr;
}

Cache::Namespaces& Cache::all() {
  Far* const far = this->far();
  return far != nullptr ? far->all : here_;
}

// Manifests

Result<Cache::Bytes> Cache::read_manifest_here(const util::Digest& key) {
  auto bytes = read_manifest(*here_.manifests, key);
  // A store that fails is skipped where there are others.
  if (!bytes && has_far()) return Bytes();
  return bytes;
}

/// Keeps what other machines' stores have said; what they failed with counts as absent.
const Cache::Bytes& Cache::keep_far(const util::Digest& key, Result<Bytes> bytes) {
  return far_manifests_[key] = bytes ? *std::move(bytes) : Bytes();
}

/// A manifest that is not here. If other machines have it, it is here afterwards.
const Cache::Bytes& Cache::fetch_manifest(const util::Digest& key) {
  Far* const far = this->far();
  if (far == nullptr) return keep_far(key, Bytes());
  return keep_far(key, read_manifest(*far->all.manifests, key));
}

/// The manifest as other machines have it, asked for once.
const Cache::Bytes& Cache::manifest_elsewhere(const util::Digest& key) {
  if (const auto known = far_manifests_.find(key); known != far_manifests_.end()) {
    return known->second;
  }
  Far* const far = this->far();
  if (far == nullptr) return keep_far(key, Bytes());
  return keep_far(key, read_manifest(*far->manifests_elsewhere, key));
}

Result<util::ByteBuffer> Cache::make_manifest(const util::Digest& manifest, ManifestResult result) {
  std::vector<ManifestResult> results;
  results.push_back(std::move(result));
  LARDER_TRY(const Bytes ours, read_manifest_here(manifest));
  if (ours) append_results(results, *ours);
  // What goes elsewhere takes the place of what is there.
  if (const Bytes& theirs = manifest_elsewhere(manifest)) append_results(results, *theirs);
  return encode_manifest(results);
}

Result<void> Cache::put_manifest(const util::Digest& manifest, util::ByteSpan bytes) {
  return put_manifest_entry(*all().manifests, key_of(manifest), bytes);
}

Result<void> Cache::put_manifest(const util::Digest& manifest, ManifestResult result) {
  LARDER_TRY(const util::ByteBuffer bytes, make_manifest(manifest, std::move(result)));
  return put_manifest(manifest, bytes);
}

/// Makes the manifest here know a result that only another machine's knew: first, because it holds
/// now. Nothing goes elsewhere, where it is known.
void Cache::adopt(const util::Digest& manifest, const util::Digest& found, util::ByteSpan ours,
                  util::ByteSpan theirs) {
  std::vector<ManifestResult> results;
  append_results(results, theirs);
  const auto at = std::ranges::find(results, found, &ManifestResult::key);
  if (at == results.end()) return;
  std::vector<ManifestResult> merged;
  merged.push_back(std::move(*at));
  append_results(merged, ours);
  append_results(merged, theirs);
  // Without it, the next compile asks elsewhere too.
  (void)put_manifest_entry(*here_.manifests, key_of(manifest), encode_manifest(merged));
}

// Lookups

Result<std::optional<Entry>> Cache::read_result(const util::Digest& key) {
  auto entry = absent_if_corrupt(here_.results->get_entry(key_of(key)));
  const bool is_here = entry && *entry;
  if (Far* const far = is_here ? nullptr : this->far()) {
    entry = absent_if_corrupt(far->all.results->get_entry(key_of(key)));
  }
  return entry;
}

Result<ManifestLookup> Cache::look_in(util::ByteSpan manifest, FileDigests& digests,
                                      const ProjectRoot* root) {
  const auto decoded = Manifest::decode(manifest);
  if (!decoded)
    return ManifestLookup{};  // of another version, or garbage: replaced by the next miss
  ResultAhead ahead(*here_.results, *helper_);
  if (decoded->result_count() != 0) {
    ahead.begin(decoded->result_key(0), decoded->result_files(0).size());
  }
  ManifestVerdict verdict = Lookup(*decoded, digests, *helper_, root).run();
  if (!verdict.result) {
    ManifestLookup lookup{.outcome = ManifestLookup::Outcome::changed};
    lookup.change = std::move(verdict.change);
    return lookup;
  }
  std::optional<Entry> entry = *verdict.result == 0 ? ahead.take() : std::nullopt;
  if (!entry) {
    LARDER_TRY(entry, read_result(decoded->result_key(*verdict.result)));
  }
  if (!entry) return ManifestLookup{.outcome = ManifestLookup::Outcome::evicted};
  ManifestLookup lookup{.outcome = ManifestLookup::Outcome::found};
  lookup.found = found_result(*decoded, *verdict.result, *std::move(entry));
  return lookup;
}

Result<ManifestLookup> Cache::find(const util::Digest& manifest, FileDigests& digests,
                                   const ProjectRoot* root) {
  LARDER_TRY(const Bytes ours, read_manifest_here(manifest));
  if (!ours) {
    const Bytes& fetched = fetch_manifest(manifest);
    return fetched ? look_in(*fetched, digests, root) : ManifestLookup{};
  }
  LARDER_TRY(ManifestLookup lookup, look_in(*ours, digests, root));
  if (lookup.found || !has_far()) return lookup;
  // Another machine may have compiled what the files are now.
  const Bytes& theirs = manifest_elsewhere(manifest);
  if (!theirs || theirs == ours) return lookup;
  auto other = look_in(*theirs, digests, root);
  if (!other || !other->found) return lookup;
  adopt(manifest, other->found->key, *ours, *theirs);
  return other;
}

Result<std::optional<FoundResult>> Cache::find_preprocessed(const util::Digest& text) {
  LARDER_TRY(Bytes bytes, read_manifest_here(text));
  if (!bytes) bytes = fetch_manifest(text);
  if (!bytes) return std::optional<FoundResult>();
  const auto decoded = Manifest::decode(*bytes);
  if (!decoded || decoded->result_count() == 0) return std::optional<FoundResult>();
  LARDER_TRY(auto entry, read_result(decoded->result_key(0)));
  if (!entry) return std::optional<FoundResult>();
  return std::optional(found_result(*decoded, 0, *std::move(entry)));
}

// Results

Result<void> Cache::put_result(const util::Digest& key, const BlobsToPut& blobs,
                               const std::function<void()>& meanwhile) {
  Store& results = *all().results;  // opened by this thread
  Result<void> outcome;
  const auto put = [&] { outcome = results.put_entry(key_of(key), blobs()); };
  util::Helper::Task putting = helper_->begin_if_started(put);
  meanwhile();
  if (!putting.finish()) put();
  return outcome;
}

Result<void> Cache::remove_result(const util::Digest& key) {
  return all().results->remove(key_of(key));
}

Result<void> Cache::put_preprocessed(const util::Digest& text, const util::Digest& result,
                                     std::uint32_t compile_ms) {
  ManifestResult known = {.key = result, .compile_ms = compile_ms};
  known.set_files({});
  return put_manifest(text, std::move(known));
}

}  // namespace larder::compile
