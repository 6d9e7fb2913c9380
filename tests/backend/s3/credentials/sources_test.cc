#include "backend/s3/credentials/credentials_fixture.h"

namespace larder::s3 {
namespace {

class CredentialSources : public CredentialsTest {};

TEST_F(CredentialSources, TakesTheOptionsOwnKeysBeforeAllOthers) {
  set("AWS_ACCESS_KEY_ID", "of-environment");
  set("AWS_SECRET_ACCESS_KEY", "HUSH-other");
  options_.access_key = "of-options";
  options_.secret_key = "HUSH-key";
  options_.session_token = "HUSH-token";

  const auto credentials = get().value();

  EXPECT_EQ(credentials->access_key, "of-options");
  EXPECT_EQ(credentials->secret_key, "HUSH-key");
  EXPECT_EQ(credentials->session_token, "HUSH-token");
  EXPECT_FALSE(credentials->expiry);
}

TEST_F(CredentialSources, RefusesHalfAPairOfKeys) {
  for (const auto& [access_key, secret_key, token] :
       {std::array{"AKID", "", ""}, std::array{"", "HUSH", ""}, std::array{"", "", "HUSH"}}) {
    options_.access_key = access_key;
    options_.secret_key = secret_key;
    options_.session_token = token;

    const auto source = make_source();

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(source.error().message().find("HUSH"), std::string::npos);
  }
}

TEST_F(CredentialSources, GivesNoneToTheAnonymous) {
  set("AWS_ACCESS_KEY_ID", "of-environment");
  set("AWS_SECRET_ACCESS_KEY", "HUSH-key");
  options_.anonymous = true;

  EXPECT_EQ(get().value(), nullptr);
}

TEST_F(CredentialSources, TakesTheEnvironmentsBeforeTheProfiles) {
  set("AWS_ACCESS_KEY_ID", "of-environment");
  set("AWS_SECRET_ACCESS_KEY", "HUSH-key");
  write(".aws/credentials",
        "[default]\naws_access_key_id = of-profile\naws_secret_access_key = HUSH-other\n");

  const auto credentials = get().value();

  EXPECT_EQ(credentials->access_key, "of-environment");
  EXPECT_EQ(credentials->session_token, "");
}

TEST_F(CredentialSources, TakesTheSessionTokenOfTheEnvironment) {
  set("AWS_ACCESS_KEY_ID", "AKID");
  set("AWS_SECRET_ACCESS_KEY", "HUSH-key");
  set("AWS_SESSION_TOKEN", "HUSH-token");

  EXPECT_EQ(get().value()->session_token, "HUSH-token");
}

TEST_F(CredentialSources, RefusesHalfAPairInTheEnvironment) {
  set("AWS_SECRET_ACCESS_KEY", "HUSH-key");
  write(".aws/credentials",
        "[default]\naws_access_key_id = of-profile\naws_secret_access_key = HUSH-other\n");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(CredentialSources, TakesAnEmptyVariableForAnUnsetOne) {
  set("AWS_ACCESS_KEY_ID", "");
  set("AWS_SECRET_ACCESS_KEY", "");
  set("AWS_PROFILE", "");
  write(".aws/credentials",
        "[default]\naws_access_key_id = of-profile\naws_secret_access_key = HUSH-key\n");

  EXPECT_EQ(get().value()->access_key, "of-profile");
}

TEST_F(CredentialSources, TakesTheOptionsProfileBeforeTheEnvironment) {
  set("AWS_ACCESS_KEY_ID", "of-environment");
  set("AWS_SECRET_ACCESS_KEY", "HUSH-other");
  set("AWS_PROFILE", "another");
  write(".aws/credentials",
        "[ci]\naws_access_key_id = of-profile\naws_secret_access_key = HUSH-key\n");
  options_.profile = "ci";

  EXPECT_EQ(get().value()->access_key, "of-profile");
}

TEST_F(CredentialSources, NamesAllThatWasTriedInVain) {
  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::denied);
  for (const std::string part :
       {"AWS_ACCESS_KEY_ID", "\"default\"", ".aws/config", ".aws/credentials",
        "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_", "AWS_EC2_METADATA_DISABLED"}) {
    EXPECT_NE(error.message().find(part), std::string::npos) << part << " in " << error.message();
  }
}

TEST_F(CredentialSources, LooksAtNothingBeforeTheFirstGet) {
  const auto source = make_source().value();

  write(".aws/credentials",
        "[default]\naws_access_key_id = of-profile\naws_secret_access_key = HUSH-key\n");

  EXPECT_EQ(source->get().value()->access_key, "of-profile");
}

TEST_F(CredentialSources, LooksAgainOnceCredentialsWereRefused) {
  const auto keys = [](const std::string& access_key) {
    return "[default]\naws_access_key_id = " + access_key + "\naws_secret_access_key = HUSH-key\n";
  };
  write(".aws/credentials", keys("old"));
  const auto source = make_source().value();
  const auto old = source->get().value();
  write(".aws/credentials", keys("new"));

  EXPECT_EQ(source->get().value(), old);
  source->forget(old);
  EXPECT_EQ(source->get().value()->access_key, "new");
  source->forget(old);
  EXPECT_EQ(source->get().value()->access_key, "new");
}

TEST_F(CredentialSources, NamesTheRegionOfTheProfileInUse) {
  write(".aws/config", "[default]\nregion = eu-west-1\n[profile ci]\nregion = eu-north-1\n");
  const auto region = [this] { return make_source().value()->profile_region(); };

  EXPECT_EQ(region(), "eu-west-1");
  set("AWS_PROFILE", "ci");
  EXPECT_EQ(region(), "eu-north-1");
  set("AWS_PROFILE", "absent");
  EXPECT_EQ(region(), std::nullopt);
  options_.profile = "default";
  EXPECT_EQ(region(), "eu-west-1");
  options_.access_key = options_.secret_key = "HUSH";
  EXPECT_EQ(region(), "eu-west-1");
}

}  // namespace
}  // namespace larder::s3
