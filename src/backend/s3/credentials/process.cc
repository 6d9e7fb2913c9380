#include "backend/s3/credentials/process.h"

#include "backend/s3/credentials/document.h"
#include "sys/helper.h"
#include "util/try.h"

#include <chrono>

namespace larder::s3 {

Result<Credentials> run_credential_process(const std::string& command, const Variables& variables) {
  LARDER_TRY(const auto outcome, sys::run_helper({.program = "/bin/sh",
                                                  .arguments = {"sh", "-c", command},
                                                  .environment = variables.entries()},
                                                 {.time_limit = std::chrono::minutes(1)}));
  if (!outcome.status.is_success()) {
    const bool is_killed = outcome.status.signal != 0;
    const int number = is_killed ? outcome.status.signal : outcome.status.code;
    return fail(ErrorCode::denied, (is_killed ? "it was killed by signal " : "it exited with ") +
                                       std::to_string(number));
  }
  return parse_process_document(outcome.out);
}

}  // namespace larder::s3
