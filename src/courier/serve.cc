#include "courier/serve.h"

#include "backend/courier/spool.h"
#include "compose/courier_endpoint.h"
#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <utility>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>

#include "courier/courier_tiers.h"
#include "courier/event_log.h"
#include "courier/listener.h"
#include "courier/server.h"
#include "courier/spool_sweep.h"
#include "courier/status_report.h"
#include "courier/uploader.h"

namespace larder::courier {
namespace {

using std::chrono::steady_clock;

/// What the process needs before it has threads.
void prepare_process(const std::string& spool) {
  // One arena for each of many threads would add up.
  constexpr int kArenas = 2;
  (void)::mallopt(M_ARENA_MAX, kArenas);
  rlimit files = {};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &files);  // fewer clients at a time where it fails
  }
  // The one that was inherited may be a job's, and gone with it.
  (void)::setenv("TMPDIR", spool.c_str(), 1);
}

/// Becomes readable when the process is asked to end.
Result<util::UniqueFd> watch_signals() {
  sigset_t signals;
  (void)::sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) (void)::sigaddset(&signals, signal);
  (void)::sigprocmask(SIG_BLOCK, &signals, nullptr);
  util::UniqueFd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return fail(Error::from_errno(errno, "signalfd"));
  return fd;
}

/// A courier and all it consists of.
class Courier {
 public:
  Courier(Config config, Endpoint endpoint, CourierTiers tiers, EventLog log)
      : config_(std::move(config)),
        endpoint_(std::move(endpoint)),
        tiers_(std::move(tiers)),
        log_(std::move(log)) {}

  Result<Server::End> run(util::UniqueFd socket, int end_fd, Spool spool);

 private:
  [[nodiscard]] std::string describe(const ServerStats& stats) const;
  void probe(bool at_once);
  [[nodiscard]] bool is_superseded() const;

  Config config_;
  Endpoint endpoint_;
  CourierTiers tiers_;
  EventLog log_;
  steady_clock::time_point started_ = steady_clock::now();
  std::unique_ptr<Server> server_;
  std::unique_ptr<Uploader> uploader_;  // after the server that it tells of uploads
};

Result<Server::End> Courier::run(util::UniqueFd socket, int end_fd, Spool spool) {
  ServerHooks hooks = {.describe = [this](const ServerStats& stats) { return describe(stats); },
                       .probe = [this](bool at_once) { probe(at_once); },
                       .is_superseded = [this] { return is_superseded(); }};
  server_ =
      std::make_unique<Server>(std::move(socket), end_fd, tiers_.fetch_stores(),
                               ServerOptions{.idle = config_.courier.idle.value}, std::move(hooks));
  auto targets = tiers_.upload_targets();
  if (!targets.empty()) {
    LARDER_TRY(uploader_,
               Uploader::start(std::move(spool), std::move(targets), {},
                               [this](const SpoolEntry& entry) { server_->on_upload(entry); }));
  }
  return server_->run(uploader_.get());
}

std::string Courier::describe(const ServerStats& stats) const {
  CourierStatus status = {
      .pid = ::getpid(),
      .version = LARDER_VERSION,
      .up_for = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - started_),
      .spool = endpoint_.spool,
      .max_spool_bytes = endpoint_.max_spool_bytes,
      .server = stats,
      .tiers = tiers_.status()};
  if (uploader_) status.uploads = uploader_->status();
  return status_report(status);
}

void Courier::probe(bool at_once) {
  const bool is_back = tiers_.probe(at_once);
  if (is_back && uploader_) uploader_->retry_now();
  log_.note(tiers_.status(), uploader_ ? uploader_->status() : UploadStatus{});
}

bool Courier::is_superseded() const {
  // Where the directory was emptied, clients find nobody and start another.
  const auto named = sys::stat_at(endpoint_.dir.fd(), endpoint_.socket(), AT_SYMLINK_NOFOLLOW);
  if (named && !*named) return true;
  const auto config = load_config();
  // What cannot be read now is no reason to end.
  if (!config) return false;
  const auto endpoint = compose::courier_endpoint(*config, ::environ, endpoint_.program);
  return endpoint && endpoint->name != endpoint_.name;
}

}  // namespace

Result<void> serve(const std::string& program, std::span<const StoreType> types) {
  LARDER_TRY(const util::UniqueFd signals, watch_signals());
  LARDER_TRY(Config config, load_config());
  LARDER_TRY(Endpoint endpoint, compose::courier_endpoint(config, ::environ, program));
  LARDER_TRY(auto listener, Listener::claim(endpoint));
  if (!listener) return {};
  prepare_process(endpoint.spool);
  LARDER_TRY(EventLog log, EventLog::open(config.courier.log.value));
  LARDER_TRY(Spool spool, Spool::open_or_create(endpoint.spool));
  LARDER_TRY(CourierTiers tiers, CourierTiers::open(config, types));
  sweep_spools(spool, std::chrono::system_clock::now());
  log.start(endpoint.dir.path() + "/" + endpoint.socket());
  // Never destroyed: the process ends without waiting for what its threads are at, all of which
  // can be cut off at any moment.
  auto* const courier = new Courier(std::move(config), std::move(endpoint), std::move(tiers), log);
  const auto end = courier->run(listener->take_socket(), signals.get(), std::move(spool));
  listener->close();
  log.end(end);
  std::_Exit(end ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace larder::courier
