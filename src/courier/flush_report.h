#pragma once

#include <optional>
#include <string>

#include <chrono>

#include "courier/uploader.h"

namespace larder::courier {

/// How a flush that began at `since` has ended, as JSON: that nothing is left, or what is and why,
/// once no upload has succeeded for `patience` and some have failed. Nullopt while it goes on.
/// `uploader` may be null: then there is nothing.
std::optional<std::string> flush_report(const Uploader* uploader,
                                        std::chrono::system_clock::time_point since,
                                        std::chrono::system_clock::time_point now,
                                        std::chrono::seconds patience);

}  // namespace larder::courier
