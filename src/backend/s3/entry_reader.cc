#include "backend/s3/entry_reader.h"

#include "store/pack_layout.h"
#include "util/try.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace larder::s3 {
namespace {

using State = store::Pack::State;

constexpr std::uint64_t kAnySize = std::numeric_limits<std::uint64_t>::max();

/// The length of the longest pack of blobs of this length.
std::uint64_t max_pack_bytes(std::uint64_t max_blob_bytes) {
  namespace layout = store::layout;
  constexpr std::uint64_t kMost = Bucket::kMaxObjectBytes;
  const std::uint64_t blob = std::min(max_blob_bytes, kMost) + layout::kPageAlignment;
  return std::min(layout::kMaxHeaderBytes + layout::kMaxBlobs * blob, kMost);
}

Result<std::optional<Object>> get_object(Session& session, const std::string& object_key) {
  const std::uint64_t most = max_pack_bytes(session.options().pack.max_blob_bytes);
  auto object = session.bucket().get(object_key, most);
  if (object || object.error().code() != ErrorCode::no_space) return object;
  // Or the disk is full, which os_error() tells.
  if (object.error().os_error() != 0) return object;
  return fail(ErrorCode::corrupt, object.error().message() + "; no entry is that large");
}

}  // namespace

Result<std::optional<ReadEntry>> read_entry(Session& session, const store::Address& address) {
  LARDER_TRY(std::string key, session.object_key(address));
  LARDER_TRY(auto object, get_object(session, key));
  if (!object) return std::optional<ReadEntry>();
  auto pack = store::Pack::open(object->bytes, address, session.options().pack.max_blob_bytes);
  if (!pack) {
    if (pack.error().code() == ErrorCode::corrupt) remove_if_corrupt(session, address);
    return fail(std::move(pack).error().context("get " + session.bucket().url_of(key)));
  }
  return std::optional(ReadEntry{std::move(key), std::move(object->bytes), *std::move(pack),
                                 std::move(object->tag)});
}

Result<std::optional<ReadEntry>> read_base(Session& session, const store::Address& address) {
  LARDER_TRY(std::string key, session.object_key(address));
  auto object = get_object(session, key);
  if (!object && object.error().code() == ErrorCode::corrupt) return std::optional<ReadEntry>();
  if (!object) return fail(std::move(object).error());
  if (!*object) return std::optional<ReadEntry>();
  auto pack = store::Pack::open((*object)->bytes, address, session.options().pack.max_blob_bytes);
  if (!pack && pack.error().code() != ErrorCode::corrupt) return fail(std::move(pack).error());
  if (!pack || pack->state() != State::sound) return std::optional<ReadEntry>();
  return std::optional(
      ReadEntry{std::move(key), std::move((*object)->bytes), *std::move(pack), (*object)->tag});
}

std::function<void()> remove_later_if_corrupt(const std::shared_ptr<Session>& session,
                                              const store::Address& address) {
  return [weak = std::weak_ptr(session), ns = address.ns, key = address.key] {
    if (const auto alive = weak.lock()) remove_if_corrupt(*alive, {ns, key});
  };
}

void remove_if_corrupt(Session& session, const store::Address& address) {
  if (session.options().read_only) return;
  (void)judge_to_remove(session, address, Removal::corrupt);  // it is found again if that fails
}

Result<std::optional<Verdict>> judge(Session& session, const store::Address& address) {
  LARDER_TRY(const std::string key, session.object_key(address));
  // Of any size that an entry can have: another client may take larger blobs than this one.
  LARDER_TRY(auto object, session.bucket().get(key));
  if (!object) return std::optional<Verdict>();
  const auto pack = store::Pack::open(std::move(object->bytes), address, kAnySize);
  Result<void> verified;
  if (!pack) verified = fail(pack.error());
  if (pack && pack->state() == State::sound) verified = pack->verify();
  if (verified) return std::optional(Verdict{.state = pack->state()});
  if (verified.error().code() != ErrorCode::corrupt) return fail(std::move(verified).error());
  return std::optional(Verdict{.corrupt_because = verified.error().message()});
}

Result<std::optional<Verdict>> judge_to_remove(Session& session, const store::Address& address,
                                               Removal removal) {
  LARDER_TRY(const std::string key, session.object_key(address));
  const auto lock = session.locks().take_to_write(key);
  LARDER_TRY(auto verdict, judge(session, address));
  if (!verdict) return verdict;
  const bool is_misplaced = !verdict->corrupt_because && verdict->state == State::misplaced;
  const bool has_to_go =
      verdict->corrupt_because || (is_misplaced && removal == Removal::corrupt_or_misplaced);
  if (has_to_go && removal != Removal::nothing) LARDER_CHECK(session.bucket().remove(key));
  return verdict;
}

}  // namespace larder::s3
