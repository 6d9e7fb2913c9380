#include "compose/fields.h"

#include "store/quantity.h"
#include "util/try.h"

#include <algorithm>
#include <array>
#include <utility>

#include <charconv>
#include <cstddef>

namespace larder::compose {
namespace {

tl::unexpected<Error> expected(std::string_view text, std::string_view what) {
  std::string message = "\"";
  message.append(text).append("\": expected ").append(what);
  return fail(ErrorCode::invalid_argument, std::move(message));
}

constexpr std::string_view kAuto = "auto";

// A codec reads a FieldValue of its kType into a setting's value and shows it again.

struct Text {
  static constexpr FieldType kType = FieldType::text;
  static constexpr bool kHasEmpty = true;
  static Result<std::string> parse(const FieldValue& value, const Environment& /*environment*/) {
    return std::get<std::string>(value);
  }
  static FieldValue show(const std::string& value) { return value; }
};

struct Flag {
  static constexpr FieldType kType = FieldType::flag;
  static constexpr bool kHasEmpty = true;
  static Result<bool> parse(const FieldValue& value, const Environment& /*environment*/) {
    return std::get<bool>(value);
  }
  static FieldValue show(bool value) { return value; }
};

struct Path {
  static constexpr FieldType kType = FieldType::text;
  static constexpr bool kHasEmpty = false;
  static Result<std::string> parse(const FieldValue& value, const Environment& environment) {
    return environment.expand_path(std::get<std::string>(value));
  }
  static FieldValue show(const std::string& value) { return value; }
};

struct OptionalPath : Path {
  static constexpr bool kHasEmpty = true;
  static Result<std::string> parse(const FieldValue& value, const Environment& environment) {
    if (std::get<std::string>(value).empty()) return std::string();
    return Path::parse(value, environment);
  }
};

struct PathList {
  static constexpr FieldType kType = FieldType::list;
  static constexpr bool kHasEmpty = true;
  static Result<std::vector<std::string>> parse(const FieldValue& value,
                                                const Environment& environment) {
    std::vector<std::string> paths;
    for (const std::string& text : std::get<std::vector<std::string>>(value)) {
      LARDER_TRY(std::string path, environment.expand_path(text));
      paths.push_back(std::move(path));
    }
    return paths;
  }
  static FieldValue show(const std::vector<std::string>& value) { return value; }
};

struct Limit {
  static constexpr FieldType kType = FieldType::text;
  static constexpr bool kHasEmpty = true;
  static Result<std::optional<std::uint64_t>> parse(const FieldValue& value,
                                                    const Environment& /*environment*/) {
    return store::parse_size(std::get<std::string>(value));
  }
  static FieldValue show(const std::optional<std::uint64_t>& value) { return SizeValue{value}; }
};

struct Size {
  static constexpr FieldType kType = FieldType::text;
  static constexpr bool kHasEmpty = false;
  static Result<std::uint64_t> parse(const FieldValue& value, const Environment& /*environment*/) {
    const std::string& text = std::get<std::string>(value);
    LARDER_TRY(const std::optional<std::uint64_t> bytes, store::parse_size(text));
    if (!bytes) return expected(text, "a size");
    return *bytes;
  }
  static FieldValue show(std::uint64_t value) { return SizeValue{value}; }
};

struct Mode {
  static constexpr FieldType kType = FieldType::text;
  static constexpr bool kHasEmpty = false;
  static Result<CacheMode> parse(const FieldValue& value, const Environment& /*environment*/) {
    const std::string& text = std::get<std::string>(value);
    if (text == "direct") return CacheMode::direct;
    if (text == "preprocessed") return CacheMode::preprocessed;
    return expected(text, "\"direct\" or \"preprocessed\"");
  }
  static FieldValue show(CacheMode value) {
    return std::string(value == CacheMode::direct ? "direct" : "preprocessed");
  }
};

struct Layout {
  static constexpr FieldType kType = FieldType::text;
  static constexpr bool kHasEmpty = false;
  static Result<std::optional<DiskLayout>> parse(const FieldValue& value,
                                                 const Environment& /*environment*/) {
    const std::string& text = std::get<std::string>(value);
    if (text == kAuto) return std::optional<DiskLayout>();
    if (text == "packed") return std::optional(DiskLayout::packed);
    if (text == "directory") return std::optional(DiskLayout::directory);
    return expected(text, "\"auto\", \"packed\" or \"directory\"");
  }
  static FieldValue show(const std::optional<DiskLayout>& value) {
    if (!value) return std::string(kAuto);
    return std::string(*value == DiskLayout::packed ? "packed" : "directory");
  }
};

struct Compressing {
  static constexpr FieldType kType = FieldType::text;
  static constexpr bool kHasEmpty = false;
  static constexpr std::string_view kZstd = "zstd:";
  static constexpr int kMaxLevel = 19;

  static Result<Compression> parse(const FieldValue& value, const Environment& /*environment*/) {
    const std::string& text = std::get<std::string>(value);
    if (text == kAuto) return Compression{};
    if (text == "none") return Compression{.mode = Compression::Mode::none};
    if (text.starts_with(kZstd)) {
      Compression compression = {.mode = Compression::Mode::zstd};
      const char* const end = text.data() + text.size();
      const auto [stop, error] =
          std::from_chars(text.data() + kZstd.size(), end, compression.level);
      const bool in_range = compression.level >= 1 && compression.level <= kMaxLevel;
      if (error == std::errc() && stop == end && in_range) return compression;
    }
    return expected(text, "\"auto\", \"none\" or \"zstd:1\" to \"zstd:19\"");
  }
  static FieldValue show(const Compression& value) {
    switch (value.mode) {
      case Compression::Mode::automatic:
        return std::string(kAuto);
      case Compression::Mode::none:
        return std::string("none");
      case Compression::Mode::zstd:
        break;
    }
    return std::string(kZstd) + std::to_string(value.level);
  }
};

struct OptionalFlag {
  static constexpr FieldType kType = FieldType::flag_or_auto;
  static constexpr bool kHasEmpty = false;
  static Result<std::optional<bool>> parse(const FieldValue& value,
                                           const Environment& /*environment*/) {
    if (const bool* flag = std::get_if<bool>(&value)) return std::optional(*flag);
    const std::string& text = std::get<std::string>(value);
    if (text == kAuto) return std::optional<bool>();
    return expected(text, "true, false or \"auto\"");
  }
  static FieldValue show(const std::optional<bool>& value) {
    return value ? FieldValue(*value) : FieldValue(std::string(kAuto));
  }
};

struct Secret : Text {
  static constexpr bool kIsSecret = true;
  static FieldValue show(const std::string& value) {
    return std::string(value.empty() ? "" : "\u2026");
  }
};

struct Age {
  static constexpr FieldType kType = FieldType::text;
  static constexpr bool kHasEmpty = false;
  static Result<std::chrono::seconds> parse(const FieldValue& value,
                                            const Environment& /*environment*/) {
    return store::parse_age(std::get<std::string>(value));
  }
  static FieldValue show(std::chrono::seconds value) { return AgeValue{value}; }
};

struct Encryption {
  static constexpr FieldType kType = FieldType::text;
  static constexpr bool kHasEmpty = false;
  static constexpr std::string_view kKms = "aws:kms";
  static constexpr std::string_view kKmsWithKey = "aws:kms:";

  static Result<S3Encryption> parse(const FieldValue& value, const Environment& /*environment*/) {
    using Kind = S3Encryption::Mode;
    const std::string& text = std::get<std::string>(value);
    if (text == "none") return S3Encryption{};
    if (text == "AES256") return S3Encryption{.mode = Kind::aes256};
    if (text == kKms) return S3Encryption{.mode = Kind::kms};
    if (text.starts_with(kKmsWithKey) && text.size() > kKmsWithKey.size()) {
      return S3Encryption{.mode = Kind::kms, .key_id = text.substr(kKmsWithKey.size())};
    }
    return expected(text, "\"none\", \"AES256\", \"aws:kms\" or \"aws:kms:KEY-ID\"");
  }
  static FieldValue show(const S3Encryption& value) {
    switch (value.mode) {
      case S3Encryption::Mode::none:
        return std::string("none");
      case S3Encryption::Mode::aes256:
        return std::string("AES256");
      case S3Encryption::Mode::kms:
        break;
    }
    return value.key_id.empty() ? std::string(kKms) : std::string(kKmsWithKey) + value.key_id;
  }
};

template <typename Codec>
concept HidesItsValue = Codec::kIsSecret;

template <typename Table, typename Value>
Table table_of(Setting<Value> Table::*);

/// The field of the setting `member`, read and shown by Codec.
template <auto member, typename Codec>
constexpr auto field(std::string_view key, std::string_view variable, TypeSet types = kOfAll) {
  using Table = decltype(table_of(member));
  return Field<Table>{
      .key = key,
      .variable = variable,
      .type = Codec::kType,
      .has_empty = Codec::kHasEmpty,
      .types = types,
      .is_secret = HidesItsValue<Codec>,
      .set = [](Table& table, const FieldValue& value, const Environment& environment,
                Origin origin) -> Result<void> {
        LARDER_TRY((table.*member).value, Codec::parse(value, environment));
        (table.*member).origin = origin;
        return {};
      },
      .get = [](const Table& table) { return Codec::show((table.*member).value); },
      .origin = [](const Table& table) -> const Origin& { return (table.*member).origin; },
  };
}

constexpr std::array kCompileFields = {
    field<&CompileConfig::mode, Mode>("mode", "LARDER_MODE"),
    field<&CompileConfig::read_only, Flag>("read_only", "LARDER_READONLY"),
    field<&CompileConfig::recache, Flag>("recache", "LARDER_RECACHE"),
    field<&CompileConfig::disable, Flag>("disable", "LARDER_DISABLE"),
    field<&CompileConfig::log, OptionalPath>("log", "LARDER_LOG"),
    field<&CompileConfig::extra_files, PathList>("extra_files", "LARDER_EXTRA_FILES"),
    field<&CompileConfig::relocate, Flag>("relocate", "LARDER_RELOCATE"),
    field<&CompileConfig::prefix_command, Text>("prefix_command", "LARDER_PREFIX_COMMAND"),
};

constexpr std::array kCourierFields = {
    field<&CourierConfig::spool_bytes, Size>("spool_size", "LARDER_COURIER_SPOOL_SIZE"),
    field<&CourierConfig::idle, Age>("idle", "LARDER_COURIER_IDLE"),
    field<&CourierConfig::log, OptionalPath>("log", "LARDER_COURIER_LOG"),
};

constexpr std::array kCacheFields = {
    field<&CacheConfig::type, Text>("type", ""),
    field<&CacheConfig::location, Path>("location", "LARDER_DIR", kOfDisk),
    field<&CacheConfig::bucket, Text>("bucket", "", kOfS3),
    field<&CacheConfig::prefix, Text>("prefix", "", kOfS3),
    field<&CacheConfig::region, Text>("region", "", kOfS3),
    field<&CacheConfig::endpoint, Text>("endpoint", "", kOfS3),
    field<&CacheConfig::virtual_host, OptionalFlag>("virtual_host", "", kOfS3),
    field<&CacheConfig::access_key, Text>("access_key", "", kOfS3),
    field<&CacheConfig::secret_key, Secret>("secret_key", "", kOfS3),
    field<&CacheConfig::session_token, Secret>("session_token", "", kOfS3),
    field<&CacheConfig::profile, Text>("profile", "", kOfS3),
    field<&CacheConfig::anonymous, Flag>("anonymous", "", kOfS3),
    field<&CacheConfig::ca_file, OptionalPath>("ca_file", "", kOfS3),
    field<&CacheConfig::encryption, Encryption>("encryption", "", kOfS3),
    field<&CacheConfig::auto_create, Flag>("auto_create", "", kOfS3),
    field<&CacheConfig::refresh_after, Age>("refresh_after", "", kOfS3),
    field<&CacheConfig::max_bytes, Limit>("max_size", "LARDER_MAX_SIZE"),
    field<&CacheConfig::layout, Layout>("layout", "LARDER_LAYOUT", kOfDisk),
    field<&CacheConfig::compression, Compressing>("compression", "LARDER_COMPRESSION",
                                                  kOfDisk | kOfS3),
    field<&CacheConfig::durable, Flag>("durable", "LARDER_DURABLE", kOfDisk),
    field<&CacheConfig::shared, Flag>("shared", "LARDER_SHARED", kOfDisk),
    field<&CacheConfig::read_only, Flag>("read_only", "", kOfDisk | kOfS3),
    field<&CacheConfig::max_blob_bytes, Size>("max_blob", "LARDER_MAX_BLOB"),
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

Result<FieldValue> flag_of(std::string_view text) {
  constexpr std::array<std::string_view, 5> kOff = {"", "0", "false", "no", "off"};
  constexpr std::array<std::string_view, 4> kOn = {"1", "true", "yes", "on"};
  const std::string word = lower(text);
  if (std::ranges::find(kOn, word) != kOn.end()) return FieldValue(true);
  if (std::ranges::find(kOff, word) != kOff.end()) return FieldValue(false);
  return expected(text, "1, true, yes, on or 0, false, no, off");
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

TypeSet set_of_type(std::string_view name) noexcept {
  if (name == kDiskType) return kOfDisk;
  if (name == kMemoryType) return kOfMemory;
  return name == kS3Type ? kOfS3 : TypeSet{0};
}

std::span<const Field<CompileConfig>> compile_fields() noexcept { return kCompileFields; }

std::span<const Field<CourierConfig>> courier_fields() noexcept { return kCourierFields; }

std::span<const Field<CacheConfig>> cache_fields() noexcept { return kCacheFields; }

Result<FieldValue> value_of_variable(FieldType type, std::string_view text) {
  if (type == FieldType::flag) return flag_of(text);
  if (type == FieldType::flag_or_auto && text != kAuto) return flag_of(text);
  if (type == FieldType::list) return FieldValue(split(text, ':'));
  return FieldValue(std::string(text));
}

}  // namespace larder::compose
