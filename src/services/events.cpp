#include "services/events.hpp"

#include <limits>
#include <utility>

#include "base/error.hpp"

namespace todod::services {

namespace {

/// What is read of a log at once.
constexpr std::int64_t read_at_once = 100;

constexpr std::int64_t past_every_log = std::numeric_limits<std::int64_t>::max();

bool is_of(const base::Error& error, base::ErrorCode code)
{
    return error.code() == code;
}

/// Whether changes after `seq` are not kept any more, or there are fewer than there were: another
/// database stands in this one's place.
bool has_lost(const store::LogRange& log, std::int64_t seq)
{
    return seq < log.first - 1 || seq > log.last;
}

}  // namespace

base::Async<void> check_credentials(auth::Authenticator& authenticator,
                                    const FollowRequest& request)
{
    const auto caller = co_await authenticator.authenticate(request.headers, false);
    if (caller.user_id != request.user_id || !caller.may(auth::Scope::read)) {
        throw base::Error{base::ErrorCode::unauthorized, "The token is another one now."};
    }
}

struct Events::Stream {
    Stream(feed::Hub& hub, base::Loop& loop, const std::string& user_id)
        : subscription(hub, loop, user_id)
    {
    }

    void see(std::int64_t seq)
    {
        cursor = seq;
        subscription.note_seen(seq);
    }

    feed::Subscription subscription;
    std::int64_t cursor = 0;       ///< what has been told
    std::uint64_t checked_at = 0;  ///< in ticks
    std::uint64_t check_at = 0;    ///< in ticks
    std::uint64_t end_at = 0;      ///< in ticks
    bool is_check_due = false;
};

/// Keeps a stream among the open ones.
class Events::Registration {
public:
    Registration(Events& events, Stream& stream) : events_(events)
    {
        stream.checked_at = events.now_;
        stream.check_at = events.now_ + events.settings_.ticks_of_check;
        stream.end_at = events.now_ + events.settings_.ticks_of_stream;
        auto& streams = events.streams_;
        place_ = streams.insert(streams.end(), &stream);
        events.open_.set(streams.size());
        if (streams.size() != 1) return;
        if (!events.timer_) {
            events.timer_ = events.loop_.timer([&events] { events.pass_tick(); });
        }
        events.timer_->start(events.settings_.tick);
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration()
    {
        auto& streams = events_.streams_;
        streams.erase(place_);
        events_.open_.set(streams.size());
        if (streams.empty()) events_.timer_->stop();
    }

private:
    Events& events_;
    std::list<Stream*>::iterator place_;
};

Events::Events(store::Changes& changes, feed::Hub& hub, base::Loop& loop, base::Metrics& metrics,
               EventSettings settings)
    : changes_(changes),
      hub_(hub),
      loop_(loop),
      settings_(std::move(settings)),
      open_(metrics.gauge("todod_event_streams", "Open streams of users' changes.")),
      told_(metrics.counter("todod_events_sent_total", "Changes that were sent on streams."))
{
}

base::Async<void> Events::follow(FollowRequest request, ChangeListener& listener)
{
    Stream stream{hub_, loop_, request.user_id};
    co_await begin(request, stream, listener);
    const Registration registration{*this, stream};
    try {
        co_await keep_telling(request, stream, listener);
    } catch (const base::Error& error) {
        if (!is_of(error, base::ErrorCode::unauthorized)) throw;
    }
}

/// Whatever is written from now on wakes the stream, which has to know what was written before.
base::Async<void> Events::begin(const FollowRequest& request, Stream& stream,
                                ChangeListener& listener)
{
    const auto [changes, log] = co_await changes_.list(request.user_id, past_every_log, 1);
    const std::int64_t since = request.since.value_or(log.last);
    if (since > log.last && !request.comes_back) {
        throw base::Error::invalid(
            {{{"query", "since"},
              fmt::format("since must be at most {}, the last change.", log.last),
              "too_large"}});
    }
    const bool is_lost = has_lost(log, since);
    stream.see(is_lost ? log.last : since);
    if (is_lost) co_return co_await listener.begin_anew(stream.cursor);
    co_await listener.begin(stream.cursor);
}

base::Async<void> Events::keep_telling(const FollowRequest& request, Stream& stream,
                                       ChangeListener& listener)
{
    auto& subscription = stream.subscription;
    const std::stop_callback on_stop{request.stopped, [&subscription] { subscription.wake(); }};
    bool has_grown = true;
    while (!request.stopped.stop_requested() && !subscription.is_over() && now_ < stream.end_at) {
        if (has_grown) co_await tell_new(request, stream, listener);
        if (std::exchange(stream.is_check_due, false)) co_await check(request, stream);
        has_grown = co_await subscription.woken();
    }
}

base::Async<void> Events::tell_new(const FollowRequest& request, Stream& stream,
                                   ChangeListener& listener)
{
    for (;;) {
        auto page = co_await read(request, stream);
        if (!page) co_return;
        auto& [changes, log] = *page;
        if (has_lost(log, stream.cursor)) {
            stream.see(log.last);
            co_await listener.begin_anew(log.last);
            continue;
        }
        if (changes.empty()) co_return;
        const bool is_last = std::ssize(changes) < read_at_once;
        for (types::Change& change : changes) {
            if (request.stopped.stop_requested()) co_return;
            stream.see(change.seq);
            co_await listener.hear(std::move(change));
            told_.add();
        }
        if (is_last) co_return;
    }
}

/// What is to be told next. Nothing where that cannot be known now: it is looked at again soon.
base::Async<std::optional<store::ChangePage>> Events::read(const FollowRequest& request,
                                                           Stream& stream)
{
    try {
        auto page = co_await changes_.list(request.user_id, stream.cursor, read_at_once);
        const bool is_stale = now_ >= stream.checked_at + settings_.ticks_of_news_check;
        const bool may_tell = page.changes.empty() || !is_stale || co_await check(request, stream);
        if (may_tell) co_return page;
    } catch (const base::Error& error) {
        if (!is_of(error, base::ErrorCode::unavailable)) throw;
    }
    hub_.ask_for_look();
    co_return std::nullopt;
}

/// Throws Error{unauthorized} where the credentials do not hold. False where that cannot be known
/// now.
base::Async<bool> Events::check(const FollowRequest& request, Stream& stream)
{
    try {
        if (settings_.check) co_await settings_.check(request);
    } catch (const base::Error& error) {
        if (!is_of(error, base::ErrorCode::unavailable)) throw;
        co_return false;
    }
    stream.checked_at = now_;
    co_return true;
}

void Events::pass_tick()
{
    ++now_;
    auto left = streams_.size() / settings_.ticks_of_spread + 1;
    while (left-- > 0 && streams_.front()->check_at <= now_) {
        Stream& stream = *streams_.front();
        streams_.splice(streams_.end(), streams_, streams_.begin());
        stream.check_at = now_ + settings_.ticks_of_check;
        stream.is_check_due = true;
        stream.subscription.wake();
    }
    timer_->start(settings_.tick);
}

}  // namespace todod::services
