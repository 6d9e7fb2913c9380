#pragma once

#include "backend/s3/credentials.h"
#include "backend/s3/credentials/variables.h"
#include "sys/clock.h"
#include "sys/http/transport.h"

#include <optional>
#include <string>

namespace larder::s3 {

/// What a source is asked with.
struct LookupContext {
  Variables variables;
  sys::http::Transport& transport;
  const sys::Clock& clock;
  /// The profile that the options ask for; empty to look at `AWS_PROFILE`.
  std::string profile = {};
  /// The region that the options name; empty to look elsewhere.
  std::string region = {};
};

/// What a source has.
struct Lookup {
  std::optional<Credentials> credentials = {};
  /// Where there are none, because the source is not set up: what it lacks, for a message.
  std::string absence = {};
};

/// A place where credentials may be. One that is set up and fails is an Error, which names it and
/// never holds what is secret: nothing that a service, process or file says is repeated.
using LookupFunction = Result<Lookup>(const LookupContext& context);

}  // namespace larder::s3
