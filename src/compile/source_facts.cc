#include "compile/source_facts.h"

#include "compile/scan_record.h"
#include "util/bytes.h"

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

SourceFactsReader::SourceFactsReader(FileDigests& digests, const std::string& facts_path,
                                     SourceDialect dialect, const RootMentions* mentions)
    : digests_(digests),
      dialect_(dialect),
      mentions_(mentions),
      scan_purpose_(purpose_of_scan(dialect)) {
  for (const bool is_inside : {false, true}) {
    if (mentions == nullptr) break;
    mention_purposes_[std::size_t{is_inside}] = purpose_by_rules(mentions->purpose(is_inside));
  }
  if (facts_path.empty()) return;
  if (auto facts = ContentFacts::open_or_create(facts_path)) facts_ = *std::move(facts);
}

Result<std::optional<SourceFacts>> SourceFactsReader::read(const std::string& path) {
  if (auto known = recall(path)) return known;
  SourceFacts found;
  const auto hashed = digests_.read(path.c_str(), [&](util::ByteSpan bytes) {
    const std::string_view text = util::as_text(bytes);
    found.scan = scan_source(text, dialect_);
    if (mentions_ != nullptr) found.mentions = mentions_->find(mentions_->is_inside(path), text);
  });
  if (!hashed) return fail(hashed.error());
  if (!*hashed) return std::optional<SourceFacts>();
  found.file = **hashed;
  remember(path, found);
  return std::optional(std::move(found));
}

std::optional<SourceFacts> SourceFactsReader::recall(const std::string& path) const {
  if (!facts_) return std::nullopt;
  const auto file = digests_.known(path.c_str());
  if (!file) return std::nullopt;
  const auto scan = facts_->find(file->digest, scan_purpose_);
  if (!scan) return std::nullopt;
  auto decoded = decode_scan(*scan);
  if (!decoded) return std::nullopt;
  SourceFacts found{.file = *file, .scan = *std::move(decoded), .mentions = {}};
  if (mentions_ == nullptr) return found;
  const auto mentions = facts_->find(file->digest, purpose_of_mentions(path));
  auto decoded_mentions = mentions ? decode_mentions(*mentions) : std::nullopt;
  if (!decoded_mentions) return std::nullopt;
  found.mentions = *std::move(decoded_mentions);
  return found;
}

/// What is not known yet: a file whose stamp tells nothing may hold what another has held.
void SourceFactsReader::remember(const std::string& path, const SourceFacts& found) {
  if (!facts_) return;
  const util::Digest& content = found.file.digest;
  if (!facts_->find(content, scan_purpose_)) {
    facts_->add(content, scan_purpose_, encode_scan(found.scan));
  }
  if (mentions_ == nullptr) return;
  const util::Digest& purpose = purpose_of_mentions(path);
  if (!facts_->find(content, purpose)) {
    facts_->add(content, purpose, encode_mentions(found.mentions));
  }
}

const util::Digest& SourceFactsReader::purpose_of_mentions(const std::string& path) const {
  return mention_purposes_[std::size_t{mentions_->is_inside(path)}];
}

void SourceFactsReader::save() {
  if (facts_) (void)facts_->save();
}

}  // namespace larder::compile
