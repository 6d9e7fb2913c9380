#pragma once

#include <optional>
#include <string_view>

namespace larder::util {

/// Whether a second thread would have a processor to itself at this moment: there are fewer threads
/// that want one, on the whole machine, than processors that this thread may use. Where /proc does
/// not tell, whether it may use more than one. Four system calls, some 10 us.
bool is_processor_idle();

/// How many threads run or wait for a processor, the reader among them, as /proc/loadavg says
/// (proc(5), its fourth field); absent where it does not say so.
std::optional<unsigned> wanting_threads(std::string_view loadavg);

}  // namespace larder::util
