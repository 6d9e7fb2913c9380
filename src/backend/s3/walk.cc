#include "backend/s3/walk.h"

#include "util/bytes.h"
#include "util/try.h"

namespace larder::s3 {
namespace {

/// Whether the walk goes on.
bool visit_page(const std::string& prefix, const ListPage& page, const WalkVisitors& visitors) {
  for (const ListedObject& object : page.objects) {
    const auto place = layout::parse_object_key(prefix, object.key);
    if (!place) {
      if (visitors.on_foreign) visitors.on_foreign(object.key);
      continue;
    }
    const std::uint64_t bytes = util::round_up(object.bytes, kBlockBytes);
    if (!visitors.on_entry({object.key, *place, bytes, object.last_modified})) return false;
  }
  return true;
}

}  // namespace

Result<void> walk(Session& session, const store::NamespacePath& below,
                  const WalkVisitors& visitors) {
  const std::string& prefix = session.options().prefix;
  const std::string listed = layout::object_prefix(prefix, below);
  std::string token;
  do {
    if (visitors.is_to_end && visitors.is_to_end()) {
      return fail(ErrorCode::unavailable, "list " + session.dir(below) + ": the store is closing");
    }
    LARDER_TRY(const ListPage page, session.bucket().list(listed, token));
    if (!visit_page(prefix, page, visitors)) return {};
    token = page.next;
  } while (!token.empty());
  return {};
}

}  // namespace larder::s3
