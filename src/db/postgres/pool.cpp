#include "db/postgres/pool.hpp"

#include <algorithm>

#include "db/postgres/pause.hpp"

namespace todod::db::postgres {

using Clock = std::chrono::steady_clock;

/// One that waits for a connection, in the frame of its coroutine.
struct Pool::Waiter {
    std::coroutine_handle<> waiting;
    Clock::time_point until;
    std::unique_ptr<Connection> connection;
    std::exception_ptr failure;
    Waiter* next = nullptr;
};

struct Pool::Wait {
    Pool& pool;
    Waiter& waiter;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        waiter.waiting = waiting;
        pool.push(waiter);
    }
    void await_resume() const noexcept {}
};

namespace {

std::size_t share_of(std::size_t connections, std::size_t pools)
{
    return std::max<std::size_t>(1, connections / std::max<std::size_t>(1, pools));
}

}  // namespace

Lease::~Lease()
{
    if (connection_) pool_->give_back(std::move(connection_));
}

Pool::Pool(Connector& connector, std::size_t pools, base::Loop& loop)
    : connector_(connector),
      loop_(loop),
      max_open_(
          share_of(connector.settings().pool_size + connector.settings().pool_overflow, pools)),
      max_idle_(share_of(connector.settings().pool_size, pools)),
      mailbox_(std::make_shared<Mailbox>()),
      mail_(loop.watch(
          mailbox_->descriptor(), [this] { take_mail(); }, [] {})),
      late_(loop.timer([this] { fail_late(); }))
{
}

Pool::~Pool() = default;

base::Async<Lease> Pool::lease()
{
    if (first_ == nullptr) {
        auto connection = take_idle();
        count();
        if (connection) co_return Lease{*this, std::move(connection)};
    }
    if (is_away()) std::rethrow_exception(failure_);
    if (waiting_ == max_waiting) throw ConnectionError{"too many wait for a connection"};
    Waiter waiter;
    co_await Wait{*this, waiter};
    if (waiter.failure) std::rethrow_exception(waiter.failure);
    co_return Lease{*this, std::move(waiter.connection)};
}

bool Pool::is_old(const Connection& connection) const
{
    const auto& recycle = connector_.settings().pool_recycle;
    return recycle.count() > 0 && Clock::now() - connection.opened_at() >= recycle;
}

/// Whether one is out that will come back.
bool Pool::is_any_lent() const
{
    return open_ > idle_.size();
}

bool Pool::is_away() const
{
    return failures_ > 0 && !is_any_lent() && (is_opening_ || Clock::now() < try_again_at_);
}

std::unique_ptr<Connection> Pool::take_idle()
{
    while (!idle_.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle_.back());
        idle_.pop_back();
        if (!is_old(*connection) && connection->is_usable()) return connection;
        --open_;
    }
    return nullptr;
}

void Pool::push(Waiter& waiter)
{
    waiter.until = Clock::now() + connector_.settings().pool_timeout;
    if (first_ == nullptr) late_->start(connector_.settings().pool_timeout);
    (first_ == nullptr ? first_ : last_->next) = &waiter;
    last_ = &waiter;
    ++waiting_;
    count();
    open_more();
}

/// Opens one, if one is waited for; when it is there, the next.
void Pool::open_more()
{
    if (first_ == nullptr || is_opening_ || open_ == max_open_) return;
    is_opening_ = true;
    connector_.open(mailbox_);
    mail_->wait_readable();
}

void Pool::take_mail()
{
    for (Mailbox::Outcome& outcome : mailbox_->take_all()) {
        is_opening_ = false;
        if (!outcome) {
            take_failure(outcome.error());
            continue;
        }
        try {
            auto connection = std::make_unique<Connection>(std::move(*outcome),
                                                           !connector_.settings().pgbouncer, loop_);
            failures_ = 0;
            ++open_;
            counters_.connects.add();
            hand_out(std::move(connection));
        } catch (const ConnectionError& error) {
            take_failure(error);
        }
    }
    if (failures_ == 0) open_more();
}

void Pool::take_failure(const ConnectionError& error)
{
    const auto pause = pause_after(failures_++, first_pause, max_pause, random_);
    counters_.failures.add();
    failure_ = std::make_exception_ptr(error);
    try_again_at_ = Clock::now() + pause;
    // Those that are lent come back, and go to who waits.
    if (!is_any_lent()) fail_waiting(failure_);
}

void Pool::give_back(std::unique_ptr<Connection> connection)
{
    connection->roll_back();
    if (connection->is_given_up()) give_up_idle();
    if (!is_old(*connection) && connection->is_usable()) return hand_out(std::move(connection));
    --open_;
    count();
    open_more();
}

/// A server that is silent on one connection is silent on all: whoever asks next is refused at once
/// rather than kept waiting as long again.
void Pool::give_up_idle()
{
    open_ -= idle_.size();
    idle_.clear();
    count();
    take_failure(ConnectionError{"the server does not answer"});
}

void Pool::hand_out(std::unique_ptr<Connection> connection)
{
    if (Waiter* const waiter = pop()) {
        waiter->connection = std::move(connection);
        loop_.post(waiter->waiting);
    } else if (idle_.size() < max_idle_) {
        idle_.push_back(std::move(connection));
    } else {
        connection.reset();
        --open_;
    }
    count();
}

Pool::Waiter* Pool::pop()
{
    Waiter* const waiter = first_;
    if (waiter == nullptr) return nullptr;
    first_ = waiter->next;
    --waiting_;
    count();
    if (first_ == nullptr) late_->stop();
    return waiter;
}

void Pool::fail_waiting(const std::exception_ptr& failure)
{
    while (Waiter* const waiter = pop()) {
        waiter->failure = failure;
        loop_.post(waiter->waiting);
    }
}

/// For those who look on from other threads.
void Pool::count() noexcept
{
    counters_.open.set(open_);
    counters_.idle.set(idle_.size());
    counters_.waiting.set(waiting_);
}

/// The first to come is the first to be late.
void Pool::fail_late()
{
    const auto now = Clock::now();
    while (first_ != nullptr && first_->until <= now) {
        Waiter* const waiter = pop();
        waiter->failure =
            std::make_exception_ptr(ConnectionError{"no connection has become free in time"});
        loop_.post(waiter->waiting);
    }
    if (first_ == nullptr) return;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first_->until - now);
    late_->start(left);
}

}  // namespace todod::db::postgres
