#include "auth/jwks.hpp"

#include <atomic>
#include <coroutine>
#include <mutex>
#include <utility>

#include "base/error.hpp"

namespace todod::auth {

using base::Error;
using base::Instant;

namespace {

constexpr std::chrono::seconds fetch_timeout{5};
constexpr std::size_t max_document_bytes = std::size_t{256} * 1024;
constexpr int ok_status = 200;

constexpr std::string_view logger = "todod.auth";

Error no_keys()
{
    return Error::unavailable("The keys that tokens are signed with cannot be had at present.",
                              Jwks::first_retry_time);
}

/// A clock that was set back keeps nobody waiting.
bool has_passed(std::chrono::milliseconds time, std::optional<Instant> since, Instant now)
{
    return !since || now < *since || now - *since >= time;
}

/// What came of a fetch: the keys, or why not.
struct Fetched {
    Jwks::Keys keys;
    std::string document;
    std::string fault;
};

std::string fault_of(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        return error.cause().empty() ? error.message() : error.cause();
    } catch (const std::exception& error) {
        return error.what();
    }
}

Fetched read(net::HttpOutcome outcome)
{
    Fetched fetched;
    if (outcome.failure) {
        fetched.fault = fault_of(outcome.failure);
    } else if (outcome.response.status != ok_status) {
        fetched.fault = fmt::format("the answer is {}", outcome.response.status);
    } else if (auto keys = read_key_set(outcome.response.body)) {
        fetched.keys = std::make_shared<const KeySet>(*std::move(keys));
        fetched.document = std::move(outcome.response.body);
    } else {
        fetched.fault =
            fmt::format("the answer is no JWK Set of at most {} keys", KeySet::max_keys);
    }
    return fetched;
}

base::Counter& count_fetches(base::Metrics& metrics, const char* outcome)
{
    return metrics.counter("todod_jwks_fetches_total",
                           "How often the keys of JWKS_URL were asked for, by what came of it.",
                           {{"outcome", outcome}});
}

}  // namespace

struct Jwks::State : std::enable_shared_from_this<State> {
    struct Waiter {
        base::Loop& loop;
        std::coroutine_handle<> handle;
    };
    struct Step {
        bool fetches = false;
        bool waits = false;
    };

    State(Fetch with, const base::Clock& a_clock, base::Log& a_log, base::Metrics& metrics)
        : fetch(std::move(with)),
          clock(a_clock),
          log(a_log),
          successes(count_fetches(metrics, "success")),
          failures(count_fetches(metrics, "failure"))
    {
    }

    /// What whoever needs such a key is to do. Under the lock.
    Step decide(bool is_known, Instant now)
    {
        const bool is_first = !keys;
        // Nobody has looked for so long that what was withdrawn should long be gone.
        const bool is_old = !has_failed && has_passed(2 * refresh_time, fetched_at, now);
        const bool waits = !is_known || is_old;
        if (is_fetching) return {.fetches = false, .waits = waits};
        if (is_first && !has_passed(first_retry_time, tried_at, now)) return {};
        if (!is_first && !is_known) {
            if (!has_passed(unknown_time, unknown_at, now)) return {};
            unknown_at = now;
        }
        if (is_known && now < refresh_at.load()) return {};
        is_fetching = true;
        return {.fetches = true, .waits = waits};
    }

    void start()
    {
        const auto done = [state = shared_from_this()](net::HttpOutcome outcome) {
            state->finish(read(std::move(outcome)));
        };
        try {
            fetch(done);
        } catch (...) {
            done({.response = {}, .failure = std::current_exception()});
        }
    }

    void finish(Fetched fetched)
    {
        std::string fault;
        std::vector<Waiter> resumed;
        std::optional<std::size_t> changed;
        {
            const std::lock_guard lock{mutex};
            // A server that is being set up may have none for a moment.
            const bool is_empty = fetched.keys && fetched.keys->keys.empty();
            if (is_empty && keys && !keys->keys.empty()) {
                fetched = {
                    .keys = nullptr, .document = {}, .fault = "there is none that is of use"};
            }
            fault = fetched.fault;
            if (take(std::move(fetched), clock.now())) changed = keys->keys.size();
            resumed.swap(waiters);
        }
        (fault.empty() ? successes : failures).add();
        if (!fault.empty()) {
            log.write(base::LogLevel::warning, logger,
                      fmt::format("JWKS_URL gave no keys: {}", fault));
        } else if (changed) {
            log.write(base::LogLevel::info, logger,
                      fmt::format("JWKS_URL gave {} keys that are of use", *changed));
        }
        for (const Waiter& waiter : resumed)
            waiter.loop.post(waiter.handle);
    }

    /// Whether there are other keys now. Under the lock.
    bool take(Fetched fetched, Instant now)
    {
        is_fetching = false;
        tried_at = now;
        has_failed = !fetched.keys;
        refresh_at = now + (has_failed ? retry_time : refresh_time);
        if (has_failed) return false;
        fetched_at = now;
        // What has not changed stays the same, with all that was verified by it.
        if (keys && fetched.document == document) return false;
        keys = std::move(fetched.keys);
        document = std::move(fetched.document);
        current = keys.get();
        return true;
    }

    const Fetch fetch;
    const base::Clock& clock;
    base::Log& log;
    base::Counter& successes;
    base::Counter& failures;
    std::atomic<const KeySet*> current = nullptr;  ///< what `keys` holds
    std::atomic<Instant> refresh_at = Instant{};
    std::mutex mutex;  ///< of what follows
    Keys keys;
    std::string document;
    std::optional<Instant> fetched_at;
    std::optional<Instant> tried_at;
    std::optional<Instant> unknown_at;  ///< when they were fetched last for a key that they lacked
    bool has_failed = false;            ///< the last try has
    bool is_fetching = false;
    std::vector<Waiter> waiters;
};

/// Until the fetch that is under way has ended.
struct Jwks::Waiting {
    State& state;
    base::Loop& loop;
    bool is_full = false;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle)
    {
        const std::lock_guard lock{state.mutex};
        if (!state.is_fetching) return false;
        is_full = state.waiters.size() >= max_waiting;
        if (!is_full) state.waiters.push_back({loop, handle});
        return !is_full;
    }
    void await_resume() const
    {
        if (is_full) throw no_keys();
    }
};

Jwks::Jwks(Fetch fetch, const base::Clock& clock, base::Log& log, base::Metrics& metrics)
    : state_(std::make_shared<State>(std::move(fetch), clock, log, metrics))
{
}

bool Jwks::is_current(const KeySet* keys, Instant now) const noexcept
{
    return keys != nullptr && state_->current.load(std::memory_order_acquire) == keys &&
           now < state_->refresh_at.load(std::memory_order_relaxed);
}

base::Async<Jwks::Keys> Jwks::find(KeyAlgorithm algorithm, std::optional<std::string> id,
                                   base::Loop& loop)
{
    State& state = *state_;
    const auto is_known = [&] { return state.keys && !state.keys->find(algorithm, id).empty(); };
    State::Step step;
    bool is_first = false;
    {
        const std::lock_guard lock{state.mutex};
        is_first = !state.keys;
        step = state.decide(is_known(), state.clock.now());
    }
    if (step.fetches) state.start();
    if (step.waits) co_await Waiting{state, loop};
    const std::lock_guard lock{state.mutex};
    if (!state.keys) throw no_keys();
    // They have just been fetched for it, and need not be again.
    if (is_first && !is_known()) state.unknown_at = state.fetched_at;
    co_return state.keys;
}

Jwks::Fetch fetch_with(net::HttpClient& client, std::string url)
{
    return [&client, url = std::move(url)](auto done) {
        client.start({.url = url,
                      .headers = {{"Accept", "application/json"}},
                      .timeout = fetch_timeout,
                      .max_body_bytes = max_document_bytes},
                     std::move(done));
    };
}

}  // namespace todod::auth
