#include "backend/courier/courier_backend.h"

#include "backend/courier/courier_place.h"
#include "backend/courier/spool.h"
#include "support/data.h"
#include "support/fake_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace larder::courier {
namespace {

using support::name_of;
using support::text_of;

class CourierBackendTest : public testing::Test {
 protected:
  /// A backend whose courier hands out the pack in the file `pack`, if there is one.
  [[nodiscard]] std::unique_ptr<store::Backend> backend(Reach reach = Reach::all) {
    auto client = std::make_shared<Client>([this] { return Result<Endpoint>(place_.endpoint()); },
                                           ClientDeadlines(), clock_);
    return make_backend(std::move(client), {.reach = reach}, clock_);
  }

  void serve(int connection) {
    for (;;) {
      const auto request = receive_until(connection, in(kPatience));
      if (!request || !*request) return;
      requests_.push_back((*request)->message);
      const auto file = sys::open_existing_at(AT_FDCWD, pack_path(), O_RDONLY).value();
      if (!file || requests_.back().kind != Kind::fetch) {
        (void)send_message(connection, {.kind = Kind::absent});
        continue;
      }
      const auto bytes = static_cast<std::uint64_t>(sys::stat_fd(file->get()).value().st_size);
      (void)send_message(connection, {.kind = Kind::found, .number = bytes}, file->get());
    }
  }

  [[nodiscard]] std::string pack_path() const { return place_.dir_.file("pack"); }

  /// Makes the pack of an entry with one blob.
  void make_pack(std::string_view content) const {
    const auto file = support::make_file(pack_path());
    const std::vector<NamedSource> blobs = {{name_of("output"), BlobSource::from_text(content)}};
    ASSERT_TRUE(store::write_pack(file.get(), address(), blobs, {}));
  }

  [[nodiscard]] store::Address address() const { return {ns_, key_}; }

  [[nodiscard]] std::vector<SpoolEntry> spooled() const {
    std::vector<SpoolEntry> entries;
    for (const auto& file : std::filesystem::directory_iterator(place_.endpoint().spool)) {
      if (auto entry = SpoolEntry::parse(file.path().filename().string())) {
        entries.push_back(*std::move(entry));
      }
    }
    return entries;
  }

  CourierPlace place_;
  support::FakeClock clock_;
  store::NamespacePath ns_ = store::NamespacePath::parse("compile").value();
  Key key_ = support::key_of("key");
  std::vector<Message> requests_;
  FakeCourier courier_{place_, [this](int connection) { serve(connection); }};
};

TEST_F(CourierBackendTest, GivesTheBlobsOfTheEntryThatWasFetched) {
  make_pack("content");

  const auto blob = backend()->get(address(), name_of("output"));
  const auto entry = backend()->get_entry(address());

  ASSERT_TRUE(blob && *blob);
  EXPECT_EQ(text_of((*blob)->read().value()), "content");
  ASSERT_TRUE(entry && *entry);
  EXPECT_EQ(text_of((*entry)->find("output")->read().value()), "content");
}

TEST_F(CourierBackendTest, GivesTheVeryFileThatTheCourierHandsOver) {
  make_pack("content");

  const auto pack = backend()->get_pack(address());

  ASSERT_TRUE(pack && *pack);
  EXPECT_EQ(sys::stat_fd((*pack)->fd()).value().st_ino,
            sys::stat_at(AT_FDCWD, pack_path()).value()->st_ino);
}

TEST_F(CourierBackendTest, SaysWhereToLook) {
  (void)backend(Reach::beyond_disks)->has(address());

  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].number, static_cast<std::uint64_t>(Reach::beyond_disks));
}

TEST_F(CourierBackendTest, TakesAnotherEntrysPackForNone) {
  make_pack("content");

  const auto other = backend()->get_entry({ns_, support::key_of("other")});

  ASSERT_TRUE(other);
  EXPECT_FALSE(*other);
}

TEST_F(CourierBackendTest, FindsOutAGarbledPack) {
  support::make_file(pack_path(), support::noise(200));

  const auto entry = backend()->get_entry(address());

  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().code(), ErrorCode::corrupt);
}

TEST_F(CourierBackendTest, LeavesWhatIsPutInTheSpoolAndSaysSo) {
  const std::vector<NamedSource> blobs = {{name_of("output"), BlobSource::from_text("content")}};

  ASSERT_TRUE(backend()->put_entry(address(), blobs, 1 << 20));

  const auto entries = spooled();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].ns, ns_);
  EXPECT_EQ(entries[0].key, key_);
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].kind, Kind::push);
  EXPECT_EQ(requests_[0].text, entries[0].name().value());
}

TEST_F(CourierBackendTest, PutsIntoTheSpoolWithoutACourier) {
  auto client = std::make_shared<Client>(
      [this] {
        Endpoint endpoint = place_.endpoint();
        endpoint.name = "nobody";
        return Result<Endpoint>(std::move(endpoint));
      },
      ClientDeadlines(), clock_);
  const std::vector<NamedSource> blobs = {{name_of("output"), BlobSource::from_text("content")}};

  EXPECT_TRUE(make_backend(client, {}, clock_)->put_entry(address(), blobs, 1 << 20));

  EXPECT_EQ(spooled().size(), 1U);
}

TEST_F(CourierBackendTest, PutsInAnOrderThatTheNamesTell) {
  const auto writer = backend();
  const std::vector<NamedSource> blobs = {{name_of("output"), BlobSource::from_text("content")}};

  ASSERT_TRUE(writer->put_entry(address(), blobs, 1 << 20));
  ASSERT_TRUE(writer->remove(address()));

  auto entries = spooled();
  std::ranges::sort(entries, {}, [](const SpoolEntry& entry) { return entry.name().value(); });
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].verb, SpoolEntry::Verb::put);
  EXPECT_EQ(entries[1].verb, SpoolEntry::Verb::remove);
  EXPECT_EQ(entries[0].writer, entries[1].writer);
}

TEST_F(CourierBackendTest, RefusesToPutWhatTheSpoolHasNoRoomFor) {
  place_.max_spool_bytes_ = 10;
  const std::vector<NamedSource> blobs = {{name_of("output"), BlobSource::from_text("content")}};

  const auto put = backend()->put_entry(address(), blobs, 1 << 20);

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code(), ErrorCode::unavailable);
  EXPECT_TRUE(requests_.empty());
}

}  // namespace
}  // namespace larder::courier
