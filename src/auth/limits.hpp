#pragma once

#include <array>
#include <coroutine>
#include <cstdint>
#include <optional>
#include <string_view>

#include "auth/limit_table.hpp"
#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "net/redis.hpp"

namespace todod::auth {

/// What is counted together, each in a window of its own.
enum class LimitKind : std::uint8_t {
    read,       ///< of a user
    write,      ///< of a user
    chat,       ///< of a user: turns of the assistant
    anonymous,  ///< of an address: by nobody who is signed in
    login,      ///< of an address
    email,      ///< of an e-mail: attempts to sign in with it
};
inline constexpr std::size_t limit_kind_count = 6;

std::string_view to_string(LimitKind kind) noexcept;  ///< "read" …

/// What is allowed in a minute, by LimitKind.
using Quotas = std::array<std::uint32_t, limit_kind_count>;
inline constexpr Quotas default_quotas{100, 30, 20, 60, 10, 10};

/// Where one stands with a limit, after having been counted for it or refused.
struct Verdict {
    LimitKind kind = LimitKind::read;
    std::uint32_t quota = 0;
    Count count;
};

/// The limits of all I/O threads, and of all processes with the same Redis: while that is away,
/// each goes by what it has let in itself.
class LimitBook {
public:
    /// The references must outlive this. Without `redis` limits are kept in the process alone.
    LimitBook(const Quotas& quotas, std::optional<net::RedisSettings> redis,
              const base::Clock& clock, base::Random& random, base::Log& log);

    std::uint32_t quota(LimitKind kind) const noexcept;
    /// Null where there is none, or it is away.
    net::Redis* redis() noexcept { return redis_ && redis_->is_up() ? &*redis_ : nullptr; }

    /// In the process.
    Verdict take(LimitKind kind, std::string_view subject);
    /// What Redis has said.
    Verdict accept(LimitKind kind, std::string_view subject, const net::RedisCall& call);

private:
    std::uint32_t now() const;

    LimitTable table_;
    const base::Clock& clock_;
    std::optional<net::Redis> redis_;
    const Quotas quotas_;
};

/// One I/O thread's way to the limits.
class Limits {
public:
    /// All must outlive this.
    Limits(LimitBook& book, base::Loop& loop, base::Metrics& metrics);

    /// See take.
    class Taking {
    public:
        Taking(Limits& limits, LimitKind kind, std::string_view subject)
            : limits_(limits), kind_(kind), subject_(subject)
        {
        }

        bool await_ready() noexcept { return (redis_ = limits_.book_.redis()) == nullptr; }
        bool await_suspend(std::coroutine_handle<> waiting);
        Verdict await_resume();

    private:
        Limits& limits_;
        LimitKind kind_;
        std::string_view subject_;
        net::Redis* redis_ = nullptr;
        net::RedisCall call_;
    };

    /// `co_await limits.take(kind, subject)` counts `subject` (any bytes, which must hold
    /// meanwhile) if that is allowed. Never fails.
    Taking take(LimitKind kind, std::string_view subject) { return {*this, kind, subject}; }

private:
    using Counters = std::array<base::Counter*, limit_kind_count>;

    LimitBook& book_;
    base::Loop& loop_;
    Counters allowed_{};
    Counters refused_{};
};

/// What one request is counted for, and what its answer says of that.
class Meter {
public:
    /// A new request. Without `limits` it is counted for nothing.
    void begin(Limits* limits) noexcept
    {
        limits_ = limits;
        told_.reset();
    }

    bool is_on() const noexcept { return limits_ != nullptr; }
    Limits::Taking take(LimitKind kind, std::string_view subject)
    {
        return limits_->take(kind, subject);
    }

    /// Of several verdicts the answer tells of the one that refuses, or else leaves least. Throws
    /// Error{too_many_requests} for one that refuses.
    void note(const Verdict& verdict);

    /// take and note, where it is on. `subject` must hold meanwhile.
    base::Async<void> check(LimitKind kind, std::string_view subject);

    const std::optional<Verdict>& told() const noexcept { return told_; }

private:
    Limits* limits_ = nullptr;
    std::optional<Verdict> told_;
};

}  // namespace todod::auth
