#pragma once

#include "backend/s3/credentials.h"
#include "support/data.h"
#include "support/fake_clock.h"
#include "support/files.h"
#include "support/http_server.h"
#include "support/temp_dir.h"
#include "sys/http/transport.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <chrono>

/// What the tests of credentials have in common. Whatever is secret in them has the word HUSH in
/// it, so that no Error can tell it unseen.
namespace larder::s3 {

/// The message and code of a failure, checked for secrets.
inline Error error_of(const Result<std::shared_ptr<const Credentials>>& result) {
  if (result) return {ErrorCode::io, "there was no error"};
  EXPECT_EQ(result.error().message().find("HUSH"), std::string::npos) << result.error().message();
  return result.error();
}

/// Sends what is for one address to another: the addresses of real endpoints cannot be taken here.
class RedirectingTransport final : public sys::http::Transport {
 public:
  Result<sys::http::Response> send(const sys::http::Request& request) override {
    sys::http::Request redirected = request;
    for (const auto& [from, to] : redirects_) {
      if (request.url.starts_with(from)) redirected.url = to + request.url.substr(from.size());
    }
    bypasses_proxy_ = request.bypasses_proxy;
    return real_->send(redirected);
  }

  void redirect(const std::string& from, const std::string& to) { redirects_[from] = to; }
  /// Whether the last request did.
  [[nodiscard]] bool bypasses_proxy() const { return bypasses_proxy_; }

 private:
  std::unique_ptr<sys::http::Transport> real_ =
      sys::http::make_transport({.uses_proxies = false}).value();
  std::map<std::string, std::string> redirects_;
  bool bypasses_proxy_ = false;
};

/// An environment, a home directory, a clock and options of its own. Nothing of this machine's.
class CredentialsTest : public testing::Test {
 protected:
  CredentialsTest() {
    set("HOME", home_.path());
    set("PATH", "/usr/bin:/bin");
    set("AWS_EC2_METADATA_DISABLED", "true");
  }

  void set(const std::string& name, const std::string& value) { variables_[name] = value; }
  void write(const std::string& path, std::string_view text) {
    support::write_file(home_.file(path), text);
  }

  /// A source that sees the environment as it is now.
  Result<std::unique_ptr<CredentialSource>> make_source() {
    std::vector<std::string> entries;
    std::vector<const char*> pointers;
    for (const auto& [name, value] : variables_) entries.push_back(name + '=' + value);
    for (const std::string& entry : entries) pointers.push_back(entry.c_str());
    pointers.push_back(nullptr);
    options_.environment = pointers.data();
    return make_credential_source(options_, transport_, clock_);
  }

  /// What a source made now gives first.
  Result<std::shared_ptr<const Credentials>> get() { return make_source().value()->get(); }

  /// The time as an endpoint writes it.
  [[nodiscard]] std::string time_after(std::chrono::seconds duration) const {
    const auto time = std::chrono::system_clock::to_time_t(clock_.now() + duration);
    std::tm parts = {};
    std::array<char, 32> text = {};
    const auto size =
        std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", ::gmtime_r(&time, &parts));
    return {text.data(), size};
  }

  /// What the endpoint of a container or an instance answers.
  [[nodiscard]] std::string endpoint_document(const std::string& access_key,
                                              std::chrono::seconds lifetime) const {
    return R"({"Code": "Success", "AccessKeyId": ")" + access_key +
           R"(", "SecretAccessKey": "HUSH-key", "Token": "HUSH-token", "Expiration": ")" +
           time_after(lifetime) + "\"}";
  }

  const support::TempDir home_;
  support::FakeClock clock_;
  RedirectingTransport transport_;
  S3Options options_;

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace larder::s3
