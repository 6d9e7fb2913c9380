#pragma once

#include "store/pack.h"
#include "util/bytes.h"
#include "util/scratch.h"
#include "util/try.h"
#include <larder/result.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::store {

struct Pack::Body {
  State state = State::sound;
  std::shared_ptr<const PackBytes> bytes;  // shared with the caller of open
  std::unique_ptr<std::byte[]> owned;      // what `head` refers to, unless `bytes` is in memory
  util::ByteSpan head;                     // the pack's first bytes
  std::vector<PackRecord> records;

  /// Reads the pack's first `length` bytes into `head`.
  Result<void> read_head(std::uint64_t length) {
    if (const util::ByteSpan all = bytes->in_memory(); !all.empty()) {
      head = all;
      return {};
    }
    util::Scratch scratch(length);
    LARDER_CHECK(bytes->read_at(0, scratch.span));
    head = scratch.span;
    owned = std::move(scratch.bytes);
    return {};
  }

  /// The record's stored bytes in place, or nullopt if they have to be read.
  [[nodiscard]] std::optional<util::ByteSpan> in_head(const PackRecord& record) const {
    if (record.offset + record.stored_bytes > head.size()) return std::nullopt;
    return head.subspan(record.offset, record.stored_bytes);
  }
};

}  // namespace larder::store
