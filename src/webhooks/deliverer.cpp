#include "webhooks/deliverer.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <coroutine>
#include <stop_token>
#include <system_error>
#include <thread>

#include "base/blocking_loop.hpp"
#include "base/error.hpp"
#include "webhooks/turn.hpp"

namespace todod::webhooks {

using SteadyClock = std::chrono::steady_clock;

namespace {

/// Claims in one round at most.
constexpr int max_claims = 20;

/// What other threads wake a loop by.
class Bell {
public:
    Bell() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        if (descriptor_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
    }
    ~Bell() { ::close(descriptor_); }
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    int descriptor() const noexcept { return descriptor_; }
    void ring() const { ::eventfd_write(descriptor_, 1); }
    void silence() const
    {
        eventfd_t count = 0;
        ::eventfd_read(descriptor_, &count);
    }

private:
    const int descriptor_;
};

}  // namespace

struct Deliverer::State {
    store::Storage& storage;
    Sender& sender;
    const base::Clock& clock;
    base::Random& random;
    base::Log& log;
    base::Counter& dead;
    const DelivererSettings settings;
    Bell bell{};
    std::atomic<bool> is_stopping = false;
    std::stop_source cut_off{};
    std::thread thread{};

    class Rounds;

    void run();
    void warn(const std::exception& error) const;
};

/// What belongs to the thread: hooks are claimed as there is room, and each has its turn beside the
/// others.
class Deliverer::State::Rounds {
public:
    Rounds(State& state, base::Loop& loop)
        : state_(state),
          loop_(loop),
          database_(state.storage.connect(loop)),
          hooks_(database_->webhooks()),
          changes_(database_->changes()),
          parts_{.hooks = *hooks_,
                 .changes = *changes_,
                 .sender = state.sender,
                 .loop = loop,
                 .clock = state.clock,
                 .random = state.random,
                 .log = state.log,
                 .dead = state.dead,
                 .retries = state.settings.retries,
                 .lease = state.settings.lease,
                 .longest = state.settings.turn,
                 .is_stopping = state.is_stopping,
                 .cut_off = state.cut_off.get_token()},
          timer_(loop.timer([this] { wake(); })),
          watch_(loop.watch(state.bell.descriptor(), [this] { answer_bell(); }, [] {}))
    {
        watch_->wait_readable();
    }

    base::Async<void> serve()
    {
        while (!state_.is_stopping) {
            try {
                co_await claim_all();
                is_away_ = false;
            } catch (const std::exception& error) {
                if (!std::exchange(is_away_, true)) state_.warn(error);
            }
            co_await Pause{*this, state_.settings.between};
        }
        const auto end = SteadyClock::now() + state_.settings.grace;
        while (running_ > 0) {
            if (SteadyClock::now() >= end) state_.cut_off.request_stop();
            co_await Pause{*this, state_.settings.between};
        }
    }

private:
    /// Until something happens, at most for `time`.
    struct Pause {
        Rounds& rounds;
        std::chrono::milliseconds time;

        bool await_ready() const noexcept { return std::exchange(rounds.is_woken_, false); }
        void await_suspend(std::coroutine_handle<> waiting) const
        {
            rounds.waiting_ = waiting;
            rounds.timer_->start(time);
        }
        void await_resume() const
        {
            rounds.timer_->stop();
            rounds.is_woken_ = false;
        }
    };

    void wake()
    {
        is_woken_ = true;
        if (const auto waiting = std::exchange(waiting_, {})) loop_.post(waiting);
    }

    void answer_bell()
    {
        state_.bell.silence();
        watch_->wait_readable();
        wake();
    }

    /// Once round all hooks at most, as long as there is room.
    base::Async<void> claim_all()
    {
        for (int i = 0; i < max_claims && !state_.is_stopping; ++i) {
            if (running_ >= state_.settings.max_at_once) co_return;
            const base::Instant now = state_.clock.now();
            auto claimed = co_await hooks_->claim({.after = after_,
                                                   .limit = state_.settings.max_at_once - running_,
                                                   .holder = base::make_uuid_v4(state_.random),
                                                   .now = now,
                                                   .until = now + state_.settings.lease});
            after_ = claimed.next.value_or("");
            for (store::LeasedWebhook& lease : claimed.leases) {
                ++running_;
                base::spawn(take_turn(std::move(lease)));
            }
            if (!claimed.next) co_return;
        }
    }

    base::Async<void> take_turn(store::LeasedWebhook lease)
    {
        const bool was_full = running_ >= state_.settings.max_at_once;
        bool has_more = false;
        try {
            Turn turn{parts_, std::move(lease)};
            has_more = co_await turn.run();
        } catch (const base::Error& error) {
            // Of an account that has just been deleted there is nothing to say.
            if (error.code() != base::ErrorCode::unauthorized) state_.warn(error);
        } catch (const std::exception& error) {
            state_.warn(error);
        }
        --running_;
        if (has_more || was_full || state_.is_stopping) wake();
    }

    State& state_;
    base::Loop& loop_;
    const std::unique_ptr<store::Database> database_;
    const std::unique_ptr<store::Webhooks> hooks_;
    const std::unique_ptr<store::Changes> changes_;
    const TurnParts parts_;
    const std::unique_ptr<base::Timer> timer_;
    const std::unique_ptr<base::Watch> watch_;
    std::coroutine_handle<> waiting_;
    bool is_woken_ = false;
    bool is_away_ = false;  ///< the database, as far as has been told
    std::size_t running_ = 0;
    std::string after_;  ///< where the next claim begins
};

void Deliverer::State::run()
{
    while (!is_stopping) {
        try {
            base::BlockingLoop loop;
            Rounds rounds{*this, loop};
            loop.run(rounds.serve());
            return;
        } catch (const std::exception& error) {
            warn(error);
        }
        std::this_thread::sleep_for(settings.between);
    }
}

void Deliverer::State::warn(const std::exception& error) const
{
    const auto* const known = dynamic_cast<const base::Error*>(&error);
    const bool has_cause = known != nullptr && !known->cause().empty();
    log.write(base::LogLevel::warning, "todod.webhooks",
              fmt::format("What webhooks are to be told waits: {}",
                          has_cause ? known->cause() : std::string{error.what()}));
}

Deliverer::Deliverer(store::Storage& storage, Sender& sender, const base::Clock& clock,
                     base::Random& random, base::Log& log, base::Metrics& metrics,
                     DelivererSettings settings)
    : state_(new State{.storage = storage,
                       .sender = sender,
                       .clock = clock,
                       .random = random,
                       .log = log,
                       .dead = count_deliveries(metrics, "dead"),
                       .settings = std::move(settings)})
{
    state_->thread = std::thread{[state = state_.get()] { state->run(); }};
}

Deliverer::~Deliverer()
{
    stop();
    state_->thread.join();
}

void Deliverer::stop()
{
    state_->is_stopping = true;
    state_->bell.ring();
}

}  // namespace todod::webhooks
