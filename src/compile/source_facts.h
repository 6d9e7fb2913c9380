#pragma once

#include "compile/content_facts.h"
#include "compile/file_digests.h"
#include "compile/root_mentions.h"
#include "compile/source_scan.h"
#include <larder/result.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace larder::compile {

/// What a compile's cacheability needs to know of one file that it read.
struct SourceFacts {
  HashedFile file;
  SourceScan scan;
  OutsideMentions mentions;  ///< Where there is a root and the file is not below it.
};

/// Finds out about files, from what is remembered of their stamps and contents or by reading them.
/// The caller saves what was added to be remembered. One thread at a time.
class SourceFactsReader {
 public:
  /// `facts`: where what is found in contents is remembered, or null. `mentions`: the root that
  /// matters, or null.
  SourceFactsReader(FileDigests& digests, ContentFacts* facts, SourceDialect dialect,
                    const RootMentions* mentions);

  /// One stat where everything is known, else that and seven syscalls. nullopt for what is no
  /// regular file. Errors: as FileDigests::read.
  Result<std::optional<SourceFacts>> read(const std::string& path);

  /// Whether a file below the root, of this digest, tells it: RootMentions::tells(), which must
  /// know by now what does. No syscall where that is known, else seven.
  /// Errors: as FileDigests::read; unavailable if the file is another or none by now.
  Result<bool> tells_root(const std::string& path, const util::Digest& digest);

  /// Whether a word stands in a file of this digest: SourceTexts::holds(). Cost and errors as
  /// tells_root().
  Result<bool> holds(const std::string& path, const util::Digest& digest, std::string_view word);

 private:
  [[nodiscard]] bool is_outside(const std::string& path) const;
  [[nodiscard]] std::optional<SourceFacts> recall(const std::string& path) const;
  void remember(const std::string& path, const SourceFacts& found);
  Result<bool> ask(const std::string& path, const util::Digest& digest, const util::Digest& purpose,
                   const std::function<bool(std::string_view text)>& answer);

  FileDigests& digests_;
  SourceDialect dialect_;
  const RootMentions* mentions_;
  ContentFacts* facts_;
  util::Digest scan_purpose_;
  util::Digest outside_purpose_;
  std::optional<util::Digest> inside_purpose_;  // once it is known
};

}  // namespace larder::compile
