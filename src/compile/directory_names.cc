#include "compile/directory_names.h"

#include "compile/file_digests.h"
#include "util/bytes.h"
#include "util/hash.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <span>

#include <cerrno>

namespace larder::compile {
namespace {

/// What is remembered of one directory is at most as long.
constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 10;

std::uint32_t hash_of(std::string_view name) noexcept {
  return static_cast<std::uint32_t>(util::xxh3_64(util::as_bytes(name)));
}

/// Names follow from the stamp as facts do from a content.
util::Digest digest_of(const FileStamp& stamp) {
  return util::Blake3()
      .field(stamp.device)
      .field(stamp.inode)
      .field(stamp.size)
      .field(static_cast<std::uint64_t>(stamp.mtime_ns))
      .field(static_cast<std::uint64_t>(stamp.ctime_ns))
      .finish();
}

const util::Digest& purpose() {
  static const util::Digest digest = util::Blake3().field("names in a directory, 1").finish();
  return digest;
}

std::optional<std::vector<std::uint32_t>> read_names(DIR* directory) {
  std::vector<std::uint32_t> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory)) names.push_back(hash_of(entry->d_name));
  if (errno != 0) return std::nullopt;
  std::ranges::sort(names);
  return names;
}

bool has_stamp(int fd, const FileStamp& stamp) {
  struct stat status = {};
  return ::fstat(fd, &status) == 0 && FileStamp::of(status) == stamp;
}

}  // namespace

bool NameSet::may_hold(std::string_view name) const noexcept {
  return std::ranges::binary_search(sorted_, hash_of(name));
}

bool DirectoryNames::is_worth_reading(const FileStamp& stamp) const noexcept {
  return facts_ != nullptr && stamp.size <= kMaxBytes &&
         std::max(stamp.mtime_ns, stamp.ctime_ns) < quiet_since_ns_;
}

std::optional<NameSet> DirectoryNames::recall(const FileStamp& stamp) const {
  if (facts_ == nullptr) return std::nullopt;
  const auto fact = facts_->find(digest_of(stamp), purpose());
  if (!fact || fact->size() % sizeof(std::uint32_t) != 0) return std::nullopt;
  std::vector<std::uint32_t> names(fact->size() / sizeof(std::uint32_t));
  std::ranges::copy(*fact, std::as_writable_bytes(std::span(names)).begin());
  return NameSet(std::move(names));
}

std::optional<NameSet> DirectoryNames::read(const std::string& path, const FileStamp& stamp) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (directory == nullptr) return std::nullopt;
  const int fd = ::dirfd(directory.get());
  // A name that comes or goes while they are read gives the directory another stamp for good.
  const bool is_for_keeps = is_worth_reading(stamp) && has_stamp(fd, stamp);
  auto names = read_names(directory.get());
  if (!names) return std::nullopt;
  const util::ByteSpan fact = std::as_bytes(std::span(*names));
  if (is_for_keeps && fact.size() <= kMaxBytes && is_on_trusted_file_system(fd)) {
    facts_->add(digest_of(stamp), purpose(), fact);
  }
  return NameSet(*std::move(names));
}

}  // namespace larder::compile
