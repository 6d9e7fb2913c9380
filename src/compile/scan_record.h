#pragma once

#include "compile/source_scan.h"
#include "util/bytes.h"

#include <optional>

namespace larder::compile {

/// A scan as bytes, to be remembered; doc/format/state.md. Thread-safe.
util::ByteBuffer encode_scan(const SourceScan& scan);

/// The scan that was encoded, or nullopt for other bytes.
std::optional<SourceScan> decode_scan(util::ByteSpan bytes);

}  // namespace larder::compile
