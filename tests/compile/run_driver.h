#pragma once

#include <string>
#include <vector>

namespace larder::compile {

/// A finished compiler driver.
struct DriverResult {
  int exit_code = -1;   ///< -1 if a signal ended it.
  std::string printed;  ///< Standard output and error, mingled.
};

/// Runs a driver found on PATH in `directory`, in the C locale. Aborts if it cannot be started.
DriverResult run_driver(const std::string& directory, const std::vector<std::string>& command);

}  // namespace larder::compile
