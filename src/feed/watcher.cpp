#include "feed/watcher.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <span>
#include <utility>

#include "base/blocking_loop.hpp"
#include "base/error.hpp"
#include "base/together.hpp"
#include "feed/bell.hpp"
#include "feed/notice.hpp"

namespace todod::feed {

namespace {

constexpr std::string_view logger = "todod.feed";

/// Users who are looked at together.
constexpr std::size_t looked_at_once = 500;

using Clock = std::chrono::steady_clock;
using Followers = std::vector<Hub::Follower>;

}  // namespace

/// All that is of the thread's loop.
class Watcher::Round {
public:
    explicit Round(Watcher& watcher)
        : storage_(watcher.storage_),
          hub_(watcher.hub_),
          log_(watcher.log_),
          times_(watcher.times_),
          is_connected_(watcher.is_connected_),
          looking_(loop_),
          telling_(loop_),
          look_timer_(loop_.timer([this] { looking_.ring(); })),
          notice_timer_(loop_.timer([this] { telling_.ring(); }))
    {
    }
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;
    ~Round() { hub_.end_gathering(); }

    void run()
    {
        signals_ = storage_.signals(loop_, {.heard = [this](std::string_view text) { hear(text); },
                                            .changed = [this] { see_signals(); }});
        if (signals_) hub_.gather_for([this] { telling_.ring(); });
        std::vector<base::Async<void>> works;
        works.push_back(keep_looking());
        works.push_back(keep_telling());
        loop_.run(end_with(std::move(works)));
    }

    /// From any thread.
    void stop()
    {
        is_stopping_ = true;
        looking_.ring();
        telling_.ring();
    }

private:
    static base::Async<void> end_with(std::vector<base::Async<void>> works)
    {
        co_await base::Together{std::move(works)};
    }

    base::Async<void> keep_looking();
    base::Async<void> look();
    base::Async<void> look_at(std::span<const Hub::Follower> followers);
    void note_failure(std::string_view cause);
    bool is_look_due();
    base::Async<void> keep_telling();
    bool tell();
    void hear(std::string_view text);
    void see_signals();

    store::Storage& storage_;
    Hub& hub_;
    base::Log& log_;
    const WatchTimes& times_;
    base::Gauge& is_connected_;
    base::BlockingLoop loop_;
    Bell looking_;
    Bell telling_;
    const std::unique_ptr<base::Timer> look_timer_;
    const std::unique_ptr<base::Timer> notice_timer_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::Changes> changes_;
    std::unique_ptr<db::Signals> signals_;
    std::vector<UserKey> untold_;
    Clock::time_point looked_at_{};
    Clock::time_point told_at_{};
    bool is_up_ = false;       ///< what others write is heard
    bool has_failed_ = false;  ///< the last look
    std::atomic<bool> is_stopping_ = false;
};

base::Async<void> Watcher::Round::keep_looking()
{
    while (!is_stopping_) {
        if (is_look_due()) co_await look();
        look_timer_->start(times_.between_looks);
        co_await looking_.rung();
    }
}

bool Watcher::Round::is_look_due()
{
    if (hub_.take_wish_for_look() || !is_up_) return true;
    return Clock::now() >= looked_at_ + times_.between_safe_looks;
}

base::Async<void> Watcher::Round::look()
{
    looked_at_ = Clock::now();
    Followers followers;
    hub_.visit_followers(
        [&](Followers some) { std::ranges::move(some, std::back_inserter(followers)); });
    std::string cause;
    try {
        if (!database_) {
            database_ = storage_.connect(loop_);
            changes_ = database_->changes();
        }
        for (std::span<const Hub::Follower> left{followers}; !left.empty() && !is_stopping_;) {
            const auto count = std::min(looked_at_once, left.size());
            co_await look_at(left.first(count));
            left = left.subspan(count);
        }
        has_failed_ = has_failed_ && followers.empty();
        co_return;
    } catch (const base::Error& error) {
        cause = error.cause().empty() ? error.message() : error.cause();
    } catch (const std::exception& error) {
        cause = error.what();
    }
    note_failure(cause);
}

base::Async<void> Watcher::Round::look_at(std::span<const Hub::Follower> followers)
{
    std::vector<std::string> ids;
    ids.reserve(followers.size());
    for (const auto& each : followers)
        ids.push_back(each.user_id);
    const auto last = co_await changes_->last_seqs(std::move(ids));
    for (std::size_t i = 0; i < std::min(last.size(), followers.size()); ++i)
        hub_.tell_last(followers[i], last[i]);
}

/// Once, until one has gone well.
void Watcher::Round::note_failure(std::string_view cause)
{
    hub_.ask_for_look();
    if (std::exchange(has_failed_, true) || is_stopping_) return;
    log_.write(base::LogLevel::warning, logger,
               fmt::format("What other processes change is not seen: {}", cause));
}

base::Async<void> Watcher::Round::keep_telling()
{
    while (!is_stopping_) {
        if (signals_ && signals_->may_send()) {
            const auto next = told_at_ + times_.between_notices;
            const auto now = Clock::now();
            if (now < next) {
                notice_timer_->start(std::chrono::ceil<std::chrono::milliseconds>(next - now));
            } else if (tell()) {
                told_at_ = now;
            }
        }
        co_await telling_.rung();
    }
}

/// False where there is nothing to tell.
bool Watcher::Round::tell()
{
    if (untold_.empty()) {
        auto grown = hub_.take_grown();
        untold_ = std::move(grown.users);
        if (grown.is_more) {
            untold_.clear();
            signals_->send(anybody);
            return true;
        }
    }
    if (untold_.empty()) return false;
    signals_->send(write_notice(untold_, db::Signals::max_text_bytes));
    return true;
}

void Watcher::Round::hear(std::string_view text)
{
    if (text.empty()) return;  // somebody tries whether they are heard
    if (text != anybody && read_notice(text, [this](UserKey user) { hub_.wake_here(user); })) {
        return;
    }
    hub_.ask_for_look();
    looking_.ring();
}

void Watcher::Round::see_signals()
{
    telling_.ring();
    const bool was_up = std::exchange(is_up_, signals_->is_up());
    if (was_up == is_up_) return;
    is_connected_.set(is_up_ ? 1 : 0);
    log_.write(is_up_ ? base::LogLevel::info : base::LogLevel::warning, logger,
               is_up_ ? "Hears what other replicas change"
                      : "Does not hear what other replicas change: looks each second");
    // What was told in between is lost.
    hub_.ask_for_look();
    looking_.ring();
}

Watcher::Watcher(store::Storage& storage, Hub& hub, base::Metrics& metrics, base::Log& log,
                 WatchTimes times)
    : storage_(storage),
      hub_(hub),
      log_(log),
      times_(times),
      is_connected_(metrics.gauge("todod_feed_listener_connected",
                                  "1 while what other replicas change is heard at once.")),
      thread_([this] { run(); })
{
}

Watcher::~Watcher()
{
    stop();
    thread_.join();
}

void Watcher::stop()
{
    const std::lock_guard lock{mutex_};
    is_stopping_ = true;
    stopped_.notify_all();
    if (round_ != nullptr) round_->stop();
}

/// Lets stop() reach the round for as long as this lives.
class Watcher::Reachable {
public:
    Reachable(Watcher& watcher, Round& round) : watcher_(watcher)
    {
        const std::lock_guard lock{watcher_.mutex_};
        watcher_.round_ = &round;
        if (watcher_.is_stopping_) round.stop();
    }
    Reachable(const Reachable&) = delete;
    Reachable& operator=(const Reachable&) = delete;
    ~Reachable()
    {
        const std::lock_guard lock{watcher_.mutex_};
        watcher_.round_ = nullptr;
    }

private:
    Watcher& watcher_;
};

void Watcher::run()
{
    while (!is_stopping()) {
        try {
            Round round{*this};
            const Reachable reachable{*this, round};
            round.run();
        } catch (const std::exception& error) {
            log_.write(base::LogLevel::error, logger,
                       fmt::format("What other processes change is not seen for a while: {}",
                                   error.what()));
            std::unique_lock lock{mutex_};
            stopped_.wait_for(lock, pause, [this] { return is_stopping_; });
        }
    }
}

bool Watcher::is_stopping()
{
    const std::lock_guard lock{mutex_};
    return is_stopping_;
}

}  // namespace todod::feed
