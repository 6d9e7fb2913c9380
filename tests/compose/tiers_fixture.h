#pragma once

#include "compose/tiers.h"
#include "conformance/conformance.h"
#include "support/backend_double.h"
#include "support/data.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Tiers of three doubles, and short calls of a backend's operations.
namespace larder::compose {

using conformance::Blobs;
using conformance::code_of;
using conformance::noise_text;
using store::Backend;
using store::NamespacePath;
using support::BackendDouble;
using support::key_of;
using support::name_of;
using PackPtr = std::shared_ptr<const store::PackBytes>;

inline constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

inline Result<void> try_put(Backend& backend, std::string_view key, const Blobs& blobs) {
  std::vector<NamedSource> sources;
  for (const auto& [name, value] : blobs) {
    sources.push_back({name_of(name), BlobSource::from_text(value)});
  }
  return backend.put_entry({NamespacePath(), key_of(key)}, sources, kUnlimited);
}

inline void put(Backend& backend, std::string_view key, const Blobs& blobs) {
  const auto done = try_put(backend, key, blobs);
  ASSERT_TRUE(done) << done.error().message();
}

inline Result<void> put_blob(Backend& backend, std::string_view key, std::string_view name,
                             std::string_view value) {
  return backend.put({NamespacePath(), key_of(key)}, {name_of(name), BlobSource::from_text(value)},
                     kUnlimited);
}

inline Result<std::optional<Entry>> try_get(Backend& backend, std::string_view key) {
  return backend.get_entry({NamespacePath(), key_of(key)});
}

/// Empty if there is no entry.
inline Blobs get(Backend& backend, std::string_view key) {
  Blobs blobs;
  const auto entry = try_get(backend, key);
  EXPECT_TRUE(entry) << entry.error().message();
  if (!entry || !*entry) return blobs;
  for (const auto& [name, blob] : (*entry)->blobs) {
    blobs[name.text()] = support::text_of(blob.read().value());
  }
  return blobs;
}

inline std::optional<std::string> get_blob(Backend& backend, std::string_view key,
                                           std::string_view name) {
  const auto blob = backend.get({NamespacePath(), key_of(key)}, name_of(name)).value();
  return blob ? std::optional(support::text_of(blob->read().value())) : std::nullopt;
}

inline bool has(Backend& backend, std::string_view key) {
  return backend.has({NamespacePath(), key_of(key)}).value();
}

inline Result<PackPtr> get_pack(Backend& backend, std::string_view key) {
  return backend.get_pack({NamespacePath(), key_of(key)});
}

inline util::ByteBuffer bytes_of(const store::PackBytes& pack) {
  util::ByteBuffer bytes(pack.size());
  EXPECT_TRUE(pack.read_at(0, bytes));
  return bytes;
}

/// The pack of an entry, with a bit of a blob flipped.
inline PackPtr damaged_pack(std::string_view key) {
  const auto backend = memory::make_backend({});
  put(*backend, key, {{"output", noise_text(5000)}});
  util::ByteBuffer bytes = bytes_of(**get_pack(*backend, key));
  bytes.back() ^= std::byte{1};
  return store::pack_bytes_of(std::make_shared<const util::ByteBuffer>(std::move(bytes)));
}

/// Three doubles as tiers.
class TiersTest : public testing::Test {
 protected:
  TiersTest() { remake(); }

  /// Makes the tiers again, of the same doubles.
  void remake(const std::function<void(std::vector<Tier>&)>& change = {}) {
    std::vector<Tier> list = {
        {.name = "first", .backend = first_},
        {.name = "second", .backend = second_},
        {.name = "third", .backend = third_},
    };
    if (change) change(list);
    tiers_ = make_tiers(std::move(list));
  }

  [[nodiscard]] std::vector<int> lookups() const {
    return {first_->lookups(), second_->lookups(), third_->lookups()};
  }

  std::shared_ptr<BackendDouble> first_ = std::make_shared<BackendDouble>("first:");
  std::shared_ptr<BackendDouble> second_ = std::make_shared<BackendDouble>("second:");
  std::shared_ptr<BackendDouble> third_ = std::make_shared<BackendDouble>("third:");
  std::unique_ptr<TieredBackend> tiers_;
};

inline const Blobs kOld = {{"output", "old"}, {"stderr", "old"}};
inline const Blobs kNew = {{"exit_code", "new"}, {"output", "new"}};

}  // namespace larder::compose
