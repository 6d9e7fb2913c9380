#include "support/temp_dir.h"
#include <larder/config.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace larder {
namespace {

using testing::ElementsAre;

/// A home directory, a system file that does not exist, and variables to load settings from.
class LoadConfig : public testing::Test {
 protected:
  void set(const std::string& name, const std::string& value) {
    variables_.push_back(name + "=" + value);
  }

  void write(const std::string& file, std::string_view text) {
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    std::ofstream(file) << text;
  }

  Result<Config> load() {
    std::vector<const char*> entries;
    for (const std::string& variable : variables_) entries.push_back(variable.c_str());
    entries.push_back(nullptr);
    return load_config(
        {.environment = entries.data(), .system_file = system_file_, .dir = dir_, .url = url_});
  }

  Config loaded() {
    auto config = load();
    EXPECT_TRUE(config) << config.error().message();
    return config ? *std::move(config) : Config{};
  }

  std::string error() {
    const auto config = load();
    return config ? "no error" : config.error().message();
  }

  support::TempDir temp_;
  std::string home_ = temp_.file("home");
  std::string user_file_ = home_ + "/.config/larder/config.toml";
  std::string system_file_ = temp_.file("etc/config.toml");
  std::string dir_;
  std::string url_;
  std::vector<std::string> variables_ = {"HOME=" + home_, "PATH=/bin"};
};

TEST_F(LoadConfig, WithoutAFileIsOneDiskStoreInTheUsersCache) {
  const Config config = loaded();

  EXPECT_EQ(config.file, "");
  ASSERT_EQ(config.caches.size(), 1U);
  EXPECT_EQ(config.caches[0].type.value, "disk");
  EXPECT_EQ(config.caches[0].location.value, home_ + "/.cache/larder");
  EXPECT_EQ(config.caches[0].location.origin.kind, Origin::Kind::built_in);
  EXPECT_EQ(config.caches[0].max_bytes.value, std::uint64_t{10} << 30);
}

TEST_F(LoadConfig, PrefersTheNamedFileThenTheUsersThenTheSystems) {
  write(system_file_, "prefix_command = 'system'");
  EXPECT_EQ(loaded().compile.prefix_command.value, "system");

  write(user_file_, "prefix_command = 'user'");
  EXPECT_EQ(loaded().compile.prefix_command.value, "user");

  set("XDG_CONFIG_HOME", temp_.file("xdg"));
  write(temp_.file("xdg/larder/config.toml"), "prefix_command = 'xdg'");
  EXPECT_EQ(loaded().compile.prefix_command.value, "xdg");

  set("LARDER_CONFIG", temp_.file("named.toml"));
  write(temp_.file("named.toml"), "prefix_command = 'named'");
  const Config config = loaded();
  EXPECT_EQ(config.compile.prefix_command.value, "named");
  EXPECT_EQ(config.file, temp_.file("named.toml"));
}

TEST_F(LoadConfig, ReadsNoFileForDevNull) {
  write(user_file_, "prefix_command = 'user'");
  set("LARDER_CONFIG", "/dev/null");

  const Config config = loaded();

  EXPECT_EQ(config.compile.prefix_command.value, "");
  EXPECT_EQ(config.file, "");
}

TEST_F(LoadConfig, RefusesANamedFileThatDoesNotExist) {
  set("LARDER_CONFIG", temp_.file("none.toml"));

  EXPECT_EQ(error(), "LARDER_CONFIG: " + temp_.file("none.toml") + " does not exist");
}

TEST_F(LoadConfig, NamesAFileThatCannotBeRead) {
  set("LARDER_CONFIG", temp_.path());

  const std::string message = error();

  EXPECT_TRUE(message.starts_with(temp_.path() + ": read ")) << message;
  EXPECT_TRUE(message.ends_with("Is a directory")) << message;
}

TEST_F(LoadConfig, RefusesAnEndlessFile) {
  set("LARDER_CONFIG", "/dev/zero");

  EXPECT_EQ(error(), "/dev/zero: longer than 1 MiB");
}

TEST_F(LoadConfig, NamesFileLineAndKey) {
  write(user_file_, "\n[[cache]]\nmax_size = 'much'\n");

  EXPECT_EQ(error(), user_file_ +
                         ":3: max_size: size \"much\": expected digits and a unit, such as 10 GiB "
                         "or 512M");
}

TEST_F(LoadConfig, LetsVariablesOverrideTheFile) {
  write(user_file_, "mode = 'direct'\nextra_files = ['/a']\n[[cache]]\nmax_size = '1G'\n");
  set("LARDER_MODE", "preprocessed");
  set("LARDER_EXTRA_FILES", "/b::/c");
  set("LARDER_MAX_SIZE", "5M");
  set("LARDER_DURABLE", "1");

  const Config config = loaded();

  EXPECT_EQ(config.compile.mode.value, CacheMode::preprocessed);
  EXPECT_EQ(config.compile.mode.origin.variable, "LARDER_MODE");
  EXPECT_THAT(config.compile.extra_files.value, ElementsAre("/b", "/c"));
  EXPECT_EQ(config.caches.at(0).max_bytes.value, 5U << 20);
  EXPECT_TRUE(config.caches[0].durable.value);
}

TEST_F(LoadConfig, AppliesVariablesToTheFirstStoreOnDisk) {
  write(user_file_, "[[cache]]\ntype = 'memory'\n[[cache]]\nlocation = '/a'\n[[cache]]\n");
  set("LARDER_DIR", "/b");

  const Config config = loaded();

  ASSERT_EQ(config.caches.size(), 3U);
  EXPECT_EQ(config.caches[1].location.value, "/b");
  EXPECT_EQ(config.caches[2].location.value, home_ + "/.cache/larder");
}

TEST_F(LoadConfig, PutsAStoreFirstWhereOnlyADirectoryIsNamed) {
  write(user_file_, "[[cache]]\ntype = 'memory'\n");
  set("LARDER_MAX_SIZE", "1G");
  EXPECT_EQ(error(), "LARDER_MAX_SIZE: there is no store on disk that it could be for");

  set("LARDER_DIR", "/b");
  const Config config = loaded();

  ASSERT_EQ(config.caches.size(), 2U);
  EXPECT_EQ(config.caches[0].location.value, "/b");
  EXPECT_EQ(config.caches[0].max_bytes.value, std::uint64_t{1} << 30);
}

TEST_F(LoadConfig, ReadsSwitchesOfManySpellings) {
  for (const std::string_view on : {"1", "true", "Yes", "ON"}) {
    set("LARDER_DISABLE", std::string(on));
    EXPECT_TRUE(loaded().compile.disable.value) << on;
    variables_.pop_back();
  }
  write(user_file_, "disable = true");
  for (const std::string_view off : {"", "0", "false", "No", "off"}) {
    set("LARDER_DISABLE", std::string(off));
    EXPECT_FALSE(loaded().compile.disable.value) << off;
    variables_.pop_back();
  }
}

TEST_F(LoadConfig, NamesTheVariableOfABadValue) {
  set("LARDER_RECACHE", "maybe");
  EXPECT_EQ(error(), "LARDER_RECACHE: \"maybe\": expected 1, true, yes, on or 0, false, no, off");

  variables_.back() = "LARDER_DIR=cache";
  EXPECT_EQ(error(), "LARDER_DIR: \"cache\": expected an absolute path");

  variables_.back() = "LARDER_MAX_SIZE=1X";
  EXPECT_EQ(error(),
            "LARDER_MAX_SIZE: size \"1X\": unknown unit \"X\"; there are B, KiB, MiB, GiB and TiB");
}

TEST_F(LoadConfig, TakesEmptyVariablesForEmptyValuesOrForUnset) {
  write(user_file_, "log = '/log'\nmode = 'preprocessed'\n[[cache]]\nlocation = '/a'\n");
  for (const char* name : {"LARDER_LOG", "LARDER_MAX_SIZE", "LARDER_MODE", "LARDER_DIR"}) {
    set(name, "");
  }

  const Config config = loaded();

  EXPECT_EQ(config.compile.log.value, "");
  EXPECT_EQ(config.caches.at(0).max_bytes.value, std::nullopt);
  EXPECT_EQ(config.compile.mode.value, CacheMode::preprocessed);
  EXPECT_EQ(config.caches[0].location.value, "/a");
}

TEST_F(LoadConfig, RefusesADefaultStoreWithoutHome) {
  variables_ = {"HOME="};

  EXPECT_EQ(error(),
            "choose the store's directory: none of LARDER_DIR, XDG_CACHE_HOME and HOME is set to "
            "an absolute path");
}

TEST_F(LoadConfig, RefusesTwoStoresInOneDirectory) {
  write(user_file_, "[[cache]]\nlocation = '/a'\n[[cache]]\nlocation = '/a'\n");

  EXPECT_EQ(error(), user_file_ + ": two [[cache]] tables have the location /a");
}

TEST_F(LoadConfig, KeepsVariablesThatItDoesNotKnow) {
  set("LARDER_MAXSIZE", "1G");
  set("OTHER", "1");

  EXPECT_THAT(loaded().unknown_variables, ElementsAre("LARDER_MAXSIZE"));
}

TEST_F(LoadConfig, ReadsNoFileForADirectoryOfTheCallers) {
  write(user_file_, "mode = 'broken'\n");
  set("LARDER_DIR", "/ignored");
  set("LARDER_COMPRESSION", "none");
  dir_ = "relative";

  const Config config = loaded();

  ASSERT_EQ(config.caches.size(), 1U);
  EXPECT_EQ(config.caches[0].location.value, "relative");
  EXPECT_EQ(config.caches[0].max_bytes.value, std::nullopt);
  EXPECT_EQ(config.caches[0].compression.value.mode, Compression::Mode::none);
}

TEST_F(LoadConfig, RefusesTwoStoresInOneBucketAndPrefix) {
  write(user_file_, "[[cache]]\ntype='s3'\nbucket='b'\n[[cache]]\ntype='s3'\nbucket='b'\n");
  EXPECT_EQ(error(), user_file_ + ": two [[cache]] tables have the location s3://b/cache/");

  write(user_file_,
        "[[cache]]\ntype='s3'\nbucket='b'\n[[cache]]\ntype='s3'\nbucket='b'\nprefix='other/'\n"
        "[[cache]]\ntype='s3'\nbucket='b'\nendpoint='http://localhost'\n");
  EXPECT_EQ(loaded().caches.size(), 3U);
}

TEST_F(LoadConfig, RefusesAFileWithSecretsThatOthersMayRead) {
  write(user_file_,
        "[[cache]]\ntype = 's3'\nbucket = 'b'\naccess_key = 'id'\nsecret_key = 'hush'\n");
  using std::filesystem::perms;
  for (const auto& [more, mode] :
       {std::pair(perms::group_read, "0640"), std::pair(perms::others_read, "0604")}) {
    std::filesystem::permissions(user_file_, perms::owner_read | perms::owner_write | more);
    const auto config = load();
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code(), ErrorCode::denied);
    EXPECT_EQ(config.error().message(), user_file_ +
                                            ":5: secret_key: others may read this file (mode " +
                                            mode + "); make it 0600, or name a profile instead");
  }

  std::filesystem::permissions(user_file_, perms::owner_read | perms::owner_write);
  EXPECT_EQ(loaded().caches.at(0).secret_key.value, "hush");
}

TEST_F(LoadConfig, TakesASessionTokenForASecretAndAnEmptyKeyForNone) {
  write(user_file_, "[[cache]]\ntype = 's3'\nbucket = 'b'\nsecret_key = ''\n");
  EXPECT_EQ(loaded().caches.size(), 1U);

  write(user_file_, "[[cache]]\ntype = 's3'\nbucket = 'b'\nsession_token = 'hush'\n");
  EXPECT_TRUE(error().starts_with(user_file_ + ":4: session_token: others may read")) << error();
}

TEST_F(LoadConfig, ReadsNoFileForAUrlOfTheCallers) {
  write(user_file_, "mode = 'broken'\n");
  set("LARDER_DIR", "/ignored");
  set("LARDER_MAX_SIZE", "1G");
  set("LARDER_READONLY", "1");
  url_ = "s3://b/ci?region=eu-west-1";

  const Config config = loaded();

  ASSERT_EQ(config.caches.size(), 1U);
  EXPECT_EQ(config.caches[0].type.value, "s3");
  EXPECT_EQ(config.caches[0].prefix.value, "ci/");
  EXPECT_EQ(config.caches[0].max_bytes.value, std::nullopt);
  EXPECT_TRUE(config.compile.read_only.value);
}

Result<std::unique_ptr<Store>> refuse_read_only(const CacheConfig& config) {
  return fail(ErrorCode::denied, config.read_only.value ? "read-only" : "writable");
}

TEST(FromConfig, RefusesATypeThatTheProgramDoesNotLink) {
  Config config = {.file = "larder.toml"};
  config.caches.emplace_back().type = {"s3", {.kind = Origin::Kind::file, .line = 4}};
  const std::vector<StoreType> types = {{"disk", refuse_read_only}, {"memory", refuse_read_only}};

  const auto stores = from_config(config, types);

  ASSERT_FALSE(stores);
  EXPECT_EQ(stores.error().message(),
            "larder.toml:4: type: \"s3\": this program has only \"disk\" \"memory\"");
}

TEST(FromConfig, OpensEveryStoreReadOnlyIfTheCompilerCacheIs) {
  Config config;
  config.caches.emplace_back();
  const std::vector<StoreType> types = {{"disk", refuse_read_only}};

  EXPECT_EQ(from_config(config, types).error().message(), "writable");

  config.compile.read_only.value = true;
  EXPECT_EQ(from_config(config, types).error().message(), "read-only");
}

}  // namespace
}  // namespace larder
