#pragma once

#include <larder/result.h>

#include <sys/types.h>

#include <string>
#include <vector>

namespace larder::sys {

/// Starts the program at `program` with these arguments (argv, with argv[0]) and our environment as
/// a resident process: none of our descriptors, 0 to 2 on /dev/null, a session of its own, working
/// directory `/`, no signal ignored or blocked. What we hold open can so never be held open by it:
/// a pipe that outlives us would keep its reader waiting. It stays a child of ours until we end;
/// gives its process id. Half a millisecond. Errors: denied, io (os_error tells why exec failed).
Result<pid_t> start_detached(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace larder::sys
