#include "backend/s3/xml.h"

#include "backend/s3/dates.h"
#include "backend/s3/uri.h"
#include "util/try.h"

#include <pugixml.hpp>

#include <sstream>
#include <string_view>

#include <charconv>

namespace larder::s3 {
namespace {

constexpr const char* kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/// The root element of that name, or none.
pugi::xml_node parse_root(pugi::xml_document& parsed, util::ByteSpan document, const char* name) {
  if (!parsed.load_buffer(document.data(), document.size())) return {};
  return parsed.child(name);
}

tl::unexpected<Error> not_understood(std::string_view what) {
  return fail(ErrorCode::unavailable,
              "the service's answer is not understood: " + std::string(what));
}

ServiceError read_error(const pugi::xml_node& error) {
  ServiceError read;
  read.code = error.child_value("Code");
  read.message = error.child_value("Message");
  read.region = error.child_value("Region");
  read.endpoint = error.child_value("Endpoint");
  return read;
}

Result<ListedObject> read_object(const pugi::xml_node& contents, bool is_encoded) {
  ListedObject object;
  const std::string_view key = contents.child_value("Key");
  if (is_encoded) {
    auto decoded = decode_listed(key);
    if (!decoded) return not_understood("a key in a listing");
    object.key = *std::move(decoded);
  } else {
    object.key = key;
  }
  const std::string_view size = contents.child_value("Size");
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), object.bytes);
  if (error != std::errc() || end != size.data() + size.size()) {
    return not_understood("a size in a listing");
  }
  const auto time = parse_iso_time(contents.child_value("LastModified"));
  if (!time) return not_understood("a time in a listing");
  object.last_modified = *time;
  return object;
}

std::string print(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "", pugi::format_raw);
  return out.str();
}

void append_child(pugi::xml_node& parent, const char* name, const std::string& value) {
  parent.append_child(name).append_child(pugi::node_pcdata).set_value(value.c_str());
}

}  // namespace

std::optional<ServiceError> parse_error(util::ByteSpan document) {
  pugi::xml_document parsed;
  const pugi::xml_node error = parse_root(parsed, document, "Error");
  if (!error) return std::nullopt;
  return read_error(error);
}

Result<ListPage> parse_list(util::ByteSpan document) {
  pugi::xml_document parsed;
  const pugi::xml_node root = parse_root(parsed, document, "ListBucketResult");
  if (!root) return not_understood("it should be a listing");
  // Not every service knows encoding-type; one that does says so.
  const bool is_encoded = std::string_view(root.child_value("EncodingType")) == "url";
  ListPage page;
  for (const pugi::xml_node& contents : root.children("Contents")) {
    LARDER_TRY(ListedObject object, read_object(contents, is_encoded));
    page.objects.push_back(std::move(object));
  }
  if (std::string_view(root.child_value("IsTruncated")) != "true") return page;
  page.next = root.child_value("NextContinuationToken");
  if (page.next.empty()) return not_understood("a listing does not say how it goes on");
  return page;
}

std::string print_delete(std::span<const std::string> keys) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("Delete");
  root.append_attribute("xmlns") = kNamespace;
  append_child(root, "Quiet", "true");
  for (const std::string& key : keys) {
    pugi::xml_node object = root.append_child("Object");
    append_child(object, "Key", key);
  }
  return print(document);
}

Result<std::vector<DeleteFailure>> parse_delete_result(util::ByteSpan document) {
  pugi::xml_document parsed;
  const pugi::xml_node root = parse_root(parsed, document, "DeleteResult");
  if (!root) return not_understood("it should say what was deleted");
  std::vector<DeleteFailure> failures;
  for (const pugi::xml_node& error : root.children("Error")) {
    failures.push_back({error.child_value("Key"), read_error(error)});
  }
  return failures;
}

std::string print_create_bucket(const std::string& region) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CreateBucketConfiguration");
  root.append_attribute("xmlns") = kNamespace;
  append_child(root, "LocationConstraint", region);
  return print(document);
}

}  // namespace larder::s3
