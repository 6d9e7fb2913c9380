#pragma once

#include "compile/file_digests.h"
#include "compile/job.h"
#include "store/prepared_blob.h"
#include "util/helper.h"
#include "util/unique_fd.h"
#include <larder/blob.h>
#include <larder/result.h>

#include <optional>
#include <string>
#include <vector>

namespace larder::compile {

/// An output that is held open, so that it is one file from the first look to the last.
struct HeldOutput {
  std::string blob_name;
  std::string path;
  util::UniqueFd fd;
  FileStamp stamp;
};

/// The files that a compile wrote. Used by one thread; a helper reads and compresses what is worth
/// it, while the first finds out what the compile has read.
class HeldOutputs {
 public:
  /// Opens them. Once, after the compile has succeeded. Gives the path of an output that cannot be
  /// restored, if any. Errors: denied, io.
  Result<std::optional<std::string>> hold(const Job& job);

  /// Begins to read and compress the larger ones as packs have them. Once, after hold(). `helper`
  /// must outlive this.
  void prepare(const Compression& compression, util::Helper& helper);

  [[nodiscard]] const std::vector<HeldOutput>& all() const noexcept { return outputs_; }

  /// Where the blobs of all() are to be read from, in that order; they refer into this. Waits for
  /// what is being prepared.
  std::vector<NamedSource> sources();

  /// Whether the files at the outputs' paths are still the ones that are held, unchanged.
  [[nodiscard]] bool are_as_held() const;

 private:
  std::vector<HeldOutput> outputs_;
  std::vector<std::optional<PreparedBlob>> prepared_;  // for each, once preparing_ has finished
  util::Helper::Task preparing_;                       // last, since it uses both
};

}  // namespace larder::compile
