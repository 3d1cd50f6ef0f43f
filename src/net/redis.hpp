#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/blocking_loop.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "base/random.hpp"
#include "net/redis_settings.hpp"

struct redisContext;
struct redisReply;

namespace todod::net {

/// One run of a Redis' script. It stands in the frame of the coroutine that waits for it.
struct RedisCall {
    std::string key;
    std::array<std::int64_t, 2> arguments{};
    std::array<std::int64_t, 3> answer{};
    bool is_answered = false;  ///< else it is not known whether the script has run
    std::coroutine_handle<> waiting{};
    base::Loop* loop = nullptr;  ///< where `waiting` goes on
    bool carries_script = false;
    std::chrono::steady_clock::time_point sent_at{};
};

/// A Lua script on a Redis server (7 or later), and a thread that speaks with it through one
/// connection, for all threads that ask: what waits is sent together. The script takes one key and
/// two whole numbers, gives three, and is kept by the server (EVALSHA).
///
/// The server may go away, or be slow: when a call has waited for the settings' `patience` all that
/// wait are given up, and nothing is taken on until the server has been found again, in the
/// background. The log has a line for each of the two.
class Redis {
public:
    /// Between two attempts to find it again: from the first to the second.
    static constexpr std::chrono::milliseconds first_wait{100};
    static constexpr std::chrono::milliseconds longest_wait{5000};
    /// A connection that ends sooner has not shown that the server can be used: the wait goes on
    /// growing.
    static constexpr std::chrono::seconds trial{3};
    static constexpr std::size_t max_waiting = 10'000;

    /// Looks for the server once; it may be away. `script` is run on `probe`, which nobody else
    /// uses, to see whether the server can be used. Both must outlive this, as `log` and `random`.
    Redis(RedisSettings settings, std::string_view script, const RedisCall& probe, base::Log& log,
          base::Random& random);
    /// Nothing may wait any more.
    ~Redis();
    Redis(const Redis&) = delete;
    Redis& operator=(const Redis&) = delete;

    bool is_up() const noexcept { return is_up_.load(std::memory_order_relaxed); }

    /// From any thread. `call.waiting` goes on on `call.loop` when it has been answered or given
    /// up. False when the server is away or too many wait: nothing comes of it then.
    bool push(RedisCall& call);

private:
    struct Close {
        void operator()(redisContext* context) const noexcept;
    };
    using Context = std::unique_ptr<redisContext, Close>;
    using Calls = std::vector<RedisCall*>;

    Context open() const;
    void use(Context context);
    base::Async<void> send_soon();
    void send_all();
    bool append(const RedisCall& call);
    void flush();
    void read();
    bool settle(const redisReply& reply, Calls& settled);
    void lose(std::string_view reason, std::chrono::milliseconds wait);
    void probe();
    void wait_for_server(std::chrono::milliseconds wait);
    void tell_away(std::string_view reason);
    base::Async<void> end();

    const RedisSettings settings_;
    const std::string_view script_;
    const std::string digest_;  ///< the script's name on the server
    const RedisCall& probe_call_;
    base::Log& log_;
    base::Random& random_;

    base::BlockingLoop loop_;
    std::unique_ptr<base::Timer> silence_;
    std::unique_ptr<base::Timer> probe_;
    Context context_;  ///< none: the server is away
    std::chrono::steady_clock::time_point connected_at_{};
    std::unique_ptr<base::Watch> watch_;
    std::deque<RedisCall*> sent_;  ///< the oldest first
    std::chrono::milliseconds wait_ = first_wait;
    bool is_told_away_ = false;
    bool is_stopped_ = false;

    std::atomic<bool> is_up_ = false;
    std::atomic<std::size_t> waiting_count_ = 0;
    std::mutex mutex_;  ///< of what follows
    Calls waiting_;     ///< not yet sent
    std::thread thread_;
};

}  // namespace todod::net
