#include "compile/source_facts.h"

#include "compile/scan_record.h"
#include "compile/source_text.h"
#include "util/bytes.h"
#include "util/try.h"

#include <array>
#include <utility>

namespace larder::compile {
namespace {

/// How contents are looked at: a digest of the sources that do it.
constexpr std::string_view kRules = LARDER_SCAN_RULES;

util::Digest purpose_of_scan(SourceDialect dialect) {
  util::Blake3 hasher;
  hasher.field("scan of a source").field(kRules).field(static_cast<std::uint64_t>(dialect));
  return hasher.finish();
}

util::Digest purpose_by_rules(const util::Digest& purpose) {
  return util::Blake3().field(kRules).update(purpose.bytes).finish();
}

}  // namespace

SourceFactsReader::SourceFactsReader(FileDigests& digests, ContentFacts* facts,
                                     SourceDialect dialect, const RootMentions* mentions)
    : digests_(digests),
      dialect_(dialect),
      mentions_(mentions),
      facts_(facts),
      scan_purpose_(purpose_of_scan(dialect)) {
  if (mentions != nullptr) outside_purpose_ = purpose_by_rules(mentions->outside_purpose());
}

bool SourceFactsReader::is_outside(const std::string& path) const {
  return mentions_ != nullptr && !mentions_->is_inside(path);
}

Result<std::optional<SourceFacts>> SourceFactsReader::read(const std::string& path) {
  if (auto known = recall(path)) return known;
  SourceFacts found;
  const auto hashed = digests_.read(path.c_str(), [&](util::ByteSpan bytes) {
    const std::string_view text = util::as_text(bytes);
    found.scan = scan_source(text, dialect_);
    if (is_outside(path)) found.mentions = mentions_->find_outside(text);
  });
  if (!hashed) return fail(hashed.error());
  if (!*hashed) return std::optional<SourceFacts>();
  found.file = **hashed;
  remember(path, found);
  return std::optional(std::move(found));
}

std::optional<SourceFacts> SourceFactsReader::recall(const std::string& path) const {
  if (facts_ == nullptr) return std::nullopt;
  const auto file = digests_.known(path.c_str());
  if (!file) return std::nullopt;
  const auto scan = facts_->find(file->digest, scan_purpose_);
  if (!scan) return std::nullopt;
  auto decoded = decode_scan(*scan);
  if (!decoded) return std::nullopt;
  SourceFacts found{.file = *file, .scan = *std::move(decoded), .mentions = {}};
  if (!is_outside(path)) return found;
  const auto mentions = facts_->find(file->digest, outside_purpose_);
  auto decoded_mentions = mentions ? decode_mentions(*mentions) : std::nullopt;
  if (!decoded_mentions) return std::nullopt;
  found.mentions = *std::move(decoded_mentions);
  return found;
}

/// What is not known yet: a file whose stamp tells nothing may hold what another has held.
void SourceFactsReader::remember(const std::string& path, const SourceFacts& found) {
  if (facts_ == nullptr) return;
  const util::Digest& content = found.file.digest;
  if (!facts_->find(content, scan_purpose_)) {
    facts_->add(content, scan_purpose_, encode_scan(found.scan));
  }
  if (is_outside(path) && !facts_->find(content, outside_purpose_)) {
    facts_->add(content, outside_purpose_, encode_mentions(found.mentions));
  }
}

Result<bool> SourceFactsReader::tells_root(const std::string& path, const util::Digest& digest) {
  if (!inside_purpose_) inside_purpose_ = purpose_by_rules(mentions_->inside_purpose());
  return ask(path, digest, *inside_purpose_,
             [this](std::string_view text) { return mentions_->tells(text); });
}

Result<bool> SourceFactsReader::holds(const std::string& path, const util::Digest& digest,
                                      std::string_view word) {
  const util::Digest purpose =
      util::Blake3().field("whether a source holds a word").field(kRules).field(word).finish();
  return ask(path, digest, purpose, [word](std::string_view text) {
    return without_splices(text).find(word) != std::string::npos;
  });
}

/// What has one of two answers.
Result<bool> SourceFactsReader::ask(const std::string& path, const util::Digest& digest,
                                    const util::Digest& purpose,
                                    const std::function<bool(std::string_view text)>& answer) {
  const auto known = facts_ != nullptr ? facts_->find(digest, purpose) : std::nullopt;
  if (known && known->size() == 1) return known->front() != std::byte{0};
  bool is_so = false;
  LARDER_TRY(const auto hashed, digests_.read(path.c_str(), [&](util::ByteSpan bytes) {
    is_so = answer(util::as_text(bytes));
  }));
  if (!hashed || hashed->digest != digest) {
    return fail(ErrorCode::unavailable, "read " + path + " again: it has changed");
  }
  const std::array fact = {std::byte{is_so}};
  if (facts_ != nullptr) facts_->add(digest, purpose, fact);
  return is_so;
}

}  // namespace larder::compile
