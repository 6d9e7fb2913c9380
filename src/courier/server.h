#pragma once

#include "backend/courier/socket.h"
#include "store/backend.h"
#include "sys/clock.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "courier/fetch_key.h"
#include "courier/mailbox.h"
#include "courier/recent_misses.h"
#include "courier/uploader.h"
#include "courier/worker_pool.h"

namespace larder::courier {

/// What fetches look in.
struct FetchStores {
  std::shared_ptr<store::Backend> all;     // shared with its owner; every tier
  std::shared_ptr<store::Backend> beyond;  // the same; the tiers behind the leading disks
  std::shared_ptr<store::Backend> here;    // the same; the leading disks; null if there are none
  /// How often a tier was away so far: what is not found while that changes may be there.
  std::function<std::uint64_t()> failures;
};

struct ServerOptions {
  unsigned workers = 16;  ///< Fetches that wait for a store at one time.
  std::chrono::seconds idle{600};
  std::chrono::seconds miss_memory{60};
  std::size_t max_misses = 100'000;
  std::chrono::milliseconds tick{1000};
  /// How long a flush waits for the first upload that succeeds while others fail.
  std::chrono::seconds flush_patience{10};
};

/// Counts since the start.
struct ServerStats {
  std::size_t clients = 0;  ///< Connected now.
  std::uint64_t fetches = 0;
  std::uint64_t found = 0;
  std::uint64_t absent = 0;
  std::uint64_t failed = 0;
  std::uint64_t remembered = 0;  ///< Of `absent`, without asking a store.
  std::uint64_t collapsed = 0;   ///< Fetches that joined an equal one under way.
  std::uint64_t abandoned = 0;   ///< Nobody waited for them any more when their turn came.
  std::uint64_t pushes = 0;
};

/// What a server is told by who runs it. Any may be empty.
struct ServerHooks {
  /// The text of a status report. Called on the server's thread; must not block.
  std::function<std::string(const ServerStats&)> describe = {};
  /// Asks tiers that are away whether they are back; `at_once` also before that is due. Called at
  /// each tick, on a worker; may block.
  std::function<void(bool at_once)> probe = {};
  /// Whether a courier that is started now would be another one. Called at each tick, on a worker.
  std::function<bool()> is_superseded = {};
};

/// Answers the clients of one socket: one thread sees to all of them and never blocks, so that each
/// request is acknowledged at once; stores are asked by a pool of others. Equal fetches are one
/// call, and what was not found is remembered for a while. One thread at a time.
class Server {
 public:
  enum class End : std::uint8_t { idle, stopped, superseded };

  /// `clock` must outlive it. `end_fd`, unless it is -1, becomes readable when it is to end.
  Server(util::UniqueFd listener, int end_fd, FetchStores stores, const ServerOptions& options,
         ServerHooks hooks, const sys::Clock& clock = sys::system_clock());
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Serves until it has been idle for long, is told to end, or another one has taken its place and
  /// nothing is left to do. `uploader`, if any, takes what is pushed. Errors: io.
  Result<End> run(Uploader* uploader);

  /// To be called after an upload, from any thread.
  void on_upload(const SpoolEntry& entry);

 private:
  using Time = std::chrono::system_clock::time_point;
  using ClientId = std::uint64_t;
  using Pack = std::shared_ptr<const store::PackBytes>;

  struct Client {
    util::UniqueFd fd;
    std::optional<FetchKey> awaited = {};
    std::optional<Time> flushing_since = {};
  };

  /// A fetch under way and who waits for it.
  struct Flight {
    store::NamespacePath ns;
    Key key;
    std::vector<ClientId> clients = {};
    std::shared_ptr<std::atomic<bool>> is_wanted = {};  // shared with the worker
  };

  // What comes in the mailbox.
  struct Fetched {
    FetchKey key;
    std::optional<Result<Pack>> outcome = {};  // absent: not begun, for nobody wanted it
    bool is_certain = true;
  };
  struct Uploaded {
    util::Checksum binding;
  };
  struct Maintained {
    bool is_superseded = false;
  };
  using Letter = std::variant<Fetched, Uploaded, Maintained>;

  Result<void> begin();
  [[nodiscard]] Result<void> watch(int fd, ClientId id) const;
  Result<void> turn();
  void accept_clients();
  void on_readable(ClientId id);
  void on_message(ClientId id, const Message& request);
  void on_fetch(ClientId id, const Message& request);
  void on_push(ClientId id, const Message& request);
  void on_flush(ClientId id);
  void on_stop(ClientId id);
  void submit(const FetchKey& key, Flight& flight);
  [[nodiscard]] Fetched fetch(const FetchKey& key, const store::Address& address) const;
  void on_letters();
  void on_letter(Fetched& fetched);
  void on_letter(const Uploaded& uploaded);
  void on_letter(const Maintained& maintained);
  void finish_flushes();
  void on_tick();
  void maintain(bool at_once);
  [[nodiscard]] std::optional<End> end() const;

  void answer(ClientId id, const Message& message, int attached = -1);
  void drop(ClientId id);
  [[nodiscard]] ServerStats stats() const;

  util::UniqueFd listener_;
  int end_fd_;
  util::UniqueFd epoll_;
  FetchStores stores_;
  Uploader* uploader_ = nullptr;
  ServerOptions options_;
  ServerHooks hooks_;
  const sys::Clock* clock_;
  ServerStats stats_;
  RecentMisses misses_;
  std::unordered_map<ClientId, Client> clients_;
  std::unordered_map<FetchKey, Flight, FetchKeyHash> flights_;
  ClientId last_id_;
  Time last_use_;
  SteadyTime next_tick_ = {};
  bool is_maintaining_ = false;
  bool is_accepting_ = false;
  bool is_stopping_ = false;
  bool is_superseded_ = false;
  Mailbox<Letter> mailbox_;
  WorkerPool workers_;  // the last: its threads end before what they use
};

}  // namespace larder::courier
