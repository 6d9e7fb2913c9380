#include "backend/disk/format_file.h"

#include "backend/disk/own_dir.h"
#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace larder::disk {
namespace {

TEST(FormatFile, ReadsBackWhatItPrints) {
  for (const DiskLayout layout : {DiskLayout::packed, DiskLayout::directory}) {
    EXPECT_EQ(parse_format(print_format(layout)).value(), layout);
  }
}

TEST(FormatFile, KeepsTheTextOfVersionOne) {
  EXPECT_EQ(print_format(DiskLayout::packed), "larder store 1\nlayout packed\n");
}

TEST(FormatFile, TakesNothingElseForOne) {
  for (const std::string_view text :
       {"", "larder", "larder store 1\n", "larder store x\nlayout packed\n",
        "larder store 0\nlayout packed\n", "larder store 1\nlayout cubic\n",
        "larder store 1\nlayout packed", "larder store 1\nlayout packed\nmore\n"}) {
    EXPECT_EQ(parse_format(text).value(), std::nullopt) << text;
  }
}

TEST(FormatFile, RefusesANewerVersionWhateverElseItSays) {
  const auto format = parse_format("larder store 2\nshelves oak\n");

  ASSERT_FALSE(format);
  EXPECT_EQ(format.error().code(), ErrorCode::invalid_argument);
}

TEST(FormatFile, SettlesOnTheFirstOfManyCreators) {
  const support::TempDir dir;
  const StoreDir store = StoreDir::open_or_create(dir.path(), Modes(false)).value();
  const OwnDir own = OwnDir::open_or_create(store).value();
  std::vector<DiskLayout> settled(8);
  std::vector<std::jthread> creators;

  for (std::size_t i = 0; i < settled.size(); ++i) {
    creators.emplace_back([&, i] {
      const auto wanted = i % 2 == 0 ? DiskLayout::packed : DiskLayout::directory;
      settled[i] = settle_format(own, store.fd(), wanted).value();
    });
  }
  creators.clear();

  for (const DiskLayout layout : settled) EXPECT_EQ(layout, settled[0]);
  EXPECT_EQ(read_format(store.fd()).value(), settled[0]);
}

TEST(FormatFile, ReplacesGarbage) {
  const support::TempDir dir;
  const StoreDir store = StoreDir::open_or_create(dir.path(), Modes(false)).value();
  const OwnDir own = OwnDir::open_or_create(store).value();
  (void)support::make_file(dir.file(".larder/format"), util::as_bytes("garbage"));

  EXPECT_EQ(settle_format(own, store.fd(), DiskLayout::directory).value(), DiskLayout::directory);

  EXPECT_EQ(read_format(store.fd()).value(), DiskLayout::directory);
}

}  // namespace
}  // namespace larder::disk
