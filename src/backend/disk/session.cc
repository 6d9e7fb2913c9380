#include "backend/disk/session.h"

#include "backend/disk/format_file.h"
#include "backend/disk/layout.h"
#include "backend/disk/walk.h"
#include "sys/file.h"
#include "util/try.h"

#include <string>

namespace larder::disk {
namespace {

/// The layout for a store without a sound format file: that of its entries, or the one asked for.
Result<DiskLayout> choose_layout(const StoreDir& dir, const DiskOptions& options) {
  LARDER_TRY(const auto detected, detect_layout(dir));
  return detected.layout.value_or(options.layout.value_or(DiskLayout::packed));
}

}  // namespace

Session::Session(DiskOptions options, const sys::Clock& clock)
    : options_(std::move(options)), clock_(&clock) {}

Result<std::shared_ptr<const OpenStore>> Session::existing() const {
  {
    const util::MutexLock lock(mutex_);
    if (existing_ != nullptr) return existing_;
  }
  LARDER_TRY(auto dir, StoreDir::open(options_.dir, Modes(options_.shared)));
  if (!dir) return std::shared_ptr<const OpenStore>();
  LARDER_TRY(const auto settled, read_format(dir->fd()));
  if (!settled) {
    // Not remembered: whoever writes first may settle on another layout.
    LARDER_TRY(const DiskLayout likely, choose_layout(*dir, options_));
    return open_store(*std::move(dir), likely, false);
  }
  LARDER_TRY(auto opened, open_store(*std::move(dir), *settled, true));
  const util::MutexLock lock(mutex_);
  existing_ = opened;
  return opened;
}

Result<std::shared_ptr<const WritableStore>> Session::writable() const {
  if (options_.read_only) {
    return fail(ErrorCode::denied, "change store " + options_.dir + ": it was opened read-only");
  }
  {
    const util::MutexLock lock(mutex_);
    if (writable_ != nullptr) return writable_;
  }
  LARDER_TRY(auto created, create());
  const util::MutexLock lock(mutex_);
  existing_ = created->open;
  writable_ = created;
  return created;
}

void Session::forget() const {
  const util::MutexLock lock(mutex_);
  existing_.reset();
  writable_.reset();
}

Result<void> Session::check_layout(DiskLayout layout) const {
  if (options_.layout.value_or(layout) == layout) return {};
  return fail(ErrorCode::invalid_argument, "open store " + options_.dir + ": its layout is " +
                                               std::string(to_string(layout)) + ", not " +
                                               std::string(to_string(*options_.layout)));
}

Result<std::shared_ptr<const OpenStore>> Session::open_store(StoreDir dir, DiskLayout layout,
                                                             bool is_settled) const {
  LARDER_CHECK(check_layout(layout));
  const EntryFormat::Options options = {
      .pack = {.compression = options_.compression, .max_blob_bytes = options_.max_blob_bytes},
      .modes = dir.modes(),
      .is_durable = options_.durable};
  return std::make_shared<const OpenStore>(std::move(dir), make_entry_format(layout, options),
                                           is_settled);
}

Result<std::shared_ptr<const WritableStore>> Session::create() const {
  LARDER_TRY(const auto opened, existing());
  if (opened != nullptr && opened->is_settled) {
    LARDER_TRY(OwnDir own, OwnDir::open_or_create(opened->dir));
    // Unless the store's own directory was removed since the format was read.
    LARDER_TRY(const auto format, sys::stat_at(own.fd(), layout::kFormatFile));
    if (format) {
      return std::make_shared<const WritableStore>(
          WritableStore{opened, std::move(own), options_.durable});
    }
  }
  LARDER_TRY(auto dir, StoreDir::open_or_create(options_.dir, Modes(options_.shared)));
  LARDER_TRY(DiskLayout chosen, choose_layout(dir, options_));
  LARDER_CHECK(check_layout(chosen));
  LARDER_TRY(OwnDir own, OwnDir::open_or_create(dir));
  LARDER_TRY(chosen, settle_format(own, dir.fd(), chosen));
  LARDER_TRY(auto settled, open_store(std::move(dir), chosen, true));
  return std::make_shared<const WritableStore>(
      WritableStore{std::move(settled), std::move(own), options_.durable});
}

}  // namespace larder::disk
