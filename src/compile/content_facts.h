#pragma once

#include "sys/mapped_file.h"
#include "util/bytes.h"
#include "util/hash.h"
#include <larder/result.h>

#include <optional>
#include <string>

namespace larder::compile {

/// What has been found out about contents (or what else a digest stands for), remembered by their
/// digests, in a file of one user; doc/format/state.md. A fact follows from the content and a
/// purpose, so it never needs to be removed; when the file has grown to 16 MiB, it is begun anew.
/// What is torn or damaged fails its checksum and is not seen. One thread at a time in a process,
/// any number of processes.
class ContentFacts {
 public:
  /// Opens the file at `path`, making it if there is none (sparse). Three syscalls.
  /// Errors: no_space, denied, io.
  static Result<ContentFacts> open_or_create(std::string path);

  /// The fact about the content of this digest, or nullopt. `purpose`, a digest as well, says what
  /// was found out and by which rules. Good as long as this is. No syscall.
  [[nodiscard]] std::optional<util::ByteSpan> find(const util::Digest& content,
                                                   const util::Digest& purpose) const noexcept;

  /// Keeps a fact for save().
  void add(const util::Digest& content, const util::Digest& purpose, util::ByteSpan fact);

  /// Writes what was added, for later processes. Four syscalls and one for each fact, none without
  /// anything to write.
  /// Errors: no_space, denied, io.
  Result<void> save();

 private:
  ContentFacts(std::string path, sys::MappedFile file)
      : path_(std::move(path)), file_(std::move(file)) {}

  Result<void> index(util::ByteSpan records, std::uint64_t offset);

  std::string path_;
  sys::MappedFile file_;
  util::ByteBuffer added_;  // records
};

}  // namespace larder::compile
