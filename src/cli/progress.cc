#include "cli/progress.h"

#include "store/quantity.h"
#include "sys/file.h"
#include "util/bytes.h"

#include <unistd.h>

#include <chrono>

namespace larder::cli {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kFirst{1};
constexpr std::chrono::milliseconds kInterval{200};
constexpr std::string_view kClearLine = "\r\033[K";

void show(std::string_view text) {
  (void)sys::write_all(STDERR_FILENO, util::as_bytes(text));  // progress that is lost harms nobody
}

}  // namespace

Progress::Progress(std::string_view label, Unit unit) : label_(label), unit_(unit) {
  if (::isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { show_until_done(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const util::MutexLock lock(mutex_);
    done_ = true;
  }
  done_changed_.notify_all();
  thread_.join();
}

std::string Progress::line(std::int64_t seconds) const {
  const std::uint64_t count = count_.load(std::memory_order_relaxed);
  std::string text = label_ + ": ";
  if (unit_ == Unit::bytes) text.append(store::format_size(count)).append(", ");
  if (unit_ == Unit::entries) text.append(std::to_string(count)).append(" entries, ");
  return text.append(std::to_string(seconds)).append(" s");
}

void Progress::show_until_done() {
  const auto start = steady_clock::now();
  auto next = start + kFirst;
  bool shown = false;
  while (true) {
    {
      const util::MutexLock lock(mutex_);
      while (!done_ && steady_clock::now() < next) done_changed_.wait_until(mutex_, next);
      if (done_) break;
    }
    const auto elapsed = steady_clock::now() - start;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
    show(std::string(kClearLine) + line(seconds));
    shown = true;
    next += kInterval;
  }
  if (shown) show(kClearLine);
}

}  // namespace larder::cli
