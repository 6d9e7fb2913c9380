#include "backend/disk/store_fixture.h"

#include <spawn.h>
#include <sys/wait.h>

#include <vector>

#include <cstdlib>

/// Many processes with one store, each a disk_worker.
namespace larder::disk {
namespace {

constexpr std::uint64_t kLimit = 60 * 4096;

class DiskProcessesTest : public DiskStoreTest {
 protected:
  /// Runs so many workers at once, each with a seed of its own, and expects all to succeed.
  void run_workers(int workers, const std::string& command, std::uint64_t calls) const {
    std::vector<pid_t> running;
    for (int i = 0; i < workers; ++i) {
      running.push_back(
          start({DISK_WORKER, path(), name_of_layout({GetParam(), 0}), std::to_string(kLimit),
                 command, std::to_string(i + 1), std::to_string(calls)}));
    }
    for (const pid_t worker : running) {
      int status = 0;
      ASSERT_EQ(::waitpid(worker, &status, 0), worker);
      EXPECT_TRUE(WIFEXITED(status));
      EXPECT_EQ(WEXITSTATUS(status), 0);
    }
  }

  /// For a longer run than ctest's: the factor in LARDER_SOAK.
  static std::uint64_t soak_factor() {
    const char* factor = std::getenv("LARDER_SOAK");
    return factor == nullptr ? 1 : std::strtoull(factor, nullptr, 10);
  }

 private:
  static pid_t start(std::vector<std::string> words) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = -1;
    EXPECT_EQ(::posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), ::environ), 0);
    return pid;
  }
};

INSTANTIATE_TEST_SUITE_P(Disk, DiskProcessesTest,
                         testing::Values(DiskLayout::packed, DiskLayout::directory),
                         name_of_layout);

TEST_P(DiskProcessesTest, CountExactlyWhatEightOfThemPutReplaceAndEvict) {
  run_workers(8, "churn", 60 * soak_factor());

  const auto store = open();
  EXPECT_EQ(conformance::stats(*store), conformance::walked_stats(*store));
  EXPECT_LE(conformance::stats(*store).bytes, kLimit);
  EXPECT_TRUE(findings(*store).empty());
  EXPECT_EQ(temporaries(), 0U);
}

TEST_P(DiskProcessesTest, SeeNoErrorAndNoTornReadInASmallStore) {
  run_workers(16, "mix", 60 * soak_factor());

  const auto store = open();
  EXPECT_LE(conformance::stats(*store).bytes, kLimit);
  EXPECT_TRUE(findings(*store).empty());
  EXPECT_EQ(temporaries(), 0U);
}

TEST_P(DiskProcessesTest, CreateOneStoreWhenAllComeFirst) {
  run_workers(8, "churn", 1);

  EXPECT_TRUE(findings(*open()).empty());
}

TEST_P(DiskProcessesTest, CountExactlyAfterTheCountersWereRemoved) {
  run_workers(4, "churn", 30);
  std::filesystem::remove(path(".larder/counters"));
  run_workers(4, "churn", 30);

  const auto store = open();
  EXPECT_EQ(conformance::stats(*store), conformance::walked_stats(*store));
  EXPECT_TRUE(findings(*store).empty());
}

}  // namespace
}  // namespace larder::disk
