#include "auth/limits.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

/// What LimitTable does, by the server's own clock, so that those of the replicas do not matter.
/// The key holds a count a second; 'n' is their sum and 'o' the second of the first.
constexpr std::string_view script = R"lua(
local key, quota, window = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local now = tonumber(redis.call('TIME')[1])
local state = redis.call('HMGET', key, 'n', 'o')
local total, oldest = tonumber(state[1]) or 0, tonumber(state[2]) or now
local before = oldest
if oldest + 2 * window <= now or oldest > now + window then
  redis.call('DEL', key)
  total = 0
end
while total > 0 and oldest <= now + window do
  local count = tonumber(redis.call('HGET', key, oldest) or 0)
  if count > 0 and oldest + window > now then break end
  if count > 0 then
    redis.call('HDEL', key, oldest)
    total = total - count
  end
  oldest = oldest + 1
end
if total < 0 or oldest > now + window then
  redis.call('DEL', key)
  total = 0
end
if total <= 0 then total, oldest = 0, now end
local allowed = 0
if total < quota then
  allowed = 1
  total = total + 1
  redis.call('HINCRBY', key, math.max(now, oldest), 1)
  redis.call('EXPIRE', key, window)
end
if allowed == 1 or oldest ~= before then
  redis.call('HSET', key, 'n', total, 'o', oldest)
end
return {allowed, math.max(quota - total, 0), math.min(math.max(oldest + window - now, 1), window)}
)lua";

constexpr std::string_view key_prefix = "todod:limit:";
constexpr std::size_t digest_bytes = 16;

/// So many that a probe always writes: a server that takes no writes cannot be used.
constexpr std::int64_t probe_quota = 1'000'000'000;

const net::RedisCall& probe()
{
    static const net::RedisCall call{.key = std::string{key_prefix} + "probe",
                                     .arguments = {probe_quota, limit_window_seconds}};
    return call;
}

/// Whatever the subject, the key is short and shows nobody's e-mail.
std::string key_of(LimitKind kind, std::string_view subject)
{
    std::string key{key_prefix};
    key += to_string(kind);
    key += ':';
    key += base::base64url_encode(base::sha256(subject).substr(0, digest_bytes));
    return key;
}

std::string_view describe(LimitKind kind) noexcept
{
    switch (kind) {
        case LimitKind::read:
            return "reads a minute";
        case LimitKind::write:
            return "writes a minute";
        case LimitKind::chat:
            return "messages to the assistant a minute";
        case LimitKind::anonymous:
            return "requests a minute by an address without signing in";
        case LimitKind::login:
            return "attempts a minute to sign in from an address";
        case LimitKind::email:
            return "attempts a minute to sign in with an e-mail";
    }
    return "requests a minute";
}

}  // namespace

std::string_view to_string(LimitKind kind) noexcept
{
    switch (kind) {
        case LimitKind::read:
            return "read";
        case LimitKind::write:
            return "write";
        case LimitKind::chat:
            return "chat";
        case LimitKind::anonymous:
            return "anonymous";
        case LimitKind::login:
            return "login";
        case LimitKind::email:
            return "email";
    }
    return "read";
}

LimitBook::LimitBook(const Quotas& quotas, std::optional<net::RedisSettings> redis,
                     const base::Clock& clock, base::Random& random, base::Log& log)
    : table_(random), clock_(clock), quotas_(quotas)
{
    if (redis) redis_.emplace(*std::move(redis), script, probe(), log, random);
}

std::uint32_t LimitBook::quota(LimitKind kind) const noexcept
{
    return quotas_[std::to_underlying(kind)];
}

std::uint32_t LimitBook::now() const
{
    const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
    return static_cast<std::uint32_t>(second.time_since_epoch().count());
}

Verdict LimitBook::take(LimitKind kind, std::string_view subject)
{
    const std::uint32_t quota = this->quota(kind);
    return {kind, quota, table_.take(std::to_underlying(kind), subject, quota, now())};
}

Verdict LimitBook::accept(LimitKind kind, std::string_view subject, const net::RedisCall& call)
{
    const auto& [is_allowed, remaining, reset] = call.answer;
    // So that the limit goes on from there when Redis goes away.
    if (is_allowed != 0) table_.add(std::to_underlying(kind), subject, now());
    return {kind,
            quota(kind),
            {.is_allowed = is_allowed != 0,
             .remaining = static_cast<std::uint32_t>(remaining),
             .reset_seconds = static_cast<std::uint32_t>(reset)}};
}

Limits::Limits(LimitBook& book, base::Loop& loop, base::Metrics& metrics) : book_(book), loop_(loop)
{
    for (std::size_t kind = 0; kind < limit_kind_count; ++kind) {
        const std::string name{to_string(static_cast<LimitKind>(kind))};
        const auto counter = [&](std::string_view decision) {
            return &metrics.counter("todod_rate_limit_decisions_total",
                                    "Requests by what the limits said of them.",
                                    {{"class", name}, {"decision", std::string{decision}}});
        };
        allowed_[kind] = counter("allowed");
        refused_[kind] = counter("refused");
    }
}

Verdict Limits::Taking::await_resume()
{
    LimitBook& book = limits_.book_;
    const Verdict verdict =
        call_.is_answered ? book.accept(kind_, subject_, call_) : book.take(kind_, subject_);
    const auto& counters = verdict.count.is_allowed ? limits_.allowed_ : limits_.refused_;
    counters[std::to_underlying(kind_)]->add(1);
    return verdict;
}

bool Limits::Taking::await_suspend(std::coroutine_handle<> waiting)
{
    call_.key = key_of(kind_, subject_);
    call_.arguments = {limits_.book_.quota(kind_), limit_window_seconds};
    call_.waiting = waiting;
    call_.loop = &limits_.loop_;
    return redis_->push(call_);
}

void Meter::note(const Verdict& verdict)
{
    const Count& count = verdict.count;
    if (!told_ || !count.is_allowed || count.remaining < told_->count.remaining) told_ = verdict;
    if (count.is_allowed) return;
    throw base::Error{base::ErrorCode::too_many_requests,
                      fmt::format("There are at most {} {}: try again in {} s.", verdict.quota,
                                  describe(verdict.kind), count.reset_seconds)};
}

base::Async<void> Meter::check(LimitKind kind, std::string_view subject)
{
    if (is_on()) note(co_await take(kind, subject));
}

}  // namespace todod::auth
