#include "util/idle_processor.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace larder::util {
namespace {

TEST(IdleProcessor, IsJudgedByTheThreadsThatWantOne) {
  EXPECT_EQ(wanting_threads("0.50 1.25 3.00 1/78 16848\n"), 1U);
  EXPECT_EQ(wanting_threads("12.50 8.25 3.00 117/2078 4194303\n"), 117U);
}

TEST(IdleProcessor, IsNotJudgedByWhatSaysSomethingElse) {
  for (const char* text : {"", "\n", "0.50 1.25 3.00", "0.50 1.25 3.00 ", "0.50 1.25 3.00 1",
                           "0.50 1.25 3.00 one/78 1\n", "0.50 1.25 3.00 -1/78 1\n",
                           "0.50 1.25 3.00 99999999999/78 1\n"}) {
    EXPECT_FALSE(wanting_threads(text)) << text;
  }
}

TEST(IdleProcessor, IsNoneForWhoMayUseOneOnly) {
  bool is_idle = true;
  std::thread([&] {  // whose processors are its own
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    is_idle = is_processor_idle();
  })
      .join();

  EXPECT_FALSE(is_idle);
}

}  // namespace
}  // namespace larder::util
