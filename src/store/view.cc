#include "store/view.h"

#include "util/bytes.h"
#include "util/try.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace larder::store {
namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// What all views of one store share.
struct Root {
  std::shared_ptr<Backend> backend;     // shared with the tiers that it may become one of
  std::shared_ptr<PutFlights> flights;  // shared with the caller of make_store
};

/// A limit on everything at or under a namespace.
struct Limit {
  NamespacePath below;
  std::uint64_t max_bytes = kUnlimited;
};

void append_field(std::string& text, std::string_view field) {
  const auto size = static_cast<std::uint32_t>(field.size());
  text += util::as_text(std::as_bytes(std::span(&size, 1)));
  text += field;
}

/// The Store of one namespace.
class View final : public Store {
 public:
  View(std::shared_ptr<const Root> root, NamespacePath path, std::vector<Limit> limits)
      : root_(std::move(root)), path_(std::move(path)), limits_(std::move(limits)) {
    for (const Limit& limit : limits_)
      max_entry_bytes_ = std::min(max_entry_bytes_, limit.max_bytes);
  }

  Result<std::optional<Blob>> get(const Key& key, const Name& name) override {
    return backend().get({path_, key}, name);
  }

  Result<void> put(const Key& key, const Name& name, const BlobSource& value) override {
    LARDER_CHECK(root_->flights->run(flight_key(key, name.text()), [&] {
      return backend().put({path_, key}, {name, value}, max_entry_bytes_);
    }));
    keep_limits(key);
    return {};
  }

  Result<bool> has(const Key& key) override { return backend().has({path_, key}); }

  Result<std::optional<Entry>> get_entry(const Key& key) override {
    return backend().get_entry({path_, key});
  }

  Result<void> put_entry(const Key& key, std::span<const NamedSource> blobs) override {
    LARDER_CHECK(root_->flights->run(flight_key(key, {}), [&] {
      return backend().put_entry({path_, key}, blobs, max_entry_bytes_);
    }));
    keep_limits(key);
    return {};
  }

  Result<void> remove(const Key& key) override { return backend().remove({path_, key}); }
  Result<StoreStats> stats() override { return backend().stats(path_); }
  Result<CleanReport> clean(const CleanOptions& options) override {
    return backend().clean(path_, options);
  }
  Result<void> entries(const EntryVisitor& visit) override {
    return backend().entries(path_, visit);
  }
  Result<VerifyReport> verify(const VerifyOptions& options) override {
    return backend().verify(path_, options);
  }
  [[nodiscard]] std::string dir() const override { return backend().dir(path_); }

  [[nodiscard]] Result<std::unique_ptr<Store>> in_namespace(
      const Name& prefix, const NamespaceOptions& options) override {
    LARDER_TRY(NamespacePath path, path_.child(prefix));
    std::vector<Limit> limits = limits_;
    if (options.max_bytes) limits.push_back({path, *options.max_bytes});
    return std::make_unique<View>(root_, std::move(path), std::move(limits));
  }

  /// Nullopt unless this is the root.
  [[nodiscard]] std::optional<RootStore> as_root() const {
    if (!path_.is_root()) return std::nullopt;
    RootStore root{.backend = root_->backend};
    if (!limits_.empty()) root.max_bytes = limits_.front().max_bytes;
    return root;
  }

 private:
  [[nodiscard]] Backend& backend() const { return *root_->backend; }

  /// What makes two puts the same: where they go, and what they may occupy, for a view with a
  /// limit must not take the outcome of one without. `name` is empty for a whole entry.
  [[nodiscard]] std::string flight_key(const Key& key, std::string_view name) const {
    std::string text;
    append_field(text, path_.text());
    append_field(text, util::as_text(key.bytes()));
    append_field(text, name);
    append_field(text, util::as_text(std::as_bytes(std::span(&max_entry_bytes_, 1))));
    return text;
  }

  /// Evicts for every limit that a put of `key` may have passed, the innermost first.
  void keep_limits(const Key& key) {
    for (auto limit = limits_.rbegin(); limit != limits_.rend(); ++limit) {
      // The put has succeeded and must not be reported as failed; what could not be evicted now
      // is evicted after a later put.
      (void)backend().evict(limit->below, limit->max_bytes, {path_, key});
    }
  }

  std::shared_ptr<const Root> root_;  // shared with the other views
  NamespacePath path_;
  std::vector<Limit> limits_;  // from the root inwards
  std::uint64_t max_entry_bytes_ = kUnlimited;
};

}  // namespace

std::unique_ptr<Store> make_store(std::unique_ptr<Backend> backend,
                                  std::optional<std::uint64_t> max_bytes,
                                  std::shared_ptr<PutFlights> flights) {
  if (!flights) flights = std::make_shared<PutFlights>();
  std::vector<Limit> limits;
  if (max_bytes) limits.push_back({NamespacePath(), *max_bytes});
  auto root = std::make_shared<const Root>(Root{std::move(backend), std::move(flights)});
  return std::make_unique<View>(std::move(root), NamespacePath(), std::move(limits));
}

std::optional<RootStore> root_of(const Store& store) {
  const auto* view = dynamic_cast<const View*>(&store);
  return view != nullptr ? view->as_root() : std::nullopt;
}

}  // namespace larder::store
