#pragma once

#include "backend/s3/bucket.h"
#include "backend/s3/s3_backend.h"
#include "backend/s3/static_credentials.h"
#include "backend/s3/unique_prefix.h"
#include "conformance/conformance.h"
#include "store/view.h"
#include "support/data.h"
#include "support/fake_clock.h"
#include "support/fault_proxy.h"
#include "support/s3/engine.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <chrono>

/// What the tests of stores in a bucket have in common.
namespace larder::s3 {

using conformance::code_of;
using support::key_of;
using support::name_of;

/// A store with what it stands on.
struct OpenedStore {
  std::shared_ptr<sys::http::CountingTransport> transport;
  std::unique_ptr<Store> store;

  Store& operator*() const { return *store; }
  Store* operator->() const { return store.get(); }

  /// How many requests a call makes.
  template <typename Call>
  std::uint64_t requests_of(const Call& call) const {
    const auto before = transport->counts().requests;
    call();
    return transport->counts().requests - before;
  }
};

/// Tests below a prefix of their own in the bucket that all share.
class S3Test : public testing::Test {
 protected:
  [[nodiscard]] const support::S3Engine& engine() const { return engine_; }
  [[nodiscard]] const std::string& prefix() const { return prefix_; }

  /// For a store on the engine itself.
  [[nodiscard]] S3Options options() const {
    S3Options options;
    options.bucket = "stores";
    options.prefix = prefix_;
    options.region = "us-east-1";
    options.endpoint = engine_.endpoint;
    options.auto_create = true;
    return options;
  }

  [[nodiscard]] OpenedStore open() const { return open(options()); }
  [[nodiscard]] OpenedStore open(const S3Options& options) const {
    return open(options, std::make_shared<StaticCredentials>(engine_));
  }
  [[nodiscard]] OpenedStore open(const S3Options& options,
                                 std::shared_ptr<CredentialSource> credentials) const {
    return open(options, std::move(credentials), {});
  }
  /// `parts` as they are but for the service.
  [[nodiscard]] OpenedStore open(const S3Options& options,
                                 std::shared_ptr<CredentialSource> credentials,
                                 BackendParts parts) const {
    std::shared_ptr<sys::http::CountingTransport> transport =
        sys::http::make_transport({.ca_file = options.ca_file, .uses_proxies = false}).value();
    parts.service = {transport, std::move(credentials)};
    auto backend = s3::open_backend(options, std::move(parts)).value();
    return {transport, store::make_store(std::move(backend), options.max_bytes)};
  }

  [[nodiscard]] std::unique_ptr<store::Backend> open_backend(const S3Options& options) const {
    std::shared_ptr<sys::http::Transport> transport =
        sys::http::make_transport({.uses_proxies = false}).value();
    return s3::open_backend(options,
                            {.service = {transport, std::make_shared<StaticCredentials>(engine_)}})
        .value();
  }

  /// The bucket itself, to look at and change objects behind a store's back.
  [[nodiscard]] Bucket bucket() const {
    const S3Options at = options();
    std::shared_ptr<sys::http::Transport> transport =
        sys::http::make_transport({.uses_proxies = false}).value();
    return Bucket({.name = at.bucket, .auto_create = true}, Location::from(at).value(),
                  {transport, std::make_shared<StaticCredentials>(engine_)}, sys::system_clock());
  }

  /// Puts an object of any content at a key below the prefix.
  void put_object(const std::string& key, std::string_view content) const {
    const util::ByteSpan bytes = util::as_bytes(content);
    const auto pack =
        store::pack_bytes_of(std::make_shared<const util::ByteBuffer>(bytes.begin(), bytes.end()));
    ASSERT_TRUE(bucket().put(prefix_ + key, *pack));
  }
  /// The content of the object, empty if there is none.
  [[nodiscard]] std::string object(const std::string& key) const {
    const auto object = bucket().get(prefix_ + key).value();
    if (!object) return {};
    std::string content(object->bytes->size(), '\0');
    EXPECT_TRUE(object->bytes->read_at(0, std::as_writable_bytes(std::span(content))));
    return content;
  }

 private:
  const support::S3Engine engine_ = support::S3Engine::shared();
  const std::string prefix_ = unique_prefix();
};

/// Those with a way to the engine that can be bad.
class S3FaultTest : public S3Test {
 protected:
  [[nodiscard]] support::FaultProxy& proxy() { return proxy_; }

  /// For a store by way of the proxy.
  [[nodiscard]] S3Options options_by_proxy() const {
    S3Options by_proxy = options();
    by_proxy.endpoint = proxy_.url();
    return by_proxy;
  }

  [[nodiscard]] OpenedStore open_by_proxy() const { return open(options_by_proxy()); }

 private:
  support::FaultProxy proxy_{engine().endpoint};
};

/// How long a call takes.
template <typename Call>
std::chrono::milliseconds time_of(const Call& call) {
  const auto started = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               started);
}

/// The message of a call that fails.
template <typename T>
std::string message_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? std::string() : result.error().message();
}

}  // namespace larder::s3
