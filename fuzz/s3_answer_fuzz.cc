#include "backend/s3/dates.h"
#include "backend/s3/layout.h"
#include "backend/s3/reply.h"
#include "backend/s3/uri.h"
#include "backend/s3/xml.h"

#include <string>
#include <string_view>

#include <cstdlib>

/// Whatever a service answers: a key in a listing that is an entry's is spelled as it would be put,
/// and an error can be told.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace larder;
  const util::ByteSpan bytes(reinterpret_cast<const std::byte*>(data), size);
  const std::string_view text = util::as_text(bytes);

  const auto page = s3::parse_list(bytes);
  for (std::size_t i = 0; page && i < page->objects.size(); ++i) {
    const std::string& key = page->objects[i].key;
    const auto place = s3::layout::parse_object_key("cache/", key);
    if (place && s3::layout::object_key("cache/", {place->ns, place->key}) != key) std::abort();
    if (s3::decode_listed(s3::encode_path(key)) != key) std::abort();
  }
  (void)s3::parse_delete_result(bytes);
  const s3::Reply reply =
      s3::reply_of({.status = 400, .body = util::ByteBuffer(bytes.begin(), bytes.end())});
  if (s3::error_of(reply, "get").message().empty()) std::abort();
  (void)s3::parse_http_date(text);
  (void)s3::parse_iso_time(text);
  (void)s3::decode_listed(text);
  return 0;
}
