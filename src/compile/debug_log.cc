#include "compile/debug_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include <cstdio>
#include <ctime>

namespace larder::compile {
namespace {

std::string prefix() {
  struct timespec now = {};
  struct tm local = {};
  (void)::clock_gettime(CLOCK_REALTIME, &now);  // cannot fail for a clock every Linux has
  (void)::gmtime_r(&now.tv_sec, &local);
  std::array<char, 64> text;
  const std::size_t length = std::strftime(text.data(), text.size(), "%FT%T", &local);
  std::array<char, 48> rest;
  (void)std::snprintf(rest.data(), rest.size(), ".%06ldZ [%d] ", now.tv_nsec / 1000, ::getpid());
  return std::string(text.data(), length) + rest.data();
}

}  // namespace

DebugLog::DebugLog(const std::string& path) {
  if (!path.empty()) fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

DebugLog::~DebugLog() {
  if (fd_ >= 0) (void)::close(fd_);
}

void DebugLog::line(std::string_view text) const {
  if (!is_on()) return;
  std::string whole = prefix();
  whole.append(text).push_back('\n');
  // One write, so that lines of processes do not mix; what does not fit a full disk is lost.
  (void)!::write(fd_, whole.data(), whole.size());
}

void DebugLog::line(std::string_view what, const Error& error) const {
  if (is_on()) line(std::string(what) + ": " + error.message());
}

}  // namespace larder::compile
