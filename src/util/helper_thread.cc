#include "util/helper_thread.h"

#include "util/assert.h"

#include <sched.h>
#include <signal.h>

#include <memory>
#include <utility>

namespace larder::util {
namespace {

class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t blocked;
    (void)sigfillset(&blocked);  // none of these fails for a set of ours
    // A fault of a thread's own comes to that thread, and kills the process where it is blocked.
    for (const int fault : {SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP}) {
      (void)sigdelset(&blocked, fault);
    }
    (void)pthread_sigmask(SIG_SETMASK, &blocked, &before_);
  }
  ~BlockedSignals() { (void)pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_ = {};
};

/// The processors that this thread may use; none where there are more than a set holds.
cpu_set_t processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) CPU_ZERO(&set);
  return set;
}

/// What a thread is started with.
struct Start {
  std::function<void()>* work;
  cpu_set_t processors;  // to be used after the start
  bool is_elsewhere;     // whether it starts on some of them only
};

void* run(void* argument) {
  const std::unique_ptr<Start> start(static_cast<Start*>(argument));
  if (start->is_elsewhere) {
    // Where it fails the thread stays where it is.
    (void)::sched_setaffinity(0, sizeof start->processors, &start->processors);
  }
  (*start->work)();
  return nullptr;
}

/// Attributes of a thread that begins on any of the processors but this one.
class Elsewhere {
 public:
  explicit Elsewhere(const cpu_set_t& processors) {
    (void)pthread_attr_init(&attributes_);  // never fails on Linux
    const int here = ::sched_getcpu();
    if (here < 0 || CPU_COUNT(&processors) < 2) return;
    cpu_set_t others = processors;
    CPU_CLR(static_cast<std::size_t>(here), &others);
    is_possible_ = pthread_attr_setaffinity_np(&attributes_, sizeof others, &others) == 0;
  }
  ~Elsewhere() { (void)pthread_attr_destroy(&attributes_); }
  Elsewhere(const Elsewhere&) = delete;
  Elsewhere& operator=(const Elsewhere&) = delete;

  [[nodiscard]] bool is_possible() const noexcept { return is_possible_; }
  [[nodiscard]] const pthread_attr_t* attributes() const noexcept { return &attributes_; }

 private:
  pthread_attr_t attributes_ = {};
  bool is_possible_ = false;
};

}  // namespace

bool HelperThread::start(std::function<void()> work) {
  LARDER_ASSERT(!thread_);
  work_ = std::move(work);
  const cpu_set_t set = processors();
  const Elsewhere elsewhere(set);
  auto start = std::make_unique<Start>(Start{&work_, set, elsewhere.is_possible()});
  const BlockedSignals blocked;  // a thread begins with those of its maker
  pthread_t thread = {};
  if (pthread_create(&thread, elsewhere.attributes(), run, start.get()) != 0) return false;
  (void)start.release();  // the thread's now
  thread_ = thread;
  return true;
}

void HelperThread::join() {
  if (!thread_) return;
  (void)pthread_join(*thread_, nullptr);  // never fails for a thread that has not been joined
  thread_.reset();
}

}  // namespace larder::util
