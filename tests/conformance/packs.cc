#include "conformance/packs.h"

#include "conformance/conformance.h"
#include "store/pack_layout.h"
#include "support/data.h"

#include <limits>

/// Whole packs, from one backend to another.
namespace larder::conformance {

std::ostream& operator<<(std::ostream& out, const BackendPair& pair) {
  return out << pair.from.name << " to " << pair.to.name;
}

std::vector<BackendPair> all_pairs(const std::vector<BackendFactory>& factories) {
  std::vector<BackendPair> pairs;
  for (const BackendFactory& from : factories) {
    for (const BackendFactory& to : factories) pairs.push_back({from, to});
  }
  return pairs;
}

std::string name_of_pair(const testing::TestParamInfo<BackendPair>& info) {
  return info.param.from.name + "_to_" + info.param.to.name;
}

namespace {

using store::Address;
using store::Backend;
using store::NamespacePath;
using support::key_of;
using support::name_of;
using PackPtr = std::shared_ptr<const store::PackBytes>;

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

// A backend that entries do not move to has no use for it.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PackConformance);

/// The entry that tests move, and its place.
struct Place {
  NamespacePath ns = NamespacePath::parse("compile/tenant").value();
  Key key = key_of("key");

  [[nodiscard]] Address address() const { return {ns, key}; }
};

/// Blobs of all codecs and placings, with gaps between them.
Blobs sample() {
  return {{"empty", ""},
          {"noise", noise_text(100'001)},
          {"small", "a few bytes"},
          {"text", std::string(500'000, 'x')}};
}

void put(Backend& backend, const Address& address, const Blobs& blobs) {
  std::vector<NamedSource> sources;
  for (const auto& [name, value] : blobs) {
    sources.push_back({name_of(name), BlobSource::from_text(value)});
  }
  ASSERT_TRUE(backend.put_entry(address, sources, kUnlimited));
}

/// Empty if there is no entry.
Blobs blobs_of(Backend& backend, const Address& address) {
  Blobs blobs;
  const auto entry = backend.get_entry(address).value();
  if (!entry) return blobs;
  for (const auto& [name, blob] : entry->blobs) {
    blobs[name.text()] = support::text_of(blob.read().value());
  }
  return blobs;
}

PackPtr pack_of(Backend& backend, const Address& address) {
  return backend.get_pack(address).value();
}

util::ByteBuffer bytes_of(const store::PackBytes& pack) {
  util::ByteBuffer bytes(pack.size());
  EXPECT_TRUE(pack.read_at(0, bytes));
  return bytes;
}

PackPtr pack_from(util::ByteBuffer bytes) {
  return store::pack_bytes_of(std::make_shared<const util::ByteBuffer>(std::move(bytes)));
}

TEST_P(PackConformance, MovesAnEntry) {
  const Place place;
  put(*from_, place.address(), sample());

  ASSERT_TRUE(to_->put_pack(place.address(), pack_of(*from_, place.address()), kUnlimited));

  EXPECT_TRUE(blobs_of(*to_, place.address()) == sample());
  EXPECT_EQ(to_->stats({})->entries, 1U);
  EXPECT_EQ(to_->verify({}, {})->entries, 1U);
}

TEST_P(PackConformance, MovesAnEntryOfTheRootAndOneWithManyBlobs) {
  const NamespacePath root;
  const Key key = key_of("k");
  Blobs blobs;
  for (int i = 0; i < 256; ++i) blobs["blob " + std::to_string(i)] = std::to_string(i);
  put(*from_, {root, key}, blobs);

  ASSERT_TRUE(to_->put_pack({root, key}, pack_of(*from_, {root, key}), kUnlimited));

  EXPECT_TRUE(blobs_of(*to_, {root, key}) == blobs);
}

TEST_P(PackConformance, HasNoPackOfWhatItDoesNotHold) {
  const Place place;
  EXPECT_EQ(pack_of(*from_, place.address()), nullptr);

  put(*from_, place.address(), sample());
  EXPECT_EQ(pack_of(*from_, {NamespacePath(), place.key}), nullptr);
  EXPECT_EQ(pack_of(*from_, {place.ns, key_of("other")}), nullptr);
}

TEST_P(PackConformance, ReplacesTheEntryThatIsThere) {
  const Place place;
  put(*from_, place.address(), sample());
  put(*to_, place.address(), {{"old", "value"}, {"small", "old too"}});

  ASSERT_TRUE(to_->put_pack(place.address(), pack_of(*from_, place.address()), kUnlimited));

  EXPECT_TRUE(blobs_of(*to_, place.address()) == sample());
  EXPECT_EQ(to_->stats({})->entries, 1U);
}

TEST_P(PackConformance, LetsAHolderKeepThePackOfAReplacedAndARemovedEntry) {
  const Place place;
  put(*from_, place.address(), sample());
  const PackPtr replaced = pack_of(*from_, place.address());
  put(*from_, place.address(), {{"new", "value"}});
  const PackPtr removed = pack_of(*from_, place.address());
  ASSERT_TRUE(from_->remove(place.address()));

  ASSERT_TRUE(to_->put_pack(place.address(), replaced, kUnlimited));
  EXPECT_TRUE(blobs_of(*to_, place.address()) == sample());
  ASSERT_TRUE(to_->put_pack(place.address(), removed, kUnlimited));
  EXPECT_EQ(blobs_of(*to_, place.address()), (Blobs{{"new", "value"}}));
}

TEST_P(PackConformance, RefusesThePackOfAnotherAddress) {
  const Place place;
  put(*from_, place.address(), sample());
  const PackPtr pack = pack_of(*from_, place.address());

  EXPECT_EQ(code_of(to_->put_pack({NamespacePath(), place.key}, pack, kUnlimited)),
            ErrorCode::corrupt);
  EXPECT_EQ(code_of(to_->put_pack({place.ns, key_of("other")}, pack, kUnlimited)),
            ErrorCode::corrupt);

  EXPECT_EQ(*to_->stats({}), StoreStats());
}

TEST_P(PackConformance, RefusesADamagedPackAndKeepsWhatIsThere) {
  const Place place;
  put(*from_, place.address(), sample());
  put(*to_, place.address(), {{"old", "value"}});
  const StoreStats before = *to_->stats({});
  const util::ByteBuffer sound = bytes_of(*pack_of(*from_, place.address()));
  std::vector<util::ByteBuffer> damaged;
  // One bit at a time: in the header, in every blob and in the gaps.
  for (std::size_t at = 0; at < sound.size(); at += at < 400 ? 7 : 1009) {
    damaged.push_back(sound);
    damaged.back()[at] ^= std::byte{0x10};
  }
  damaged.emplace_back(sound.begin(), sound.end() - 1);
  damaged.emplace_back(sound.begin(), sound.begin() + 100);
  damaged.push_back(sound);
  damaged.back().push_back(std::byte{0});
  damaged.emplace_back();

  for (util::ByteBuffer& bytes : damaged) {
    const auto refused = to_->put_pack(place.address(), pack_from(std::move(bytes)), kUnlimited);
    ASSERT_EQ(code_of(refused), ErrorCode::corrupt);
  }

  EXPECT_EQ(blobs_of(*to_, place.address()), (Blobs{{"old", "value"}}));
  EXPECT_EQ(*to_->stats({}), before);
  EXPECT_EQ(to_->verify({}, {})->findings, 0U);
}

TEST_P(PackConformance, RefusesANewerPack) {
  const Place place;
  put(*from_, place.address(), sample());
  util::ByteBuffer bytes = bytes_of(*pack_of(*from_, place.address()));
  util::store(bytes, store::layout::kMajorAt, std::uint16_t{store::layout::kMajor + 1});

  EXPECT_EQ(code_of(to_->put_pack(place.address(), pack_from(std::move(bytes)), kUnlimited)),
            ErrorCode::corrupt);

  EXPECT_EQ(*to_->stats({}), StoreStats());
}

TEST_P(PackConformance, RefusesAPackLargerThanTheLimitAndKeepsWhatIsThere) {
  const Place place;
  put(*from_, place.address(), sample());
  put(*to_, place.address(), {{"old", "value"}});

  EXPECT_EQ(code_of(to_->put_pack(place.address(), pack_of(*from_, place.address()), 50'000)),
            ErrorCode::no_space);

  EXPECT_EQ(blobs_of(*to_, place.address()), (Blobs{{"old", "value"}}));
}

TEST_P(PackConformance, RefusesAPackWithABlobLargerThanAllowed) {
  const Place place;
  put(*from_, place.address(), sample());
  const auto strict = GetParam().to.make(100'000);

  EXPECT_EQ(
      code_of(strict->put_pack(place.address(), pack_of(*from_, place.address()), kUnlimited)),
      ErrorCode::invalid_argument);

  EXPECT_EQ(*strict->stats({}), StoreStats());
}

}  // namespace
}  // namespace larder::conformance
