#include "backend/s3/s3_fixture.h"
#include "support/files.h"
#include "support/temp_dir.h"
#include <larder/s3.h>

/// Who may do what, and how the service is reached.
namespace larder::s3 {
namespace {

using conformance::get;
using conformance::put;
using conformance::put_entry;
using conformance::stats;

class S3AccessTest : public S3Test {
 protected:
  [[nodiscard]] std::shared_ptr<CredentialSource> reader() const {
    return std::make_shared<StaticCredentials>(
        Credentials{engine().reader_access_key, engine().reader_secret_key});
  }

  /// For a bucket that no other test uses and nobody has made.
  [[nodiscard]] S3Options options_of_new_bucket() const {
    S3Options at = options();
    at.bucket = "new-" + prefix().substr(0, prefix().size() - 1);
    return at;
  }

  /// Lets everybody read a bucket.
  void make_public(const S3Options& at) const {
    const std::string resource = "\"arn:aws:s3:::" + at.bucket;
    const std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
        R"("Action":["s3:GetObject","s3:ListBucket"],"Resource":[)" +
        resource + "\"," + resource + R"(/*"]}]})";
    std::shared_ptr<sys::http::Transport> transport =
        sys::http::make_transport({.uses_proxies = false}).value();
    Client client(Location::from(at).value(),
                  {transport, std::make_shared<StaticCredentials>(engine())}, sys::system_clock());
    Operation operation{.kind = OperationKind::write, .method = "PUT", .query = "policy="};
    operation.upload.bytes = util::as_bytes(policy);
    EXPECT_FALSE(client.send(operation).value().error);
  }
};

TEST_F(S3AccessTest, RefusesAWrongSecretWithoutTellingIt) {
  const auto store =
      open(options(),
           std::make_shared<StaticCredentials>(Credentials{engine().access_key, "a-wrong-secret"}));

  const auto got = store->get(key_of("key"), name_of("blob"));

  EXPECT_EQ(code_of(got), ErrorCode::denied);
  EXPECT_NE(message_of(got).find("SignatureDoesNotMatch"), std::string::npos);
  EXPECT_EQ(message_of(got).find("a-wrong-secret"), std::string::npos);
}

TEST_F(S3AccessTest, RefusesAnUnknownKey) {
  const auto store =
      open(options(), std::make_shared<StaticCredentials>(Credentials{"NOBODY", "secret"}));

  EXPECT_EQ(code_of(store->get(key_of("key"), name_of("blob"))), ErrorCode::denied);
  EXPECT_EQ(code_of(store->has(key_of("key"))), ErrorCode::denied);
  EXPECT_EQ(code_of(store->stats()), ErrorCode::denied);
}

TEST_F(S3AccessTest, FindsABucketThatDoesNotExistUnavailable) {
  S3Options at = options_of_new_bucket();
  at.auto_create = false;
  const auto store = open(at);
  const NamedSource blob = {name_of("blob"), BlobSource::from_text("value")};

  EXPECT_EQ(code_of(store->get(key_of("key"), name_of("blob"))), ErrorCode::unavailable);
  EXPECT_EQ(code_of(store->put_entry(key_of("key"), {&blob, 1})), ErrorCode::unavailable);
  EXPECT_EQ(code_of(store->remove(key_of("key"))), ErrorCode::unavailable);
  EXPECT_EQ(code_of(store->stats()), ErrorCode::unavailable);
  EXPECT_NE(message_of(store->stats()).find("NoSuchBucket"), std::string::npos);
}

TEST_F(S3AccessTest, CreatesTheBucketWhenItFirstPuts) {
  const auto store = open(options_of_new_bucket());
  EXPECT_EQ(get(*store, "key", "blob"), std::nullopt);
  EXPECT_EQ(stats(*store), StoreStats());
  conformance::remove(*store, "key");

  // The put that finds none, the bucket, the put again.
  EXPECT_EQ(store.requests_of([&] { put_entry(*store, "key", {{"blob", "value"}}); }), 3U);

  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(stats(*store).entries, 1U);
}

TEST_F(S3AccessTest, LetsWhoMayOnlyReadRead) {
  put_entry(*open(), "key", {{"blob", "value"}});
  const auto store = open(options(), reader());
  const NamedSource blob = {name_of("blob"), BlobSource::from_text("value")};

  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(get(*store, "absent", "blob"), std::nullopt);
  EXPECT_EQ(stats(*store).entries, 1U);
  EXPECT_EQ(code_of(store->put_entry(key_of("new"), {&blob, 1})), ErrorCode::denied);
  EXPECT_EQ(code_of(store->remove(key_of("key"))), ErrorCode::denied);
  EXPECT_EQ(code_of(store->clean({.max_bytes = 0})), ErrorCode::denied);
  EXPECT_EQ(get(*store, "key", "blob"), "value");
}

TEST_F(S3AccessTest, ChangesNothingThatWasOpenedReadOnly) {
  put_entry(*open(), "key", {{"blob", "value"}});
  S3Options read_only = options();
  read_only.read_only = true;
  const auto store = open(read_only);
  const NamedSource blob = {name_of("blob"), BlobSource::from_text("value")};
  VerifyOptions repairing;
  repairing.repair = true;

  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(store->verify({})->entries, 1U);
  const auto requests = store.requests_of([&] {
    EXPECT_EQ(code_of(store->put(key_of("key"), blob.name, blob.source)), ErrorCode::denied);
    EXPECT_EQ(code_of(store->put_entry(key_of("key"), {&blob, 1})), ErrorCode::denied);
    EXPECT_EQ(code_of(store->remove(key_of("key"))), ErrorCode::denied);
    EXPECT_EQ(code_of(store->clean({.max_bytes = 0})), ErrorCode::denied);
    EXPECT_EQ(code_of(store->verify(repairing)), ErrorCode::denied);
  });
  EXPECT_EQ(requests, 0U);
}

TEST_F(S3AccessTest, SpeaksTlsToWhoItsAuthorityCertifies) {
  S3Options at = options();
  at.endpoint = engine().tls_endpoint;
  at.ca_file = engine().ca_file;
  const auto store = open(at);
  const std::string large = conformance::noise_text(3'000'000);

  put_entry(*store, "key", {{"blob", large}});

  EXPECT_TRUE(get(*store, "key", "blob") == large);
  EXPECT_EQ(store.transport->counts().connections, 1U);
}

TEST_F(S3AccessTest, RefusesTlsThatNobodyItTrustsCertifies) {
  S3Options at = options();
  at.endpoint = engine().tls_endpoint;

  const auto got = open(at)->get(key_of("key"), name_of("blob"));

  EXPECT_EQ(code_of(got), ErrorCode::denied);
}

TEST_F(S3AccessTest, FindsTheBucketInTheHostsName) {
  put_entry(*open(), "key", {{"blob", "value"}});
  S3Options at = options();
  at.virtual_host = true;
  at.endpoint = "http://s3.localhost" + engine().endpoint.substr(engine().endpoint.rfind(':'));
  const auto store = open(at);

  EXPECT_EQ(get(*store, "key", "blob"), "value");
  put(*store, "key", "more", "value");
  EXPECT_EQ(stats(*store).entries, 1U);
}

TEST_F(S3AccessTest, AssumesARoleForTemporaryCredentials) {
  const support::TempDir home;
  support::write_file(home.file(".aws/config"),
                      "[profile build]\nregion = us-east-1\nsource_profile = base\nrole_arn = " +
                          engine().role_arn + '\n');
  support::write_file(home.file(".aws/credentials"),
                      "[base]\naws_access_key_id = " + engine().access_key +
                          "\naws_secret_access_key = " + engine().secret_key + '\n');
  const std::string home_variable = "HOME=" + home.path();
  const std::string sts_variable = "AWS_ENDPOINT_URL_STS=" + engine().sts_endpoint;
  const char* const environment[] = {home_variable.c_str(), sts_variable.c_str(),
                                     "AWS_PROFILE=build", nullptr};
  S3Options at = options();
  at.endpoint = engine().sts_endpoint;
  at.region = std::nullopt;
  at.environment = environment;
  const auto store = open_s3_store(at).value();

  put(*store, "key", "blob", "value");

  EXPECT_EQ(get(*store, "key", "blob"), "value");
}

TEST_F(S3AccessTest, ReadsAPublicBucketUnsigned) {
  const S3Options at = options_of_new_bucket();
  put_entry(*open(at), "key", {{"blob", "value"}});
  make_public(at);
  S3Options anonymous = at;
  anonymous.anonymous = true;
  anonymous.auto_create = false;
  const auto store = open_s3_store(anonymous).value();

  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(get(*store, "absent", "blob"), std::nullopt);
  EXPECT_EQ(code_of(store->remove(key_of("key"))), ErrorCode::denied);
}

TEST_F(S3AccessTest, HasEntriesEncryptedByTheService) {
  S3Options at = options();
  at.encryption = {.mode = S3Encryption::Mode::kms, .key_id = "larder-test"};
  const auto store = open(at);

  put(*store, "key", "blob", "value");

  EXPECT_EQ(get(*store, "key", "blob"), "value");
  at.encryption.key_id = "no-such-key";
  const NamedSource blob = {name_of("blob"), BlobSource::from_text("value")};
  EXPECT_FALSE(open(at)->put_entry(key_of("key"), {&blob, 1}));
}

TEST_F(S3AccessTest, TakesPrefixesAndNamespacesOfOddCharacters) {
  S3Options at = options();
  at.prefix += "a b+c%2F&d=e;~'()*\xc3\xa9/";
  const auto store = open(at);
  const auto view = conformance::in_namespace(*store, "x y+z%41\"<>&");

  put(*view, "key", "blob", "value");

  EXPECT_EQ(get(*view, "key", "blob"), "value");
  EXPECT_EQ(conformance::walk(*store), (std::set<std::string>{"x y+z%41\"<>&:key"}));
  EXPECT_EQ(conformance::clean(*store, {.max_bytes = 0}).removed.entries, 1U);
  EXPECT_EQ(get(*view, "key", "blob"), std::nullopt);
}

TEST_F(S3AccessTest, TakesAPrefixOfNothing) {
  S3Options at = options_of_new_bucket();
  at.prefix = "";
  const auto store = open(at);

  put(*store, "key", "blob", "value");

  EXPECT_EQ(store->dir(), "s3://" + at.bucket);
  EXPECT_EQ(get(*store, "key", "blob"), "value");
  EXPECT_EQ(conformance::walk(*store), (std::set<std::string>{":key"}));
}

}  // namespace
}  // namespace larder::s3
