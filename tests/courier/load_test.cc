#include "backend/courier/connection.h"
#include "backend/disk/disk_backend.h"
#include "backend/s3/s3_backend.h"
#include "backend/s3/static_credentials.h"
#include "backend/s3/unique_prefix.h"
#include "compose/breaker.h"
#include "compose/tiers.h"
#include "support/data.h"
#include "support/eventually.h"
#include "support/s3/engine.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "courier/server.h"
#include "courier/uploader.h"

namespace larder::courier {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using support::eventually;
using support::name_of;

constexpr std::size_t kEntries = 10'000;
constexpr std::size_t kClients = 1'000;

/// A figure of this process in /proc/self/status, in bytes.
std::size_t process_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::stoul(line.substr(name.size() + 1)) * 1024;
  }
  return 0;
}

/// From now on the peak of memory is measured.
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

/// A courier with a disk and a bucket of a real service, over TLS.
class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    rlimit files = {};
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
    const compose::Tier disk = {.name = "disk",
                                .backend = disk::open_backend({.dir = dir_.file("disk")}).value()};
    const compose::Tier bucket = {.name = "bucket",
                                  .backend = compose::make_breaker("bucket", open_bucket(), {})};
    const std::shared_ptr here = compose::make_tiers({disk});
    const std::shared_ptr beyond = compose::make_tiers({bucket});
    const std::shared_ptr all = compose::make_tiers({disk, bucket});
    server_ = std::make_unique<Server>(listen_on(endpoint_.dir, endpoint_.socket()).value(),
                                       end_.get(), FetchStores{all, beyond, here, {}},
                                       ServerOptions(), ServerHooks());
    uploader_ = Uploader::start(Spool::open_or_create(endpoint_.spool).value(),
                                {{.name = "bucket", .store = beyond}}, {},
                                [this](const SpoolEntry& entry) { server_->on_upload(entry); })
                    .value();
    thread_ = std::thread([this] { EXPECT_TRUE(server_->run(uploader_.get())); });
  }

  ~LoadTest() override {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(end_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
    thread_.join();
    uploader_.reset();
  }

  std::shared_ptr<store::Backend> open_bucket() {
    const S3Options options = {.bucket = "couriers",
                               .prefix = s3::unique_prefix(),
                               .region = "us-east-1",
                               .endpoint = engine_.tls_endpoint,
                               .ca_file = engine_.ca_file,
                               .auto_create = true};
    auto credentials = std::make_shared<s3::StaticCredentials>(engine_);
    return s3::open_backend(options, {.service = {transport_, std::move(credentials)}}).value();
  }

  [[nodiscard]] Key key_of(std::size_t number) const {
    return support::key_of("key" + std::to_string(number));
  }

  /// Has an entry uploaded, as a compile does.
  void push(std::size_t number, util::ByteSpan content) {
    const Key key = key_of(number);
    util::UniqueFd file = sys::open_unnamed().value();
    const std::vector<NamedSource> blobs = {{name_of("b"), BlobSource::from_bytes(content)}};
    const auto bytes = store::write_pack(file.get(), {ns_, key}, blobs, {}).value();
    const SpoolEntry entry = {
        .time_ns = number + 1, .writer = static_cast<std::uint32_t>(number), .ns = ns_, .key = key};
    const auto pack = store::pack_bytes_of(std::move(file), bytes);
    const auto name =
        Spool::open_or_create(endpoint_.spool).value().add(entry, *pack, std::uint64_t{1} << 40);
    ASSERT_TRUE(name);
    ASSERT_TRUE(uploader_->add(*name));
  }

  void wait_for_uploads() {
    const auto deadline = std::chrono::steady_clock::now() + minutes(4);
    while (!uploader_->is_drained() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_TRUE(uploader_->is_drained());
    ASSERT_EQ(uploader_->status().failed, 0U) << uploader_->status().last_error;
  }

  [[nodiscard]] Message request_for(std::size_t number) const {
    return {.kind = Kind::fetch,
            .ns = ns_.text(),
            .key = std::string(util::as_text(key_of(number).bytes()))};
  }

  const support::S3Engine engine_ = support::S3Engine::shared();
  support::TempDir dir_;
  store::NamespacePath ns_ = store::NamespacePath::parse("compile").value();
  Endpoint endpoint_ = {.dir = RuntimeDir::open_at(dir_.file("run")).value(),
                        .name = "c0ffee",
                        .program = "/bin/false",
                        .spool = dir_.file("spool")};
  std::shared_ptr<sys::http::CountingTransport> transport_ =
      sys::http::make_transport({.ca_file = engine_.ca_file, .uses_proxies = false}).value();
  util::UniqueFd end_{::eventfd(0, EFD_CLOEXEC)};
  std::unique_ptr<Server> server_;
  std::unique_ptr<Uploader> uploader_;
  std::thread thread_;
};

/// A fetch by each of many clients at once; gives how many were served.
class Crowd {
 public:
  explicit Crowd(const Endpoint& endpoint) {
    for (std::size_t i = 0; i < kClients; ++i) {
      clients_.push_back(connect_to(endpoint.dir, endpoint.socket(), soon()).value());
    }
  }

  template <typename RequestFor>
  std::size_t fetch(const RequestFor& request_for) {
    for (std::size_t i = 0; i < kClients; ++i) {
      EXPECT_TRUE(send_message(clients_[i].get(), request_for(i)));
    }
    std::size_t found = 0;
    for (const util::UniqueFd& client : clients_) {
      Result<std::optional<Received>> answer = receive_until(client.get(), soon());
      while (answer && *answer && (*answer)->message.kind == Kind::ack) {
        answer = receive_until(client.get(), soon());
      }
      if (answer && *answer && (*answer)->message.kind == Kind::found) ++found;
    }
    return found;
  }

 private:
  static SteadyTime soon() { return std::chrono::steady_clock::now() + minutes(2); }

  std::vector<util::UniqueFd> clients_;
};

TEST_F(LoadTest, MakesOneRequestForEachEntryOfThousandsOverAFewConnections) {
  for (std::size_t i = 0; i < kEntries; ++i) push(i, support::noise(4000, i));
  wait_for_uploads();
  const auto uploaded = transport_->counts();
  Crowd crowd(endpoint_);
  forget_peak();
  const std::size_t before = process_bytes("VmRSS");

  std::size_t found = 0;
  for (std::size_t first = 0; first < kEntries; first += kClients) {
    found += crowd.fetch([&](std::size_t client) { return request_for(first + client); });
  }

  EXPECT_EQ(found, kEntries);
  const auto fetched = transport_->counts();
  EXPECT_EQ(fetched.requests - uploaded.requests, kEntries);
  EXPECT_LE(fetched.connections, ServerOptions().workers + UploaderOptions().threads + 4);
  EXPECT_LT(process_bytes("VmHWM") - before, std::size_t{48} << 20);
}

TEST_F(LoadTest, MakesOneRequestForAThousandEqualFetches) {
  push(0, support::noise(4000));
  wait_for_uploads();
  const auto before = transport_->counts();
  Crowd crowd(endpoint_);

  const std::size_t found = crowd.fetch([&](std::size_t) { return request_for(0); });

  EXPECT_EQ(found, kClients);
  // Those that came when the first had ended have found it on the disk.
  EXPECT_EQ(transport_->counts().requests - before.requests, 1U);
}

TEST_F(LoadTest, HoldsNoObjectInMemory) {
  constexpr std::size_t kBytes = std::size_t{200} << 20;
  {
    const util::ByteBuffer large = support::noise(kBytes);
    for (std::size_t i = 0; i < 3; ++i) push(i, large);
  }
  forget_peak();
  const std::size_t before = process_bytes("VmRSS");
  wait_for_uploads();
  Crowd crowd(endpoint_);

  const std::size_t found =
      crowd.fetch([&](std::size_t client) { return request_for(client % 3); });

  EXPECT_EQ(found, kClients);
  EXPECT_LT(process_bytes("VmHWM") - std::min(before, process_bytes("VmHWM")),
            std::size_t{48} << 20);
}

}  // namespace
}  // namespace larder::courier
