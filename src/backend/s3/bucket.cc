#include "backend/s3/bucket.h"

#include "backend/s3/content_md5.h"
#include "backend/s3/dates.h"
#include "backend/s3/uri.h"
#include "util/assert.h"
#include "util/try.h"

#include <utility>

namespace larder::s3 {
namespace {

namespace http = sys::http;

constexpr int kNotFound = 404;
constexpr int kForbidden = 403;
constexpr int kPreconditionFailed = 412;

/// The upload of a pack: its file, its bytes in place, or a copy of them in `copy`.
Result<http::Upload> upload_of(const store::PackBytes& bytes, util::ByteBuffer& copy) {
  if (bytes.fd() >= 0) return http::Upload{.fd = bytes.fd(), .file_bytes = bytes.size()};
  if (!bytes.in_memory().empty()) return http::Upload{.bytes = bytes.in_memory()};
  copy.resize(bytes.size());
  LARDER_CHECK(bytes.read_at(0, copy));
  return http::Upload{.bytes = copy};
}

ObjectTag tag_of(const Reply& reply) {
  return {.etag = std::string(http::find_header(reply.headers, "ETag")),
          .last_modified = parse_http_date(http::find_header(reply.headers, "Last-Modified"))};
}

/// The same; an Error says what was tried.
template <typename T>
Result<T> in_context(Result<T> result, const std::string& what) {
  if (result) return result;
  return fail(std::move(result).error().context(what));
}

}  // namespace

std::string Bucket::url_of(const std::string& key) const {
  return "s3://" + options_.name + '/' + key;
}

bool Bucket::is_missing(const Reply& reply) const { return reply.has_failed_with("NoSuchBucket"); }

tl::unexpected<Error> Bucket::failed(std::string_view what, const std::string& key,
                                     const Reply& reply) const {
  Error error = error_of(reply, std::string(what) + ' ' + url_of(key));
  const bool is_look = what == "get" || what == "look for";
  if (!is_look || reply.status != kForbidden || error.code() != ErrorCode::denied) {
    return fail(std::move(error));
  }
  // That is also what who may not list a bucket is told of what is not there.
  return fail(error.code(), error.message() +
                                "; without the permission s3:ListBucket, absent objects are "
                                "answered so too");
}

void Bucket::add_storage_headers(http::Headers& headers) const {
  headers.push_back({"Content-Type", "application/octet-stream"});
  const S3Encryption& encryption = options_.encryption;
  if (encryption.mode == S3Encryption::Mode::none) return;
  const bool is_kms = encryption.mode == S3Encryption::Mode::kms;
  headers.push_back({"x-amz-server-side-encryption", is_kms ? "aws:kms" : "AES256"});
  if (!is_kms || encryption.key_id.empty()) return;
  headers.push_back({"x-amz-server-side-encryption-aws-kms-key-id", encryption.key_id});
}

Result<std::optional<Object>> Bucket::get(const std::string& key, std::uint64_t max_bytes) {
  Download download(max_bytes);
  Operation operation{.key = key};
  operation.download = &download;
  LARDER_TRY(const Reply reply, in_context(client_.send(operation), "get " + url_of(key)));
  if (!reply.error) return std::optional(Object{download.finish(), tag_of(reply)});
  const bool is_bucket_missing = is_missing(reply);
  const bool is_absent = reply.status == kNotFound && !is_bucket_missing;
  if (is_absent || (is_bucket_missing && options_.auto_create)) return std::optional<Object>();
  return failed("get", key, reply);
}

Result<bool> Bucket::has(const std::string& key) {
  LARDER_TRY(const Reply reply,
             in_context(client_.send({.method = "HEAD", .key = key}), "look for " + url_of(key)));
  if (!reply.error) return true;
  if (reply.status == kNotFound) return false;
  return failed("look for", key, reply);
}

Result<void> Bucket::put(const std::string& key, const store::PackBytes& bytes) {
  Operation operation{.kind = OperationKind::write, .method = "PUT", .key = key};
  add_storage_headers(operation.headers);
  util::ByteBuffer copy;
  LARDER_TRY(operation.upload, upload_of(bytes, copy));
  LARDER_TRY(Reply reply, in_context(client_.send(operation), "put " + url_of(key)));
  if (is_missing(reply) && options_.auto_create) {
    LARDER_CHECK(create());
    LARDER_TRY(reply, in_context(client_.send(operation), "put " + url_of(key)));
  }
  if (reply.error) return failed("put", key, reply);
  return {};
}

Result<void> Bucket::create() {
  LARDER_TRY(const Site site, client_.site());
  Operation operation{.kind = OperationKind::write, .method = "PUT"};
  std::string body;
  // The region that is not to be named is the default one.
  if (site.region != "us-east-1") body = print_create_bucket(site.region);
  operation.upload.bytes = util::as_bytes(body);
  LARDER_TRY(const Reply reply, in_context(client_.send(operation), "create " + url_of("")));
  // Another process of ours was faster.
  if (!reply.error || reply.has_failed_with("BucketAlreadyOwnedByYou")) return {};
  return failed("create", "", reply);
}

Result<void> Bucket::remove(const std::string& key) {
  LARDER_TRY(
      const Reply reply,
      in_context(client_.send({.kind = OperationKind::write, .method = "DELETE", .key = key}),
                 "remove " + url_of(key)));
  const bool is_bucket_missing = is_missing(reply);
  const bool is_absent = reply.status == kNotFound && !is_bucket_missing;
  if (!reply.error || is_absent || (is_bucket_missing && options_.auto_create)) return {};
  return failed("remove", key, reply);
}

Result<std::vector<NotRemoved>> Bucket::remove_all(std::span<const std::string> keys) {
  LARDER_ASSERT(keys.size() <= kMaxKeysAtOnce);
  if (keys.empty()) return std::vector<NotRemoved>();
  const std::string body = print_delete(keys);
  Operation operation{.kind = OperationKind::list, .method = "POST", .query = "delete="};
  operation.headers = {{"Content-MD5", content_md5(body)}, {"Content-Type", "application/xml"}};
  operation.upload.bytes = util::as_bytes(body);
  LARDER_TRY(const Reply reply, in_context(client_.send(operation), "remove from " + url_of("")));
  if (!reply.error) return read_removal(reply.body);
  // A service without it; or a key with a character that XML has no way to write.
  const bool is_refused = reply.status == 400 || reply.status == 405 || reply.status == 501;
  if (is_refused) return remove_each(keys);
  return failed("remove from", "", reply);
}

Result<std::vector<NotRemoved>> Bucket::read_removal(util::ByteSpan document) const {
  LARDER_TRY(auto failures, in_context(parse_delete_result(document), "remove from " + url_of("")));
  std::vector<NotRemoved> left;
  for (DeleteFailure& failure : failures) {
    if (failure.error.code == "NoSuchKey") continue;
    // What the status would be if it had been asked for alone.
    Reply reply{.status = failure.error.code == "AccessDenied" ? kForbidden : 500};
    reply.error = std::move(failure.error);
    left.push_back({failure.key, error_of(reply, "remove " + url_of(failure.key))});
  }
  return left;
}

Result<std::vector<NotRemoved>> Bucket::remove_each(std::span<const std::string> keys) {
  std::vector<NotRemoved> left;
  for (const std::string& key : keys) {
    auto removed = remove(key);
    if (removed) continue;
    // One that is away would cost its deadline again and again.
    if (removed.error().code() == ErrorCode::unavailable) return fail(std::move(removed).error());
    left.push_back({key, std::move(removed).error()});
  }
  return left;
}

Result<bool> Bucket::touch(const std::string& key, const std::string& etag) {
  Operation operation{.kind = OperationKind::write, .method = "PUT", .key = key};
  operation.headers = {{"x-amz-copy-source", '/' + options_.name + '/' + encode_path(key)},
                       {"x-amz-copy-source-if-match", etag},
                       {"x-amz-metadata-directive", "REPLACE"}};
  add_storage_headers(operation.headers);
  LARDER_TRY(const Reply reply, in_context(client_.send(operation), "refresh " + url_of(key)));
  if (!reply.error) return true;
  const bool is_gone = reply.status == kNotFound || reply.status == kPreconditionFailed;
  if (is_gone && !is_missing(reply)) return false;
  return failed("refresh", key, reply);
}

Result<ListPage> Bucket::list(const std::string& prefix, const std::string& token) {
  Operation operation{.kind = OperationKind::list};
  // In the order of their names, as they are signed.
  if (!token.empty()) operation.query = "continuation-token=" + encode_value(token) + '&';
  operation.query += "encoding-type=url&list-type=2";
  if (options_.page_keys != 0) operation.query += "&max-keys=" + std::to_string(options_.page_keys);
  operation.query += "&prefix=" + encode_value(prefix);
  LARDER_TRY(const Reply reply, in_context(client_.send(operation), "list " + url_of(prefix)));
  if (is_missing(reply) && options_.auto_create) return ListPage();
  if (reply.error) return failed("list", prefix, reply);
  return in_context(parse_list(reply.body), "list " + url_of(prefix));
}

}  // namespace larder::s3
