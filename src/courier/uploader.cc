#include "courier/uploader.h"

#include "store/pack.h"
#include "sys/file.h"
#include "sys/flock.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <limits>
#include <utility>

namespace larder::courier {
namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// How often an upload is tried that fails for no reason known to pass.
constexpr unsigned kMaxTries = 5;

/// In the place of a target's number.
constexpr std::size_t kOwnSpool = std::numeric_limits<std::size_t>::max();

/// Whether trying again may help: the target is away, or those in charge of it may change their
/// minds.
bool may_pass(const Error& error, unsigned failures) {
  if (error.code() == ErrorCode::io) return failures + 1 < kMaxTries;
  return error.code() == ErrorCode::unavailable || error.code() == ErrorCode::denied;
}

}  // namespace

Result<Uploader::SitePtr> Uploader::Site::open(Spool spool) {
  LARDER_TRY(util::UniqueFd lock,
             sys::open_at(spool.fd(), kSpoolLock, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  return std::make_shared<const Site>(Site{std::move(spool), std::move(lock)});
}

Result<std::unique_ptr<Uploader>> Uploader::start(Spool spool, std::vector<UploadTarget> targets,
                                                  const UploaderOptions& options,
                                                  std::function<void(const SpoolEntry&)> on_change,
                                                  const sys::Clock& clock) {
  LARDER_TRY(SitePtr site, Site::open(std::move(spool)));
  // By hand: the constructor is private.
  return std::unique_ptr<Uploader>(
      new Uploader(std::move(site), std::move(targets), options, std::move(on_change), clock));
}

Uploader::Uploader(SitePtr site, std::vector<UploadTarget> targets, const UploaderOptions& options,
                   std::function<void(const SpoolEntry&)> on_change, const sys::Clock& clock)
    : targets_(std::move(targets)),
      options_(options),
      on_change_(std::move(on_change)),
      clock_(&clock),
      site_(std::move(site)),
      queue_(targets_.size()) {
  threads_.reserve(options.threads);
  for (unsigned i = 0; i < options.threads; ++i) threads_.emplace_back([this] { work(); });
}

Uploader::~Uploader() {
  {
    const util::MutexLock lock(mutex_);
    is_ending_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

bool Uploader::add(const std::string& file) {
  if (!SpoolEntry::parse(file)) return false;
  const util::MutexLock lock(mutex_);
  needs_reopening_ = needs_reopening_ || site_->spool.is_gone();
  // Where there is no room for it in mind, a scan finds it when there is.
  if (!queue_.add(file)) has_more_ = true;
  changed_.notify_all();
  return true;
}

void Uploader::rescan() {
  const util::MutexLock lock(mutex_);
  needs_reopening_ = needs_reopening_ || site_->spool.is_gone();
  needs_scan_ = true;
  changed_.notify_all();
}

void Uploader::look_after() {
  const bool is_idle = is_drained();
  if (is_idle && (site()->spool.is_gone() || site()->spool.usage().files > 0)) rescan();
}

void Uploader::retry_now() {
  const util::MutexLock lock(mutex_);
  queue_.retry_now();
  changed_.notify_all();
}

bool Uploader::is_drained() const {
  const util::MutexLock lock(mutex_);
  return is_in_charge_ && !needs_reopening_ && !needs_scan_ && !is_scanning_ && !has_more_ &&
         queue_.is_empty() && removing_ == 0;
}

UploadStatus Uploader::status() const {
  const util::MutexLock lock(mutex_);
  UploadStatus status = status_;
  status.spool = site_->spool.usage();
  status.is_in_charge = is_in_charge_;
  return status;
}

Uploader::SitePtr Uploader::site() const {
  const util::MutexLock lock(mutex_);
  return site_;
}

void Uploader::work() {
  for (;;) {
    const Step step = next_step();
    switch (step.kind) {
      case Step::Kind::end:
        return;
      case Step::Kind::reopen:
        reopen();
        break;
      case Step::Kind::take_charge:
        take_charge();
        break;
      case Step::Kind::scan:
        scan();
        break;
      case Step::Kind::upload:
        upload(*step.job);
        break;
    }
  }
}

Uploader::Step Uploader::next_step() {
  const util::MutexLock lock(mutex_);
  for (;;) {
    if (is_ending_) return {Step::Kind::end};
    const Time now = clock_->now();
    if (needs_reopening_) {
      needs_reopening_ = false;
      return {Step::Kind::reopen};
    }
    if (!is_in_charge_ && try_charge_at_ <= now) {
      try_charge_at_ = now + options_.takeover_interval;
      return {Step::Kind::take_charge};
    }
    const bool is_wanting = has_more_ && queue_.is_empty();
    if (is_in_charge_ && (needs_scan_ || is_wanting) && !is_scanning_) {
      needs_scan_ = false;
      is_scanning_ = true;
      return {Step::Kind::scan};
    }
    if (is_in_charge_) {
      if (auto job = queue_.take(now)) return {Step::Kind::upload, std::move(job)};
    }
    wait();
  }
}

void Uploader::wait() {
  const auto due = is_in_charge_ ? queue_.due() : std::optional(try_charge_at_);
  if (!due) return changed_.wait(mutex_);
  changed_.wait_until(mutex_, std::chrono::steady_clock::now() + (*due - clock_->now()));
}

/// Opens the spool that is now where the one was that has been removed.
void Uploader::reopen() {
  auto spool = Spool::open_or_create(site()->spool.path());
  auto opened = spool ? Site::open(*std::move(spool)) : fail(std::move(spool).error());
  const util::MutexLock lock(mutex_);
  if (opened) {
    site_ = *std::move(opened);
    is_in_charge_ = false;
    try_charge_at_ = {};
    needs_scan_ = true;
  } else {
    set_error(kOwnSpool, opened.error().message());
  }
  changed_.notify_all();
}

void Uploader::take_charge() {
  const SitePtr site = this->site();
  const bool is_free = sys::flock_try(site->lock.get());
  const util::MutexLock lock(mutex_);
  is_in_charge_ = is_in_charge_ || (is_free && site == site_);
  changed_.notify_all();
}

/// Takes up what is in the spool.
void Uploader::scan() {
  const SitePtr site = this->site();
  const auto contents = site->spool.contents(UploadQueue::kMaxFiles);
  if (contents) site->spool.set_usage(contents->bytes, contents->count);
  const util::MutexLock lock(mutex_);
  is_scanning_ = false;
  if (contents) {
    clear_error(kOwnSpool);
    has_more_ = !contents->is_complete();
    for (const std::string& file : contents->files) {
      if (!queue_.add(file)) has_more_ = true;
    }
  } else {
    set_error(kOwnSpool, contents.error().message());
  }
  changed_.notify_all();
}

Result<bool> Uploader::upload_from(const Spool& spool, const UploadQueue::Job& job) const {
  store::Backend& store = *targets_[job.target].store;
  const store::Address address = job.entry.address();
  if (job.entry.verb == SpoolEntry::Verb::remove) {
    return store.remove(address).map([] { return true; });
  }
  LARDER_TRY(auto file, sys::open_existing_at(spool.fd(), job.file, O_RDONLY | O_NOFOLLOW));
  if (!file) return false;  // somebody has emptied the spool
  LARDER_TRY(const struct stat status, sys::stat_fd(file->get()));
  auto pack = store::pack_bytes_of(*std::move(file), static_cast<std::uint64_t>(status.st_size));
  return store.put_pack(address, std::move(pack), kUnlimited).map([] { return true; });
}

void Uploader::upload(const UploadQueue::Job& job) {
  const SitePtr site = this->site();
  if (!settle(job, upload_from(site->spool, job))) return;
  const auto status = sys::stat_at(site->spool.fd(), job.file, AT_SYMLINK_NOFOLLOW);
  const bool is_there = status && *status;
  // What cannot be removed is uploaded once more by the next courier.
  if (is_there) {
    (void)site->spool.remove(job.file, static_cast<std::uint64_t>((*status)->st_size));
  }
  {
    const util::MutexLock lock(mutex_);
    --removing_;
    changed_.notify_all();
  }
  on_change_(job.entry);
}

bool Uploader::settle(const UploadQueue::Job& job, const Result<bool>& outcome) {
  const util::MutexLock lock(mutex_);
  changed_.notify_all();
  if (!outcome && settle_failure(job, outcome.error())) return false;
  if (outcome && *outcome) {
    ++status_.uploaded;
    status_.last_success = clock_->now();
    clear_error(job.target);
  }
  const bool is_last = queue_.done(job);
  if (is_last) ++removing_;
  return is_last;
}

void Uploader::set_error(std::size_t what, std::string error) {
  status_.last_error = std::move(error);
  failed_last_ = what;
}

void Uploader::clear_error(std::size_t what) {
  if (failed_last_ == what) status_.last_error.clear();
}

bool Uploader::settle_failure(const UploadQueue::Job& job, const Error& error) {
  const Time now = clock_->now();
  set_error(job.target, targets_[job.target].name + ": " + error.message());
  status_.last_failure = now;
  if (!may_pass(error, job.failures)) {
    ++status_.refused;
    return false;
  }
  ++status_.failed;
  queue_.failed(job, now);
  return true;
}

}  // namespace larder::courier
