#include "auth/password.hpp"

#include <argon2.h>
#include <fmt/format.h>
#include <openssl/crypto.h>

#include <array>
#include <cassert>
#include <charconv>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "auth/scrypt.hpp"
#include "base/error.hpp"

namespace todod::auth {

namespace {

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;

// What verify_password puts up with. Each lane is a thread of libargon2's.
constexpr unsigned max_memory_kib = 1024 * 1024;
constexpr unsigned max_passes = 64;
constexpr unsigned max_lanes = 64;

/// Until a waiting hash will have been done.
constexpr std::chrono::seconds busy_retry_after{1};

[[noreturn]] void fail(int argon2_error)
{
    throw base::Error{base::ErrorCode::internal,
                      fmt::format("Argon2: {}", argon2_error_message(argon2_error))};
}

bool skip(std::string_view& rest, std::string_view prefix) noexcept
{
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    return true;
}

bool read_number(std::string_view& rest, unsigned& number) noexcept
{
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc{}) return false;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return true;
}

struct PhcHead {
    unsigned version = ARGON2_VERSION_10;  ///< what a string without "v=" was made with
    Argon2Parameters parameters;
};

/// The part of a PHC string of Argon2id before its salt; nothing when it asks for too much.
/// libargon2 looks at the rest.
std::optional<PhcHead> read_head(std::string_view phc) noexcept
{
    PhcHead head;
    auto& [passes, memory_kib, lanes] = head.parameters;
    if (phc.contains('\0') || !skip(phc, "$argon2id$")) return std::nullopt;
    if (skip(phc, "v=") && !(read_number(phc, head.version) && skip(phc, "$"))) return std::nullopt;
    const bool reads = skip(phc, "m=") && read_number(phc, memory_kib) && skip(phc, ",t=") &&
                       read_number(phc, passes) && skip(phc, ",p=") && read_number(phc, lanes) &&
                       skip(phc, "$");
    const bool bearable =
        memory_kib <= max_memory_kib && passes <= max_passes && lanes <= max_lanes;
    return reads && bearable ? std::optional{head} : std::nullopt;
}

/// Overwrites a password when its owner is done with it.
class Wipe {
public:
    explicit Wipe(std::string& secret) noexcept : secret_(secret) {}
    Wipe(const Wipe&) = delete;
    Wipe& operator=(const Wipe&) = delete;
    ~Wipe() { OPENSSL_cleanse(secret_.data(), secret_.size()); }

private:
    std::string& secret_;
};

/// Work for the pool. Lives in the frame of the coroutine that awaits it.
struct Job {
    explicit Job(base::Loop& home) noexcept : loop(home) {}
    virtual void work() = 0;

    void run() noexcept
    {
        try {
            work();
        } catch (...) {
            failure = std::current_exception();
        }
    }

    /// The coroutine may go on, and this end, before it returns.
    void finish() { loop.post(waiting); }

    base::Loop& loop;
    std::coroutine_handle<> waiting;
    std::exception_ptr failure;

protected:
    ~Job() = default;
};

base::Error stopping_error()
{
    return base::Error::unavailable("The server is stopping.", busy_retry_after);
}

}  // namespace

std::string hash_password(std::string_view password, const Argon2Parameters& parameters,
                          base::Random& random)
{
    const auto& [passes, memory_kib, lanes] = parameters;
    std::array<std::byte, salt_bytes> salt{};
    random.fill(salt);
    // Counts the zero at the end.
    std::string phc(argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, hash_bytes, Argon2_id),
                    '\0');
    const int outcome =
        argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(),
                              salt.data(), salt.size(), hash_bytes, phc.data(), phc.size());
    if (outcome != ARGON2_OK) fail(outcome);
    phc.resize(phc.find('\0'));
    return phc;
}

bool verify_password(std::string_view password, const std::string& phc)
{
    if (is_scrypt_hash(phc)) return verify_scrypt(password, phc);
    if (!read_head(phc)) return false;
    const int outcome = argon2id_verify(phc.c_str(), password.data(), password.size());
    // No answer is not a no.
    if (outcome == ARGON2_MEMORY_ALLOCATION_ERROR || outcome == ARGON2_THREAD_FAIL) fail(outcome);
    return outcome == ARGON2_OK;
}

bool needs_rehash(std::string_view phc, const Argon2Parameters& parameters)
{
    const auto head = read_head(phc);
    return !head || head->version != ARGON2_VERSION_13 ||
           head->parameters.passes != parameters.passes ||
           head->parameters.memory_kib != parameters.memory_kib ||
           head->parameters.lanes != parameters.lanes;
}

struct PasswordPool::State {
    State(Argon2Parameters given, unsigned threads, base::Random& source)
        : parameters(given), random(source), max_unfinished(max_waiting + threads)
    {
        assert(threads > 0);
        workers.reserve(threads);
        for (unsigned i = 0; i < threads; ++i)
            workers.emplace_back([this] { serve(); });
    }

    ~State()
    {
        std::deque<Job*> abandoned;
        {
            const std::lock_guard lock{mutex};
            stopping = true;
            abandoned.swap(waiting);
        }
        wake.notify_all();
        for (Job* job : abandoned) {
            job->failure = std::make_exception_ptr(stopping_error());
            job->finish();
        }
    }

    /// Throws Error{unavailable} when there is no room.
    void add(Job& job)
    {
        {
            const std::lock_guard lock{mutex};
            if (stopping) throw stopping_error();
            if (unfinished == max_unfinished) {
                ++refused;
                throw base::Error::unavailable("Too many passwords are being checked. Try again.",
                                               busy_retry_after);
            }
            waiting.push_back(&job);
            ++unfinished;
        }
        wake.notify_one();
    }

    /// What each worker does until the pool stops.
    void serve()
    {
        std::unique_lock lock{mutex};
        while (true) {
            wake.wait(lock, [this] { return stopping || !waiting.empty(); });
            if (stopping) return;
            Job& job = *waiting.front();
            waiting.pop_front();
            lock.unlock();
            job.run();
            lock.lock();
            --unfinished;
            ++done;
            lock.unlock();
            job.finish();
            lock.lock();
        }
    }

    Verdict check(std::string_view password, const std::string& phc)
    {
        if (!read_head(phc) && !is_scrypt_hash(phc)) {
            // Takes as long as a real one, so that nobody learns whether there is an account.
            hash_password(password, parameters, random);
            return {};
        }
        Verdict verdict{.correct = verify_password(password, phc), .rehashed = {}};
        if (verdict.correct && needs_rehash(phc, parameters)) {
            verdict.rehashed = hash_password(password, parameters, random);
        }
        return verdict;
    }

    const Argon2Parameters parameters;
    base::Random& random;
    const std::size_t max_unfinished;  ///< those that wait, and one a worker

    std::mutex mutex;  ///< guards what follows
    std::condition_variable wake;
    std::deque<Job*> waiting;
    std::size_t unfinished = 0;
    std::uint64_t done = 0;
    std::uint64_t refused = 0;
    bool stopping = false;

    std::vector<std::jthread> workers;  ///< last: joined before the rest goes
};

namespace {

/// Awaits the outcome of `task`, which a worker of `pool` calls.
template <class State, class Task>
class OnPool final : Job {
public:
    OnPool(State& pool, base::Loop& loop, Task task) : Job(loop), pool_(pool), task_(task) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting)
    {
        waiting = awaiting;
        pool_.add(*this);
    }
    auto await_resume()
    {
        if (failure) std::rethrow_exception(failure);
        return std::move(*outcome_);
    }

private:
    void work() override { outcome_.emplace(task_()); }

    State& pool_;
    Task task_;
    std::optional<std::invoke_result_t<Task>> outcome_;
};

}  // namespace

PasswordPool::PasswordPool(Argon2Parameters parameters, unsigned threads, base::Random& random)
    : state_(std::make_unique<State>(parameters, threads, random))
{
}

PasswordPool::~PasswordPool() = default;

PasswordPool::Activity PasswordPool::activity() const
{
    const std::lock_guard lock{state_->mutex};
    const std::size_t waiting = state_->waiting.size();
    return {.waiting = waiting,
            .running = state_->unfinished - waiting,
            .done = state_->done,
            .refused = state_->refused};
}

base::Async<std::string> PasswordPool::hash(base::Loop& loop, std::string password)
{
    const Wipe wipe{password};
    State& pool = *state_;
    co_return co_await OnPool{
        pool, loop, [&] { return hash_password(password, pool.parameters, pool.random); }};
}

base::Async<PasswordPool::Verdict> PasswordPool::verify(base::Loop& loop, std::string password,
                                                        std::string phc)
{
    const Wipe wipe{password};
    State& pool = *state_;
    co_return co_await OnPool{pool, loop, [&] { return pool.check(password, phc); }};
}

}  // namespace todod::auth
