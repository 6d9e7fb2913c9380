#pragma once

#include <larder/result.h>

#include <string>
#include <string_view>

namespace larder::compile {

/// The log that LARDER_LOG asks for: one line appended for each step, with time and process. Costs
/// nothing when it is off. A log that cannot be written is given up silently: it must not disturb
/// a build. One thread at a time.
class DebugLog {
 public:
  /// Off for an empty path.
  explicit DebugLog(const std::string& path);
  DebugLog(const DebugLog&) = delete;
  DebugLog& operator=(const DebugLog&) = delete;
  ~DebugLog();

  [[nodiscard]] bool is_on() const noexcept { return fd_ >= 0; }

  void line(std::string_view text) const;
  void line(std::string_view what, const Error& error) const;

 private:
  int fd_ = -1;
};

}  // namespace larder::compile
