#include "backend/s3/credentials/credentials_fixture.h"

namespace larder::s3 {
namespace {

class Profile : public CredentialsTest {
 protected:
  static std::string keys(const std::string& access_key) {
    return "aws_access_key_id = " + access_key + "\naws_secret_access_key = HUSH-key\n";
  }

  /// A configuration file with a credential_process that prints a document of these members.
  void write_process(const std::string& members) {
    write("tool", "#!/bin/sh\nprintf '%s' '{\"Version\": 1, " + members + "}'\n");
    write(".aws/config",
          "[default]\ncredential_process = /bin/sh \"" + home_.file("tool") + "\"\n");
  }
};

TEST_F(Profile, ReadsKeysOfEitherFile) {
  write(".aws/config", "[profile a]\n" + keys("in-config") + "aws_session_token = HUSH-token\n");
  write(".aws/credentials", "[b]\n" + keys("in-credentials"));

  set("AWS_PROFILE", "a");
  EXPECT_EQ(get().value()->access_key, "in-config");
  EXPECT_EQ(get().value()->session_token, "HUSH-token");
  set("AWS_PROFILE", "b");
  EXPECT_EQ(get().value()->access_key, "in-credentials");
}

TEST_F(Profile, TakesTheCredentialsFileFirstAndMixesNoKeys) {
  write(".aws/config", "[default]\n" + keys("in-config") + "aws_session_token = HUSH-token\n");
  write(".aws/credentials", "[default]\n" + keys("in-credentials"));

  const auto credentials = get().value();

  EXPECT_EQ(credentials->access_key, "in-credentials");
  EXPECT_EQ(credentials->session_token, "");
}

TEST_F(Profile, ReadsTheFilesThatVariablesName) {
  write("here/config", "[profile a]\nregion = eu-west-1\n");
  write("here/credentials", "[a]\n" + keys("AKID"));
  set("AWS_CONFIG_FILE", home_.file("here/config"));
  set("AWS_SHARED_CREDENTIALS_FILE", "~/here/credentials");
  options_.profile = "a";

  EXPECT_EQ(get().value()->access_key, "AKID");
  EXPECT_EQ(make_source().value()->profile_region(), "eu-west-1");
}

TEST_F(Profile, ReadsNamesInQuotesAndPassesOverOtherSections) {
  write(".aws/config", "[profile \"my own\"]\n" + keys("quoted") + "[plain]\n" + keys("plain") +
                           "[sso-session plain]\n" + keys("session"));

  options_.profile = "my own";
  EXPECT_EQ(get().value()->access_key, "quoted");
  options_.profile = "plain";
  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(Profile, TakesTheProfileNamedDefaultBeforeTheBareSection) {
  write(".aws/config", "[default]\n" + keys("bare") + "[profile default]\n" + keys("worded"));

  EXPECT_EQ(get().value()->access_key, "worded");
}

TEST_F(Profile, HasToBeThereIfItIsNamed) {
  write(".aws/credentials", "[default]\n" + keys("AKID"));

  set("AWS_PROFILE", "typo");
  const Error by_variable = error_of(get());
  options_.profile = "other";
  const Error by_option = error_of(get());

  EXPECT_EQ(by_variable.code(), ErrorCode::invalid_argument);
  EXPECT_NE(by_variable.message().find("\"typo\""), std::string::npos);
  EXPECT_EQ(by_option.code(), ErrorCode::invalid_argument);
  EXPECT_NE(by_option.message().find("\"other\""), std::string::npos);
}

TEST_F(Profile, RefusesHalfAPairOfKeys) {
  write(".aws/credentials", "[default]\naws_secret_access_key = HUSH-key\n");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(Profile, RefusesAFileThatItCannotRead) {
  write(".aws/credentials", "[default]\naws_secret_access_key HUSH-key\n");

  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_NE(error.message().find(".aws/credentials:2"), std::string::npos) << error.message();
}

TEST_F(Profile, RunsACredentialProcess) {
  write_process(R"("AccessKeyId": "of-process", "SecretAccessKey": "HUSH-key",
                   "SessionToken": "HUSH-token", "Expiration": "2030-01-01T00:00:00+00:00")");

  const auto credentials = get().value();

  EXPECT_EQ(credentials->access_key, "of-process");
  EXPECT_EQ(credentials->session_token, "HUSH-token");
  EXPECT_EQ(std::chrono::system_clock::to_time_t(credentials->expiry.value()), 1'893'456'000);
}

TEST_F(Profile, RunsTheProcessInTheGivenEnvironment) {
  set("FROM_HERE", "of-variable");
  write(".aws/config",
        "[default]\ncredential_process = printf "
        "'{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"HUSH\"}' \"$FROM_HERE\"\n");

  EXPECT_EQ(get().value()->access_key, "of-variable");
}

TEST_F(Profile, ReportsAProcessThatFailsWithoutTellingWhatItSays) {
  write(".aws/config", "[default]\ncredential_process = echo HUSH; echo HUSH >&2; exit 3\n");

  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::denied);
  EXPECT_NE(error.message().find("credential_process: it exited with 3"), std::string::npos)
      << error.message();
}

TEST_F(Profile, ReportsAProcessThatIsKilled) {
  write(".aws/config", "[default]\ncredential_process = kill -9 $$\n");

  EXPECT_NE(error_of(get()).message().find("signal 9"), std::string::npos);
}

TEST_F(Profile, ReportsAProcessThatPrintsSomethingElse) {
  write(".aws/config", "[default]\ncredential_process = echo HUSH-text\n");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(Profile, PassesOnIfItSaysNothingOfCredentials) {
  write(".aws/config", "[default]\nregion = eu-west-1\n");

  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::denied);
  EXPECT_NE(error.message().find("profile \"default\" has no credentials"), std::string::npos);
}

TEST_F(Profile, SaysThatItCannotSignInBySso) {
  write(".aws/config", "[default]\nsso_session = corp\nsso_account_id = 1\n");

  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_NE(error.message().find("credential_process"), std::string::npos);
}

}  // namespace
}  // namespace larder::s3
