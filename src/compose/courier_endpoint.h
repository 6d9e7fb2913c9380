#pragma once

#include "backend/courier/connection.h"
#include <larder/config.h>
#include <larder/result.h>

#include <string>

#include <cstddef>

namespace larder::compose {

/// How many stores on this machine the list begins with: disks, which every program opens itself.
/// What follows them is reached through the courier.
std::size_t leading_local(const Config& config) noexcept;

/// The courier for these settings, this user and the credentials and proxies in `environment`
/// ("NAME=value" texts, the last of them nullptr); `program` is the path of larder-courier, and
/// what it holds is part of the courier's identity. Six syscalls.
/// Errors: unavailable (there is no such program), denied, io.
Result<courier::Endpoint> courier_endpoint(const Config& config, const char* const* environment,
                                           const std::string& program);

}  // namespace larder::compose
