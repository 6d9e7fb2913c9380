#include "backend/s3/fake_server_clock.h"

#include "backend/s3/uri.h"

#include <pugixml.hpp>

#include <array>
#include <sstream>
#include <string_view>

#include <ctime>

namespace larder::s3 {
namespace {

namespace http = sys::http;

using Time = std::chrono::system_clock::time_point;

/// The key in a URL of path style, empty for the bucket's own.
std::string key_of(std::string_view url) {
  url = url.substr(0, url.find('?'));
  for (int slashes = 0; slashes < 4; ++slashes) url.remove_prefix(url.find('/') + 1);
  return decode_listed(url).value();
}

std::string format(Time time, const char* pattern) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm parts = {};
  (void)::gmtime_r(&seconds, &parts);
  std::array<char, 64> text = {};
  return {text.data(), std::strftime(text.data(), text.size(), pattern, &parts)};
}

std::string iso_time(Time time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  std::string fraction = std::to_string(std::chrono::nanoseconds(time - whole).count());
  fraction.insert(0, 9 - fraction.size(), '0');
  return format(time, "%Y-%m-%dT%H:%M:%S.") + fraction + 'Z';
}

}  // namespace

Result<http::Response> FakeServerClock::send(const http::Request& request) {
  const std::string key = key_of(request.url);
  const bool is_object = !key.empty();
  if (is_object && request.method == "PUT") {
    const util::MutexLock lock(mutex_);
    times_.insert_or_assign(key, clock_.now());
  }
  auto response = next_.send(request);
  if (!response) return response;
  if (is_object) {
    set_back(key, *response);
  } else if (request.url.find("list-type=2") != std::string::npos) {
    set_back_listing(*response);
  }
  return response;
}

void FakeServerClock::set_back(const std::string& key, http::Response& response) {
  const util::MutexLock lock(mutex_);
  const auto time = times_.find(key);
  if (time == times_.end()) return;
  for (http::Header& header : response.headers) {
    if (!http::is_named(header, "Last-Modified")) continue;
    header.value = format(time->second, "%a, %d %b %Y %H:%M:%S GMT");
  }
}

void FakeServerClock::set_back_listing(http::Response& response) {
  pugi::xml_document document;
  if (!document.load_buffer(response.body.data(), response.body.size())) return;
  const util::MutexLock lock(mutex_);
  for (pugi::xml_node object : document.child("ListBucketResult").children("Contents")) {
    const auto time = times_.find(decode_listed(object.child_value("Key")).value());
    if (time == times_.end()) continue;
    object.child("LastModified").first_child().set_value(iso_time(time->second).c_str());
  }
  std::ostringstream changed;
  document.save(changed, "", pugi::format_raw);
  const std::string text = changed.str();
  const util::ByteSpan bytes = util::as_bytes(text);
  response.body.assign(bytes.begin(), bytes.end());
}

}  // namespace larder::s3
