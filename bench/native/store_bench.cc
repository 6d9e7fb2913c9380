// usage: store_bench use DIR ENTRIES CALLS [packed|directory]
//        store_bench change DIR ENTRIES CALLS [packed|directory]
//
// `use` fills a store in DIR, which must not exist, with ENTRIES entries of five blobs, each of
// 4 KiB on disk, and prints what CALLS of each operation then cost, warm, by one, two and eight
// processes at once; processes.h says how. `change` goes on with what replaces and removes: ext4
// makes it expensive to create files soon after others have been deleted, so that comes last.

#include "backend/disk/layout.h"
#include "store/view.h"
#include "sys/file.h"
#include "util/hash.h"
#include <larder/larder.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "processes.h"

namespace {

using larder::BlobSource;
using larder::Key;
using larder::Name;
using larder::NamedSource;
using larder::Store;

constexpr std::array kProcesses = {1U, 2U, 8U};

template <typename T>
T checked(larder::Result<T> result) {
  if (!result) {
    (void)std::fprintf(stderr, "store_bench: %s\n", result.error().message().c_str());
    std::exit(1);
  }
  return *std::move(result);
}

void check(const larder::Result<void>& result) {
  if (!result) checked(larder::Result<int>(larder::fail(result.error())));
}

/// Keys as the compiler cache has them: 32 bytes of a hash.
Key key_of(std::uint64_t number) {
  return checked(Key::from_bytes(larder::util::Blake3().field(number).finish().bytes));
}

/// The path of an entry's file in a packed store.
std::string path_of(const Key& key) {
  namespace layout = larder::disk::layout;
  return layout::shard_name(layout::shard_of(key)) + "/" + layout::entry_name(key);
}

/// The blobs of a small compile's result.
class Blobs {
 public:
  Blobs() {
    std::mt19937_64 random(1);
    for (char& c : object_) c = static_cast<char>(random());
    add("exit_code", "0");
    add("metadata", R"({"compiler":"g++","duration":0.25,"command":"g++ -c a.cc"})");
    add("output", object_);
    add("stderr", "");
    add("stdout", "");
  }

  [[nodiscard]] const std::vector<NamedSource>& all() const { return blobs_; }

 private:
  void add(std::string_view name, std::string_view text) {
    blobs_.push_back({checked(Name::parse(name)), BlobSource::from_text(text)});
  }

  std::string object_ = std::string(3000, '\0');  // with all the rest between 2 and 4 KiB
  std::vector<NamedSource> blobs_;
};

struct Options {
  std::string dir = {};
  std::uint64_t entries = 0;
  std::uint64_t calls = 0;
  larder::DiskLayout layout = larder::DiskLayout::packed;
};

class StoreBench {
 public:
  explicit StoreBench(Options options) : options_(std::move(options)) {}

  void use() {
    put("put_entry, filling the store", 2, 0, options_.entries);
    std::uint64_t next = options_.entries;
    for (const unsigned processes : kProcesses) {
      time_floor(processes);
      put("put_entry, new", processes, next, options_.calls);
      next += options_.calls;
    }
    for (const unsigned processes : kProcesses) time_reads(processes);
    time_opening();
    const auto filled = checked(open()->stats());
    std::printf(R"({"entries": %llu, "bytes": %llu})"
                "\n",
                static_cast<unsigned long long>(filled.entries),
                static_cast<unsigned long long>(filled.bytes));
  }

  void change() {
    for (const unsigned processes : kProcesses) time_replacing(processes);
    time_cleaning();
    std::uint64_t next = 2 * options_.entries + 3 * options_.calls;  // none that `use` has put
    for (const unsigned processes : kProcesses) {
      put("put_entry, new, at the limit", processes, next, options_.calls,
          checked(open()->stats()).bytes);
      next += options_.calls;
    }
  }

 private:
  using Call = std::function<void(Store&, std::uint64_t)>;

  [[nodiscard]] std::unique_ptr<Store> open(std::optional<std::uint64_t> max_bytes = {}) const {
    return checked(larder::open_disk_store(
        {.dir = options_.dir, .max_bytes = max_bytes, .layout = options_.layout}));
  }

  /// A key that is there, far from the one of the number before.
  [[nodiscard]] Key some(std::uint64_t number) const {
    return key_of(number * 7919 % options_.entries);
  }

  void time(const char* name, unsigned processes, std::uint64_t calls, const Call& call,
            std::optional<std::uint64_t> max_bytes = {}) const {
    bench::measure({.name = name, .processes = processes, .calls = calls, .prepare = [&] {
                      // Shared by the copies that std::function makes of what holds it.
                      const std::shared_ptr<Store> store = open(max_bytes);
                      return [store, &call](std::uint64_t i) { call(*store, i); };
                    }});
  }

  /// Puts `calls` entries, of the numbers from `first`.
  void put(const char* name, unsigned processes, std::uint64_t first, std::uint64_t calls,
           std::optional<std::uint64_t> max_bytes = {}) const {
    const auto call = [&](Store& store, std::uint64_t i) {
      check(store.put_entry(key_of(first + i), blobs_.all()));
    };
    time(name, processes, calls, call, max_bytes);
  }

  /// The same without a store: files of as many bytes, in as many directories; and the store's own
  /// files, if each is an entry.
  void time_floor(unsigned processes) {
    namespace sys = larder::sys;
    const std::string plain = options_.dir + "-plain/";
    const std::string bytes(4000, 'x');
    for (unsigned shard = 0; shard < larder::disk::layout::kShards; ++shard) {
      check(sys::make_dirs(plain + larder::disk::layout::shard_name(shard)));
    }
    time("floor: create, write, rename", processes, options_.calls, [&](Store&, std::uint64_t i) {
      const std::string path = plain + path_of(key_of(plain_ + i));
      check(sys::replace_file(AT_FDCWD, path, larder::util::as_bytes(bytes), 0666));
    });
    plain_ += options_.calls;
    if (options_.layout != larder::DiskLayout::packed) return;
    time("floor: open, read, close", processes, options_.calls, [&](Store&, std::uint64_t i) {
      (void)checked(sys::read_file(AT_FDCWD, options_.dir + "/" + path_of(some(i)), 8192));
    });
  }

  void time_reads(unsigned processes) const {
    const std::uint64_t calls = options_.calls;
    time("get, with its bytes", processes, calls, [this](Store& store, std::uint64_t i) {
      (void)checked(checked(store.get(some(i), output_))->read());
    });
    time("get_entry", processes, calls,
         [this](Store& store, std::uint64_t i) { (void)checked(store.get_entry(some(i))); });
    time("get, missing", processes, calls,
         [this](Store& store, std::uint64_t i) { (void)checked(store.get(key_of(~i), output_)); });
    time("has", processes, calls,
         [this](Store& store, std::uint64_t i) { (void)checked(store.has(some(i))); });
    time("stats", processes, calls,
         [](Store& store, std::uint64_t) { (void)checked(store.stats()); });
  }

  void time_opening() const {
    time("open, get, close", 1, options_.calls,
         [this](Store&, std::uint64_t i) { (void)checked(open()->get(some(i), output_)); });
    time("open, stats, close", 1, options_.calls,
         [this](Store&, std::uint64_t) { (void)checked(open()->stats()); });
  }

  void time_replacing(unsigned processes) const {
    time("put_entry, replacing", processes, options_.calls,
         [this](Store& store, std::uint64_t i) { check(store.put_entry(some(i), blobs_.all())); });
    time("put of one blob", processes, options_.calls, [this](Store& store, std::uint64_t i) {
      check(store.put(some(i), output_, BlobSource::from_text("replaced")));
    });
  }

  /// A dry run scans and chooses; the other also removes what was chosen, a tenth.
  void time_cleaning() const {
    const larder::StoreStats before = checked(open()->stats());
    larder::CleanOptions options = {.max_bytes = before.bytes / 10 * 9, .dry_run = true};
    const Call clean = [&options](Store& store, std::uint64_t) {
      (void)checked(store.clean(options));
    };
    time("clean, scan and choice", 1, 3, clean);
    options.dry_run = false;
    time("clean", 1, 1, clean);
    const larder::StoreStats after = checked(open()->stats());
    std::printf(R"({"removed": %llu})"
                "\n",
                static_cast<unsigned long long>(before.entries - after.entries));
  }

  Options options_;
  std::uint64_t plain_ = 0;  ///< How many plain files there are.
  Blobs blobs_;
  Name output_ = checked(Name::parse("output"));
};

int usage() {
  (void)std::fprintf(stderr,
                     "usage: store_bench use|change DIR ENTRIES CALLS [packed|directory]\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return usage();
  const std::string_view phase = argv[1];
  const bool is_directory = argc > 5 && std::string_view(argv[5]) == "directory";
  StoreBench bench(
      {.dir = argv[2],
       .entries = std::strtoull(argv[3], nullptr, 10),
       .calls = std::strtoull(argv[4], nullptr, 10),
       .layout = is_directory ? larder::DiskLayout::directory : larder::DiskLayout::packed});
  if (phase == "use") {
    bench.use();
  } else if (phase == "change") {
    bench.change();
  } else {
    return usage();
  }
  return 0;
}
