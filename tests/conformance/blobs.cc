#include "conformance/conformance.h"
#include "support/data.h"
#include "support/temp_dir.h"

#include <unistd.h>

#include <vector>

/// get and put of single blobs, from and to everywhere.
namespace larder::conformance {
namespace {

using support::key_of;
using support::name_of;
using support::TempDir;
using util::ByteBuffer;

TEST_P(StoreConformance, GivesNothingForWhatItDoesNotHold) {
  put(store(), "key", "output", "value");

  EXPECT_EQ(get(store(), "other", "output"), std::nullopt);
  EXPECT_EQ(get(store(), "key", "stderr"), std::nullopt);
}

TEST_P(StoreConformance, TellsAnEmptyBlobFromNone) {
  put(store(), "key", "stdout", "");

  EXPECT_EQ(get(store(), "key", "stdout"), "");
  EXPECT_EQ(get(store(), "key", "stderr"), std::nullopt);
  EXPECT_TRUE(has(store(), "key"));
}

TEST_P(StoreConformance, ReplacesABlob) {
  put(store(), "key", "output", "a long first value");
  put(store(), "key", "output", "second");

  EXPECT_EQ(get(store(), "key", "output"), "second");
}

TEST_P(StoreConformance, KeepsTheOtherBlobsOfAnEntry) {
  put_entry(store(), "key", {{"output", "o"}, {"stderr", "e"}});
  put(store(), "key", "stderr", "new");
  put(store(), "key", "aux", "a");

  EXPECT_EQ(get_entry(store(), "key"), (Blobs{{"aux", "a"}, {"output", "o"}, {"stderr", "new"}}));
}

TEST_P(StoreConformance, KeepsLargeBlobsWhenASmallOneIsPut) {
  const std::string large = noise_text(300'000);
  put_entry(store(), "key", {{"output", large}, {"text", std::string(100'000, 'x')}});

  put(store(), "key", "exit_code", "0");

  EXPECT_TRUE(get(store(), "key", "output") == large);
  EXPECT_TRUE(get(store(), "key", "text") == std::string(100'000, 'x'));
  EXPECT_EQ(get(store(), "key", "exit_code"), "0");
}

TEST_P(StoreConformance, TakesKeysOfEveryLengthAndByte) {
  const std::vector<std::string> keys = {"k",
                                         std::string(1, '\0'),
                                         std::string(2, '\0'),
                                         "\xff",
                                         std::string(64, 'k'),
                                         std::string(63, 'k'),
                                         std::string(64, '\xff'),
                                         "../..",
                                         "a/b",
                                         "\n"};
  for (const std::string& key : keys) put(store(), key, "name", "of " + key);

  for (const std::string& key : keys) EXPECT_EQ(get(store(), key, "name"), "of " + key);
  EXPECT_EQ(stats(store()).entries, keys.size());
}

TEST_P(StoreConformance, TakesEveryNameThatIsOne) {
  Blobs blobs;
  for (const std::string& name :
       {std::string("output"), std::string("OUTPUT"), std::string("output "), std::string("a.b"),
        std::string("-"), std::string("~"), std::string("%2e"), std::string("a:b*?\"<>|"),
        std::string("e\xcc\x81"), std::string("\xc3\xa9"), std::string("\xf0\x9f\x8d\x9e"),
        std::string(200, 'n'), std::string(199, 'n')}) {
    blobs[name] = "of " + name;
    put(store(), "key", name, blobs[name]);
  }

  EXPECT_EQ(get_entry(store(), "key"), blobs);
}

/// Bytes at whose sizes something changes: alignment, compression, pages, pieces.
std::vector<ByteBuffer> values_of_all_sizes() {
  std::vector<ByteBuffer> values;
  for (const std::size_t size :
       {0U, 1U, 15U, 16U, 4095U, 4096U, 65535U, 65536U, 300'000U, 5'000'000U}) {
    values.push_back(support::noise(size));
    values.push_back(support::prose(size));
  }
  return values;
}

TEST_P(StoreConformance, GivesBackBytesOfEverySize) {
  for (const ByteBuffer& value : values_of_all_sizes()) {
    ASSERT_TRUE(store().put(key_of("key"), name_of("blob"), BlobSource::from_bytes(value)));

    const auto blob = store().get(key_of("key"), name_of("blob"));

    ASSERT_TRUE(blob && *blob);
    EXPECT_EQ((*blob)->size(), value.size());
    EXPECT_TRUE((*blob)->read().value() == value) << value.size();
  }
}

TEST_P(StoreConformance, TakesAndGivesFiles) {
  const TempDir dir;
  for (const ByteBuffer& value : values_of_all_sizes()) {
    (void)support::make_file(dir.file("in"), value);
    ASSERT_TRUE(store().put(key_of("key"), name_of("blob"), BlobSource::from_file(dir.file("in"))));

    const auto blob = store().get(key_of("key"), name_of("blob"));
    ASSERT_TRUE(blob && *blob);
    ASSERT_TRUE((*blob)->write_to(dir.file("out")));

    EXPECT_TRUE(support::content_of(dir.file("out")) == value) << value.size();
    EXPECT_EQ(dir.children(), 2U);
  }
}

TEST_P(StoreConformance, TakesAndGivesDescriptors) {
  const TempDir dir;
  for (const ByteBuffer& value : values_of_all_sizes()) {
    const util::UniqueFd in = support::make_file(dir.file("in"), value);
    ASSERT_EQ(::lseek(in.get(), 3, SEEK_SET), 3);
    ASSERT_TRUE(store().put(key_of("key"), name_of("blob"), BlobSource::from_fd(in.get())));
    EXPECT_EQ(::lseek(in.get(), 0, SEEK_CUR), 3);

    const auto blob = store().get(key_of("key"), name_of("blob"));
    ASSERT_TRUE(blob && *blob);
    const util::UniqueFd out = support::make_file(dir.file("out"), util::as_bytes("before"));
    ASSERT_EQ(::lseek(out.get(), 0, SEEK_END), 6);
    ASSERT_TRUE((*blob)->write_to(out.get()));

    ByteBuffer expected = support::content_of(dir.file("out"));
    expected.erase(expected.begin(), expected.begin() + 6);
    EXPECT_TRUE(expected == value) << value.size();
  }
}

TEST_P(StoreConformance, TakesBlobsOfItsOwn) {
  for (const ByteBuffer& value : values_of_all_sizes()) {
    ASSERT_TRUE(store().put(key_of("from"), name_of("blob"), BlobSource::from_bytes(value)));
    const auto blob = store().get(key_of("from"), name_of("blob"));
    ASSERT_TRUE(blob && *blob);

    ASSERT_TRUE(store().put(key_of("to"), name_of("copy"), BlobSource::from_blob(**blob)));
    ASSERT_TRUE(store().put(key_of("from"), name_of("blob"), BlobSource::from_blob(**blob)));

    for (const auto& [key, name] : {std::pair("to", "copy"), std::pair("from", "blob")}) {
      EXPECT_TRUE(get(store(), key, name) == support::text_of(value)) << value.size();
    }
  }
}

TEST_P(StoreConformance, RefusesABlobOverItsLimitAndKeepsTheOld) {
  remake({.max_blob_bytes = 1000});
  put(store(), "key", "blob", std::string(1000, 'x'));
  const StoreStats before = stats(store());

  EXPECT_EQ(code_of(store().put(key_of("key"), name_of("blob"),
                                BlobSource::from_text(std::string(1001, 'y')))),
            ErrorCode::invalid_argument);

  EXPECT_EQ(get(store(), "key", "blob"), std::string(1000, 'x'));
  EXPECT_EQ(stats(store()), before);
}

TEST_P(StoreConformance, ChangesNothingWhenASourceCannotBeRead) {
  const TempDir dir;
  put(store(), "key", "blob", "old");
  const StoreStats before = stats(store());

  for (const std::string& path : {dir.file("absent"), dir.path()}) {
    const NamedSource sources[] = {{name_of("aux"), BlobSource::from_text("new")},
                                   {name_of("blob"), BlobSource::from_file(path)}};
    EXPECT_EQ(code_of(store().put(key_of("key"), name_of("blob"), sources[1].source)),
              ErrorCode::invalid_argument);
    EXPECT_EQ(code_of(store().put_entry(key_of("key"), sources)), ErrorCode::invalid_argument);
  }

  EXPECT_EQ(get_entry(store(), "key"), (Blobs{{"blob", "old"}}));
  EXPECT_EQ(stats(store()), before);
}

}  // namespace
}  // namespace larder::conformance
