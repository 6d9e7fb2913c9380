#include "backend/s3/fill_estimates.h"

#include <random>
#include <string_view>

namespace larder::s3 {
namespace {

constexpr double kWriters = 8;

}  // namespace

double FillEstimates::random_part() {
  std::random_device random;
  return std::uniform_real_distribution<double>(0, 1)(random);
}

void FillEstimates::on_written(const store::NamespacePath& ns, std::uint64_t bytes) {
  const util::MutexLock lock(mutex_);
  std::string_view path = ns.text();
  while (!path.empty()) {
    estimates_[std::string(path)].written += bytes;
    const std::size_t slash = path.rfind('/');
    path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  }
  estimates_[""].written += bytes;
}

bool FillEstimates::is_due(const store::NamespacePath& below, std::uint64_t max_bytes) {
  const util::MutexLock lock(mutex_);
  const Estimate& estimate = estimates_[below.text()];
  const double limit = static_cast<double>(max_bytes);
  const double all = kWriters * static_cast<double>(estimate.written);
  if (!estimate.found) {
    // A look that is not over, or that failed, is not followed by the next at once.
    const double part = estimate.has_looked ? 1 : first_look_;
    return all >= part * (1 - kLowWatermark) * limit;
  }
  return static_cast<double>(*estimate.found) + all > limit;
}

void FillEstimates::begin_look(const store::NamespacePath& below) {
  const util::MutexLock lock(mutex_);
  Estimate& estimate = estimates_[below.text()];
  estimate.has_looked = true;
  estimate.written = 0;
}

void FillEstimates::end_look(const store::NamespacePath& below, std::uint64_t bytes) {
  const util::MutexLock lock(mutex_);
  estimates_[below.text()].found = bytes;
}

}  // namespace larder::s3
