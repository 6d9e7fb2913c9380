#pragma once

#include "backend/s3/credentials.h"
#include "backend/s3/credentials/variables.h"
#include <larder/result.h>

#include <string>

namespace larder::s3 {

/// Runs a `credential_process` by /bin/sh and reads what it prints. It has a minute; its standard
/// error is dropped. Errors: denied (it fails), invalid_argument (it prints something else),
/// unavailable. Messages hold neither the command, which may have secrets in it, nor what it says.
Result<Credentials> run_credential_process(const std::string& command, const Variables& variables);

}  // namespace larder::s3
