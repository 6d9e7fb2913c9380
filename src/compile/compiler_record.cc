#include "compile/compiler_record.h"

#include "util/hash.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include <cstring>

namespace larder::compile {
namespace {

constexpr std::array<std::byte, 8> kMagic = {std::byte{0x89}, std::byte{'L'}, std::byte{'D'},
                                             std::byte{'R'},  std::byte{'C'}, std::byte{'M'},
                                             std::byte{'P'},  std::byte{'\n'}};
constexpr std::uint64_t kVersion = 2;
constexpr std::uint64_t kMaxFiles = 1000;

/// Takes fields off the front of a record; gives zeros once it is too short.
class FieldReader {
 public:
  explicit FieldReader(util::ByteSpan bytes) : rest_(bytes) {}

  std::uint64_t number() {
    const util::ByteSpan field = take(sizeof(std::uint64_t));
    return field.empty() ? 0 : util::load<std::uint64_t>(field, 0);
  }

  util::ByteSpan take(std::uint64_t size) {
    is_short_ = is_short_ || size > rest_.size();
    if (is_short_) return {};
    const util::ByteSpan field = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(field.size());
    return field;
  }

  [[nodiscard]] bool is_done() const { return !is_short_ && rest_.empty(); }

 private:
  util::ByteSpan rest_;
  bool is_short_ = false;
};

CompilerRecord::File read_file_field(FieldReader& reader) {
  CompilerRecord::File file;
  file.stamp.device = reader.number();
  file.stamp.inode = reader.number();
  file.stamp.size = reader.number();
  file.stamp.mtime_ns = static_cast<std::int64_t>(reader.number());
  file.stamp.ctime_ns = static_cast<std::int64_t>(reader.number());
  file.path = util::as_text(reader.take(reader.number()));
  return file;
}

}  // namespace

util::ByteBuffer CompilerRecord::encode() const {
  util::ByteBuffer bytes;
  util::append(bytes, util::ByteSpan(kMagic));
  util::append(bytes, kVersion);
  util::append(bytes, static_cast<std::uint64_t>(compiler.kind));
  util::append(bytes, util::ByteSpan(compiler.identity.bytes));
  util::append(bytes, std::uint64_t{files.size()});
  for (const File& file : files) {
    for (const std::uint64_t field :
         {file.stamp.device, file.stamp.inode, file.stamp.size,
          static_cast<std::uint64_t>(file.stamp.mtime_ns),
          static_cast<std::uint64_t>(file.stamp.ctime_ns), std::uint64_t{file.path.size()}}) {
      util::append(bytes, field);
    }
    util::append(bytes, util::as_bytes(file.path));
  }
  util::append(bytes, std::uint64_t{compiler.absent.size()});
  for (const std::string& place : compiler.absent) {
    util::append(bytes, std::uint64_t{place.size()});
    util::append(bytes, util::as_bytes(place));
  }
  const util::Checksum check = util::xxh3_128(bytes);
  util::append(bytes, util::ByteSpan(check.bytes));
  return bytes;
}

std::optional<CompilerRecord> CompilerRecord::decode(util::ByteSpan bytes) {
  if (bytes.size() < util::Checksum::kBytes) return std::nullopt;
  const util::ByteSpan body = bytes.first(bytes.size() - util::Checksum::kBytes);
  if (!std::ranges::equal(util::xxh3_128(body).bytes, bytes.last(util::Checksum::kBytes))) {
    return std::nullopt;
  }
  FieldReader reader(body);
  const util::ByteSpan magic = reader.take(kMagic.size());
  if (!std::ranges::equal(magic, kMagic) || reader.number() != kVersion) return std::nullopt;
  CompilerRecord record;
  record.compiler.kind = reader.number() == 0 ? CompilerKind::gcc : CompilerKind::clang;
  const util::ByteSpan identity = reader.take(util::Digest::kBytes);
  std::ranges::copy(identity, record.compiler.identity.bytes.begin());
  const std::uint64_t count = std::min(reader.number(), kMaxFiles);
  for (std::uint64_t i = 0; i < count; ++i) record.files.push_back(read_file_field(reader));
  const std::uint64_t places = std::min(reader.number(), kMaxFiles);
  for (std::uint64_t i = 0; i < places; ++i) {
    record.compiler.absent.emplace_back(util::as_text(reader.take(reader.number())));
  }
  if (!reader.is_done() || record.files.empty()) return std::nullopt;
  return record;
}

bool CompilerRecord::is_current() const noexcept {
  const auto is_same = [](const File& file) {
    struct stat status = {};
    return ::stat(file.path.c_str(), &status) == 0 && FileStamp::of(status) == file.stamp;
  };
  const auto is_there = [](const std::string& place) { return ::access(place.c_str(), F_OK) == 0; };
  return std::ranges::all_of(files, is_same) && std::ranges::none_of(compiler.absent, is_there);
}

}  // namespace larder::compile
