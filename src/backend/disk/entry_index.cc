#include "backend/disk/entry_index.h"

#include "util/hex.h"
#include "util/try.h"

#include <charconv>

namespace larder::disk {
namespace {

constexpr std::string_view kFirstWords = "larder entry ";
constexpr std::string_view kBinding = "binding ";
constexpr std::string_view kBlob = "blob ";
constexpr std::string_view kChecksum = "checksum ";
constexpr unsigned kVersion = 1;
constexpr std::size_t kChecksumDigits = 2 * util::Checksum::kBytes;

tl::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::corrupt, "read " + std::string(".entry: ") + std::string(what));
}

/// Cuts `text` after the next line and gives that line; nullopt if none is left.
std::optional<std::string_view> next_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

/// Cuts a decimal number off the front of `text`.
template <typename Number>
std::optional<Number> take_number(std::string_view& text) {
  Number number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// Cuts a checksum off the front of `text`.
std::optional<util::Checksum> take_checksum(std::string_view& text) {
  util::Checksum checksum;
  if (text.size() < kChecksumDigits) return std::nullopt;
  if (!util::from_hex(text.substr(0, kChecksumDigits), checksum.bytes)) return std::nullopt;
  text.remove_prefix(kChecksumDigits);
  return checksum;
}

/// The checksum of a line "`word`checksum".
std::optional<util::Checksum> parse_checksum_line(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) return std::nullopt;
  line.remove_prefix(word.size());
  const auto checksum = take_checksum(line);
  return line.empty() ? checksum : std::nullopt;
}

std::optional<IndexRecord> parse_record(std::string_view line) {
  if (!line.starts_with(kBlob)) return std::nullopt;
  line.remove_prefix(kBlob.size());
  const auto bytes = take_number<std::uint64_t>(line);
  if (!bytes || !line.starts_with(' ')) return std::nullopt;
  line.remove_prefix(1);
  const auto checksum = take_checksum(line);
  if (!checksum || !line.starts_with(' ')) return std::nullopt;
  auto name = Name::parse(line.substr(1));
  if (!name) return std::nullopt;
  return IndexRecord{*std::move(name), *bytes, *checksum};
}

Result<std::vector<IndexRecord>> parse_records(std::string_view text) {
  std::vector<IndexRecord> records;
  while (const auto line = next_line(text)) {
    auto record = parse_record(*line);
    if (!record) return corrupt("a line is no blob's");
    if (!records.empty() && !(records.back().name < record->name)) {
      return corrupt("the names are not in order");
    }
    records.push_back(*std::move(record));
  }
  if (!text.empty() || records.empty() || records.size() > kMaxIndexRecords) {
    return corrupt("the number of blobs is not 1 to 256");
  }
  return records;
}

void append_checksum_line(std::string& text, std::string_view word,
                          const util::Checksum& checksum) {
  text += word;
  text += util::to_hex(checksum.bytes);
  text += '\n';
}

}  // namespace

std::string print_index(const EntryIndex& index) {
  std::string text(kFirstWords);
  text += std::to_string(kVersion) + '\n';
  append_checksum_line(text, kBinding, index.binding);
  for (const IndexRecord& record : index.records) {
    text += kBlob;
    text += std::to_string(record.bytes) + ' ' + util::to_hex(record.checksum.bytes) + ' ';
    text += record.name.text() + '\n';
  }
  append_checksum_line(text, kChecksum, util::xxh3_128(util::as_bytes(text)));
  return text;
}

Result<std::optional<EntryIndex>> parse_index(std::string_view text) {
  constexpr std::size_t kLastLineBytes = kChecksum.size() + kChecksumDigits + 1;
  std::string_view rest = text;
  auto first = next_line(rest);
  if (!first || !first->starts_with(kFirstWords)) return corrupt("it does not begin as one");
  first->remove_prefix(kFirstWords.size());
  const auto version = take_number<unsigned>(*first);
  if (!version || *version == 0 || !first->empty()) return corrupt("it has no version");
  if (*version > kVersion) return std::optional<EntryIndex>();
  if (rest.size() < kLastLineBytes) return corrupt("it is cut short");
  const std::string_view summed = text.substr(0, text.size() - kLastLineBytes);
  std::string_view last = text.substr(summed.size());
  last.remove_suffix(1);
  if (!text.ends_with('\n') ||
      parse_checksum_line(last, kChecksum) != util::xxh3_128(util::as_bytes(summed))) {
    return corrupt("its checksum does not match");
  }
  rest.remove_suffix(kLastLineBytes);
  const auto line = next_line(rest);
  const auto binding = line ? parse_checksum_line(*line, kBinding) : std::nullopt;
  if (!binding) return corrupt("it has no binding");
  LARDER_TRY(auto records, parse_records(rest));
  return std::optional(EntryIndex{*binding, std::move(records)});
}

}  // namespace larder::disk
