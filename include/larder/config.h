#pragma once

#include <larder/open.h>
#include <larder/result.h>
#include <larder/store.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <chrono>
#include <cstdint>

/// Settings, where they come from, and the stores that they describe. doc/configuration.md has
/// every key, variable and default.
namespace larder {

/// Where a setting's value comes from.
struct Origin {
  enum class Kind : std::uint8_t {
    built_in,  ///< The default.
    file,      ///< Config::file, at `line`.
    variable,  ///< The environment variable `variable`.
    caller,    ///< ConfigSources::dir or ConfigSources::url.
  };
  Kind kind = Kind::built_in;
  std::uint32_t line = 0;          ///< From 1; only for Kind::file.
  std::string_view variable = {};  ///< Static text; only for Kind::variable.
};

/// A value and where it comes from.
template <typename T>
struct Setting {
  T value = {};
  Origin origin = {};
};

/// How a service in the manner of S3 is asked to encrypt what it keeps.
struct S3Encryption {
  enum class Mode : std::uint8_t {
    none,    ///< As the bucket says. "none" in config.
    aes256,  ///< `x-amz-server-side-encryption: AES256`. "AES256".
    kms,     ///< `aws:kms`, with `key_id` if that is not empty. "aws:kms" or "aws:kms:KEY-ID".
  };
  Mode mode = Mode::none;
  std::string key_id = {};

  friend bool operator==(const S3Encryption&, const S3Encryption&) = default;
};

/// One `[[cache]]` table: a store.
struct CacheConfig {
  Setting<std::string> type = {"disk"};  ///< The name of a StoreType.
  /// Absent is unlimited, which is the default of a table or URL of type "s3".
  Setting<std::optional<std::uint64_t>> max_bytes = {std::uint64_t{10} << 30};
  Setting<Compression> compression = {};  ///< Disk and S3.
  Setting<bool> read_only = {};           ///< Disk and S3.
  Setting<std::uint64_t> max_blob_bytes = {std::uint64_t{1} << 30};

  // Disk only.
  Setting<std::string> location = {};              ///< The directory, absolute.
  Setting<std::optional<DiskLayout>> layout = {};  ///< Absent: as created, or packed.
  Setting<bool> durable = {};
  Setting<bool> shared = {};

  // S3 only: S3Options (s3.h) has what they mean. An empty text is one that is not set.
  Setting<std::string> bucket = {};
  Setting<std::string> prefix = {"cache/"};
  Setting<std::string> region = {};
  Setting<std::string> endpoint = {};
  Setting<std::optional<bool>> virtual_host = {};
  Setting<std::string> access_key = {};
  Setting<std::string> secret_key = {};
  Setting<std::string> session_token = {};
  Setting<std::string> profile = {};
  Setting<bool> anonymous = {};
  Setting<std::string> ca_file = {};  ///< Absolute.
  Setting<S3Encryption> encryption = {};
  Setting<bool> auto_create = {};
  Setting<std::chrono::seconds> refresh_after = {std::chrono::hours(24)};
};

/// How the compiler cache finds a result.
enum class CacheMode : std::uint8_t {
  direct,        ///< By the digests of the files that were read. "direct" in config.
  preprocessed,  ///< When that misses, by the preprocessor's output. "preprocessed".
};

/// Settings of the compiler cache.
struct CompileConfig {
  Setting<CacheMode> mode = {};
  Setting<bool> read_only = {};   ///< Every store is opened read-only.
  Setting<bool> recache = {};     ///< Take no result from the cache, but store new ones.
  Setting<bool> disable = {};     ///< Run the compiler as if larder were not there.
  Setting<std::string> log = {};  ///< The file to append a log to, absolute; empty for none.
  Setting<std::vector<std::string>> extra_files = {};  ///< Files every key depends on, absolute.
  /// Paths below the project's root are mapped away by -ffile-prefix-map=ROOT=., so that checkouts
  /// share results with debug information.
  Setting<bool> relocate = {};
  Setting<std::string> prefix_command = {};  ///< Put before the compiler's command; empty for none.
};

/// The `[courier]` table: the helper that reaches stores on other machines for compiles.
struct CourierConfig {
  Setting<std::uint64_t> spool_bytes = {std::uint64_t{1} << 30};    ///< Uploads that may wait.
  Setting<std::chrono::seconds> idle = {std::chrono::minutes(10)};  ///< After which it ends.
  Setting<std::string> log = {};  ///< The file to append a log to, absolute; empty for none.
};

/// Every setting. A value.
struct Config {
  std::string file = {};                 ///< The file that was read; empty if none.
  std::vector<CacheConfig> caches = {};  ///< In order; never empty.
  CompileConfig compile = {};
  CourierConfig courier = {};
  /// Variables named like larder's that are none, in case one is misspelled.
  std::vector<std::string> unknown_variables = {};
};

/// Where load_config looks.
struct ConfigSources {
  /// "NAME=value" texts, the last of them nullptr. Absent is the process's own environment.
  const char* const* environment = nullptr;
  std::string system_file = "/etc/larder/config.toml";
  /// If set, there is one disk store in this directory, without a limit unless the environment has
  /// one, and no file is read.
  std::string dir = {};
  /// If set, there is one store in a bucket, and no file is read: "s3://BUCKET[/PREFIX][?KEY=VALUE
  /// [&KEY=VALUE]...]", where KEY is a key of an "s3" table other than bucket and those of
  /// credentials. Parts are percent-encoded. Variables about the store on disk do not count.
  std::string url = {};
};

/// The settings in force: the environment's, else the file's, else the defaults. The file is
/// `$LARDER_CONFIG`, else `$XDG_CONFIG_HOME/larder/config.toml` (`~/.config`), else `system_file`.
/// Without a file this costs two failed opens. Reading the environment is not safe beside setenv.
/// Errors: invalid_argument (a value, key or type, named with its variable or its file and line;
/// a default store without HOME), denied (also for a file with credentials that others may read),
/// io.
Result<Config> load_config(const ConfigSources& sources = {});

/// A type of store that a program links.
struct StoreType {
  std::string_view name;  ///< What `type` says in config.
  /// Opens the store of a table of this type.
  Result<std::unique_ptr<Store>> (*open)(const CacheConfig& config);
};

/// The type "disk".
StoreType disk_store_type() noexcept;

/// The type "memory".
StoreType memory_store_type() noexcept;

/// The stores of `config` in its order, read-only where it says so, opened by the `types` that the
/// program links. Errors: invalid_argument for a type that is none of these; as the opening.
Result<std::vector<std::unique_ptr<Store>>> from_config(const Config& config,
                                                        std::span<const StoreType> types);

}  // namespace larder
