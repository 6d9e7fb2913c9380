#include "util/quiet_thread.h"

#include <signal.h>

#include <utility>

namespace larder::util {
namespace {

class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    (void)sigfillset(&all);  // neither fails for a set of ours
    (void)pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { (void)pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_ = {};
};

}  // namespace

std::thread start_quiet_thread(std::function<void()> work) {
  const BlockedSignals blocked;  // a thread begins with those of its maker
  return std::thread(std::move(work));
}

}  // namespace larder::util
