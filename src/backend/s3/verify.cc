#include "backend/s3/verify.h"

#include "backend/s3/entry_reader.h"
#include "backend/s3/walk.h"
#include "util/try.h"

namespace larder::s3 {
namespace {

using State = store::Pack::State;

constexpr std::uint64_t kProgressStep = 256;

/// One walk over the store with what it has found so far.
class Verification {
 public:
  Verification(Session& session, const VerifyOptions& options)
      : session_(session), options_(options) {}

  Result<void> check_entry(const ListedEntry& entry);
  void report_foreign(const std::string& object_key) {
    tell({Finding::Kind::foreign, session_.bucket().url_of(object_key),
          "it is none of the store's"});
  }

  [[nodiscard]] const VerifyReport& report() const noexcept { return report_; }

 private:
  void tell(const Finding& finding);
  void report(const Verdict& verdict, const std::string& where);
  /// Of what repair has removed.
  void report_removed(const Finding& finding);

  Session& session_;
  const VerifyOptions& options_;
  VerifyReport report_;
  std::uint64_t looked_at_ = 0;
};

void Verification::tell(const Finding& finding) {
  const bool is_harmless =
      finding.kind == Finding::Kind::foreign || finding.kind == Finding::Kind::newer;
  if (!is_harmless) ++report_.findings;
  if (options_.on_finding) options_.on_finding(finding);
}

Result<void> Verification::check_entry(const ListedEntry& entry) {
  if (++looked_at_ % kProgressStep == 0 && options_.on_progress) options_.on_progress(looked_at_);
  const store::Address address{entry.place.ns, entry.place.key};
  LARDER_TRY(auto verdict, judge(session_, address));
  const bool is_sound = verdict && !verdict->corrupt_because && verdict->state == State::sound;
  if (!is_sound && verdict) {
    // Once more: bytes may be damaged on their way, and it may have been replaced.
    LARDER_TRY(verdict,
               judge_to_remove(session_, address,
                               options_.repair ? Removal::corrupt_or_misplaced : Removal::nothing));
  }
  if (verdict) report(*verdict, session_.bucket().url_of(entry.object_key));
  return {};
}

void Verification::report(const Verdict& verdict, const std::string& where) {
  if (verdict.corrupt_because) {
    report_removed({Finding::Kind::corrupt, where, *verdict.corrupt_because});
  } else if (verdict.state == State::misplaced) {
    report_removed(
        {Finding::Kind::misplaced, where, "it was stored under another key or namespace"});
  } else if (verdict.state == State::newer) {
    tell({Finding::Kind::newer, where, "it is of a newer format"});
  } else {
    ++report_.entries;
  }
}

void Verification::report_removed(const Finding& finding) {
  if (options_.repair) ++report_.repaired;
  tell(finding);
}

}  // namespace

Result<VerifyReport> verify(Session& session, const store::NamespacePath& below,
                            const VerifyOptions& options) {
  Verification verification(session, options);
  Result<void> outcome;
  const auto on_entry = [&](const ListedEntry& entry) {
    outcome = verification.check_entry(entry);
    return outcome.has_value();
  };
  const auto on_foreign = [&](const std::string& key) { verification.report_foreign(key); };
  LARDER_CHECK(walk(session, below, {.on_entry = on_entry, .on_foreign = on_foreign}));
  LARDER_CHECK(outcome);
  return verification.report();
}

}  // namespace larder::s3
