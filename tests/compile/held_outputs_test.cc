#include "compile/held_outputs.h"

#include "compile/file_digests.h"
#include "compile/replay.h"
#include "store/pack.h"
#include "support/await_helper.h"
#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <string>

#include <cstdint>

namespace larder::compile {
namespace {

using support::TempDir;

constexpr std::size_t kWorthPreparing = 300'000;

class HeldOutputsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string object() const { return dir_.file("a.o"); }
  [[nodiscard]] std::string dwo() const { return dir_.file("a.dwo"); }

  void write_object(std::size_t size) const {
    (void)support::make_file(object(), support::prose(size));
  }

  [[nodiscard]] Job job() const {
    Job job = {.start_ns = start_ns_};
    job.invocation.output = object();
    job.invocation.side_outputs = {{.blob_name = "dwo", .path = dwo()}};
    return job;
  }

  /// The pack of everything that is held.
  static util::ByteBuffer pack_of(HeldOutputs& outputs) {
    const auto ns = store::NamespacePath::parse("compile").value();
    const Key key = support::key_of("key");
    return store::build_pack({ns, key}, outputs.sources(), {}).value();
  }

  const TempDir dir_;
  util::Helper helper_{[] { return true; }};
  const std::int64_t start_ns_ = coarse_now_ns();
};

TEST_F(HeldOutputsTest, AreTheFilesThatTheCompileWrote) {
  write_object(100);
  (void)support::make_file(dwo(), support::prose(50));
  HeldOutputs outputs;

  const auto unsuitable = outputs.hold(job());

  ASSERT_TRUE(unsuitable) << unsuitable.error().message();
  EXPECT_EQ(*unsuitable, std::nullopt);
  ASSERT_EQ(outputs.all().size(), 2U);
  EXPECT_EQ(outputs.all()[0].blob_name, "dwo");
  EXPECT_EQ(outputs.all()[1].blob_name, kOutputBlob);
  EXPECT_TRUE(outputs.are_as_held());
}

TEST_F(HeldOutputsTest, LackASideOutputThatIsNotThere) {
  write_object(100);
  HeldOutputs outputs;

  ASSERT_TRUE(outputs.hold(job()));

  EXPECT_EQ(outputs.all().size(), 1U);
}

TEST_F(HeldOutputsTest, AreUnsuitableWithAnObjectOlderThanTheCompile) {
  write_object(100);
  Job later = job();
  later.start_ns += std::int64_t{3600} * 1'000'000'000;
  HeldOutputs outputs;

  EXPECT_EQ(outputs.hold(later).value(), object());
}

TEST_F(HeldOutputsTest, AreUnsuitableWithoutARegularFileAsObject) {
  HeldOutputs missing;
  EXPECT_EQ(missing.hold(job()).value(), object());

  Job to_device = job();
  to_device.invocation.output = "/dev/null";
  HeldOutputs device;
  EXPECT_EQ(device.hold(to_device).value(), "/dev/null");
}

TEST_F(HeldOutputsTest, MakeTheSamePackPreparedOrNot) {
  for (const std::size_t size : {std::size_t{100}, kWorthPreparing, std::size_t{700'000}}) {
    write_object(size);
    HeldOutputs plain;
    ASSERT_TRUE(plain.hold(job()));
    HeldOutputs prepared;
    ASSERT_TRUE(prepared.hold(job()));

    prepared.prepare({}, helper_);
    support::await(helper_);

    EXPECT_TRUE(pack_of(prepared) == pack_of(plain)) << size;
  }
}

TEST_F(HeldOutputsTest, AreNotAsHeldOnceAFileIsReplacedOrWrittenTo) {
  write_object(kWorthPreparing);
  HeldOutputs written;
  ASSERT_TRUE(written.hold(job()));
  written.prepare({}, helper_);
  write_object(kWorthPreparing + 1);
  EXPECT_FALSE(written.are_as_held());

  HeldOutputs replaced;
  ASSERT_TRUE(replaced.hold(job()));
  ASSERT_EQ(::unlink(object().c_str()), 0);
  write_object(kWorthPreparing + 1);
  EXPECT_FALSE(replaced.are_as_held());
}

}  // namespace
}  // namespace larder::compile
