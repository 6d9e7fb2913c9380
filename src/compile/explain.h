#pragma once

#include "compile/cause.h"
#include "compile/history.h"

#include <optional>
#include <string>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// An earlier compile that one is compared with, and what they have in common.
struct Precedent {
  enum class Relation : std::uint8_t {
    content,  ///< A source of the same name and content, in another place.
    source,   ///< The same source, to another object.
    object,   ///< The same object.
    same,     ///< Everything but the headers: the same manifest.
  };

  Relation relation = Relation::content;
  HistoryRecord record;
};

/// Why a recorded compile was no hit: first what matters most, mostly one cause. `compilers` is the
/// directory of the compilers' records.
std::vector<Cause> explain(const HistoryRecord& record, const std::optional<Precedent>& precedent,
                           const std::string& compilers);

/// Why a miss was not stored, such as "inputs changed: a.h changed while it was compiled"; empty if
/// it was.
std::string why_unstored(const HistoryRecord& record);

}  // namespace larder::compile
