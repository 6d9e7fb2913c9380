#pragma once

#include "compile/absent_files.h"
#include "compile/macro_includes.h"
#include <larder/result.h>

#include <string>
#include <string_view>
#include <vector>

#include <cstddef>

namespace larder::compile {

/// The texts of files that a compile read, by their numbers. Refers to its arguments.
class ReadTexts final : public SourceTexts {
 public:
  ReadTexts(const AbsentQuery& query, const std::vector<const ReadFile*>& files)
      : query_(query), files_(files) {}

  /// Errors: unavailable (the file is not what it was when it was scanned), denied, io.
  Result<std::string> read(std::size_t number) override;
  Result<bool> holds(std::size_t number, std::string_view word) override;

 private:
  const AbsentQuery& query_;
  const std::vector<const ReadFile*>& files_;
};

}  // namespace larder::compile
