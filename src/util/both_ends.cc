#include "util/both_ends.h"

#include <algorithm>
#include <atomic>

namespace larder::util {

void from_both_ends(Helper& helper, std::size_t count, std::size_t block,
                    const std::function<void(std::size_t)>& work) {
  const std::size_t blocks = (count + block - 1) / block;
  std::atomic<std::size_t> taken = 0;  // which ones follows from how many each thread has had
  const auto work_on = [&](std::size_t number) {
    const std::size_t end = std::min(count, (number + 1) * block);
    for (std::size_t i = number * block; i < end; ++i) work(i);
  };
  const Helper::Task from_the_other = helper.begin([&] {
    for (std::size_t had = 1; taken.fetch_add(1) < blocks; ++had) work_on(blocks - had);
  });
  for (std::size_t had = 0; taken.fetch_add(1) < blocks; ++had) work_on(had);
}

}  // namespace larder::util
