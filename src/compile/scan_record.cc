#include "compile/scan_record.h"

#include "util/varint.h"

#include <array>

namespace larder::compile {
namespace {

constexpr std::array kFlags = {&SourceScan::uses_time, &SourceScan::pulls_in_files,
                               &SourceScan::uses_modules, &SourceScan::uses_precompiled,
                               &SourceScan::asks_for_once};

constexpr std::uint32_t kForms = 3;
constexpr std::uint32_t kUses = 4;

void append_text(util::ByteBuffer& bytes, std::string_view text) {
  util::append_varint(bytes, static_cast<std::uint32_t>(text.size()));
  util::append(bytes, util::as_bytes(text));
}

class ScanDecoder {
 public:
  explicit ScanDecoder(util::ByteSpan bytes) : varints_(bytes), size_(bytes.size()) {}

  std::optional<SourceScan> run() {
    SourceScan scan;
    const std::uint32_t flags = varints_.next();
    for (std::size_t i = 0; i < kFlags.size(); ++i) scan.*kFlags[i] = ((flags >> i) & 1) != 0;
    const std::uint32_t count = varints_.next();
    if (count > size_) return std::nullopt;  // each takes a byte at least
    scan.includes.reserve(count);
    for (std::uint32_t i = 0; i < count && is_sound_; ++i) scan.includes.push_back(include());
    if (!is_sound_ || !varints_.is_sound() || !varints_.rest().empty()) return std::nullopt;
    return scan;
  }

 private:
  IncludeSpelling include() {
    IncludeSpelling include;
    const std::uint32_t kind = varints_.next();
    is_sound_ = is_sound_ && kind < kForms * kUses;
    include.form = static_cast<IncludeSpelling::Form>(kind % kForms);
    include.use = static_cast<IncludeSpelling::Use>(kind / kForms);
    include.name = text();
    if (include.form != IncludeSpelling::Form::computed) return include;
    include.macro = text();
    include.parameter = varints_.next();
    return include;
  }

  std::string text() {
    const std::uint32_t size = varints_.next();
    return std::string(util::as_text(varints_.take(size)));
  }

  util::VarintReader varints_;
  std::size_t size_;
  bool is_sound_ = true;
};

}  // namespace

util::ByteBuffer encode_scan(const SourceScan& scan) {
  util::ByteBuffer bytes;
  std::uint32_t flags = 0;
  for (std::size_t i = 0; i < kFlags.size(); ++i) {
    flags |= static_cast<std::uint32_t>(scan.*kFlags[i]) << i;
  }
  util::append_varint(bytes, flags);
  util::append_varint(bytes, static_cast<std::uint32_t>(scan.includes.size()));
  for (const IncludeSpelling& include : scan.includes) {
    util::append_varint(bytes, static_cast<std::uint32_t>(include.form) +
                                   static_cast<std::uint32_t>(include.use) * kForms);
    append_text(bytes, include.name);
    if (include.form != IncludeSpelling::Form::computed) continue;
    append_text(bytes, include.macro);
    util::append_varint(bytes, include.parameter);
  }
  return bytes;
}

std::optional<SourceScan> decode_scan(util::ByteSpan bytes) { return ScanDecoder(bytes).run(); }

}  // namespace larder::compile
