#include "http/connection.hpp"

#include <algorithm>
#include <utility>

#include "http/suspended.hpp"

namespace todod::http {

namespace {

using Outcome = Transfer::Outcome;

/// After an answer that leaves the connection unusable, what the client still sends is dropped for
/// so long and so much: closing at once could take the answer from it (RFC 9112 §9.6).
constexpr std::chrono::seconds linger_time{1};
constexpr std::size_t linger_bytes_max = 4 * 1024 * 1024;

/// An answer's memory that is kept for the next.
constexpr std::size_t kept_output_bytes = 64 * 1024;

/// And of a stream's, while there is nothing to send.
constexpr std::size_t idle_output_bytes = 512;

/// Room for so much is made for each reading, at least.
constexpr std::size_t read_bytes_min = 2 * 1024;

/// Who takes an answer more slowly than this, beyond Limits::write, is cut off.
constexpr std::size_t slowest_bytes_a_second = 64 * 1024;

/// How often a client that has sent more than its request is looked at, whether it is still there.
constexpr std::chrono::seconds look_time{1};

constexpr std::chrono::seconds forever = std::chrono::seconds::max();

constexpr std::chrono::seconds time_to_take(std::size_t bytes) noexcept
{
    return std::chrono::seconds{bytes / slowest_bytes_a_second};
}

}  // namespace

Connection::Connection(Connections& all, Socket socket, const Address& peer,
                       std::shared_ptr<void> owner)
    : owner_(std::move(owner)),
      all_(all),
      limits_(all.limits()),
      socket_(std::move(socket)),
      parser_(limits_),
      peer_(peer),
      is_behind_proxy_(contains(all.settings().trusted_proxies, peer))
{
    exchange_.client = peer;
    exchange_.output = &output_;
    all_.add(*this);
}

Connection::~Connection()
{
    all_.remove(*this);
}

base::Async<void> Connection::run()
{
    while (!is_ending_) {
        switch (parser_.parse(input_.data())) {
            case Progress::more:
                if (!send()) co_await drain();
                if (!is_ending_) received(co_await socket_.read(make_room()));
                break;
            case Progress::expects_continue:
                output_ += "HTTP/1.1 100 Continue\r\n\r\n";
                break;
            case Progress::refused:
                refuse(parser_.refusal());
                break;
            case Progress::complete:
                if (!prepare()) co_await answer();
                answered();
                if (output_.size() > limits_.output_bytes && !send()) co_await drain();
                break;
        }
    }
    if (!send()) co_await drain();
    if (lingers_) co_await linger();
}

/// False if an operation is to answer.
bool Connection::prepare()
{
    enter(Phase::operation, forever);
    exchange_.request = &parser_.request();
    if (is_behind_proxy_) {
        exchange_.client =
            find_client(peer_, parser_.request().headers, all_.settings().trusted_proxies);
    }
    return all_.dispatcher().answer_at_once(exchange_);
}

base::Async<void> Connection::answer()
{
    if (exchange_.endpoint->operation->stream) return answer_watched();
    return output_.empty() ? all_.dispatcher().answer(exchange_) : answer_with_others_waiting();
}

void Connection::answered()
{
    input_.consume(parser_.consumed());
    parser_.next();
    if (exchange_.keep_alive || is_ending_) return;
    is_ending_ = true;
    // What follows is not read, and must not take the answer with it.
    lingers_ = all_.is_leaving() || !input_.data().empty() || socket_.look().has_input;
}

/// Answers that are ready need not wait for an operation that has to.
base::Async<void> Connection::answer_with_others_waiting()
{
    is_answered_ = false;
    base::spawn(answer_alone());
    if (is_answered_) co_return;
    send();
    co_await Suspended{waiting_};
}

base::Async<void> Connection::answer_alone()
{
    try {
        co_await all_.dispatcher().answer(exchange_);
    } catch (...) {
        // Not even the failure could be written: there is nothing to say to this client.
        break_off();
    }
    is_answered_ = true;
    if (is_watched_) socket_.cancel();
    // The connection may end in this: nothing of it is touched afterwards.
    if (waiting_) std::exchange(waiting_, {}).resume();
}

/// Answers while the client is watched: for one who has gone, nothing is done that can be spared. A
/// client that has only said that it will send no more (shutdown) has gone as well, for it cannot
/// be told from one that is no longer there.
base::Async<void> Connection::answer_watched()
{
    EventStream events{output_, *this, limits_.event_bytes};
    heartbeat_ = all_.next_heartbeat();
    exchange_.events = &events;
    exchange_.stop = std::stop_source{};
    is_answered_ = false;
    is_watched_ = true;
    base::spawn(answer_alone());
    if (!is_answered_) flush();
    // Whatever happens meanwhile cancels the waiting. All that may resume the operation is done
    // here, where nothing of this connection, and no list of all, is being gone through.
    try {
        while (!is_answered_ && !is_ending_) {
            give_memory_back();
            co_await socket_.ready(!has_unread_, sent_ < output_.size(), patience(events));
            if (!is_answered_ && !is_ending_) attend(events);
        }
    } catch (...) {
        break_off();  // out of memory; the operation has to end before this may
    }
    is_watched_ = false;
    has_unread_ = false;
    due_ = 0;
    if (!is_answered_) {
        exchange_.is_unheard = true;
        socket_.close();
        exchange_.stop.request_stop();
        events.close();
        if (!is_answered_) co_await Suspended{waiting_};
    }
    exchange_.events = nullptr;
    exchange_.stop = std::stop_source{std::nostopstate};
}

/// A stream may have nothing to say for an hour.
void Connection::give_memory_back()
{
    if (output_.empty() && output_.capacity() > idle_output_bytes) output_.shrink_to_fit();
}

/// Sees to the client and to what waits for it.
void Connection::attend(EventStream& events)
{
    const auto [has_input, has_ended] = socket_.look();
    if (has_ended) return break_off();
    has_unread_ = has_input;
    const auto waiting = flush();
    if (!waiting) return;
    const auto now = std::chrono::steady_clock::now();
    if (*waiting != 0 && now >= due_at_) return break_off();
    events.taken(*waiting);
    if (is_answered_ || is_ending_ || !output_.empty()) return;
    if (events.beat(now, heartbeat_)) flush();
}

/// Until when there is nothing to see to, unless something happens.
std::chrono::milliseconds Connection::patience(const EventStream& events) const
{
    const auto now = std::chrono::steady_clock::now();
    auto end = output_.empty() ? events.next_beat(now, heartbeat_) : due_at_;
    // What lies unread hides that nothing follows it.
    if (has_unread_) end = std::min(end, now + look_time);
    return std::chrono::ceil<std::chrono::milliseconds>(std::max(end, now) - now);
}

/// Writes what can be written at once. What waits at one time has to be taken in the time that any
/// answer has; what is added meanwhile has its time after that.
std::optional<std::size_t> Connection::flush()
{
    const bool had_to_wait = due_ != 0;
    const bool is_all = send();
    if (is_ending_) {
        exchange_.is_unheard = true;
        socket_.cancel();
        return {};
    }
    if (is_all) {
        due_ = 0;
    } else if (due_ == 0 || sent_ >= due_) {
        output_.erase(0, std::exchange(sent_, 0));
        due_ = output_.size();
        due_at_ = std::chrono::steady_clock::now() + limits_.write + time_to_take(due_);
        if (!had_to_wait) socket_.cancel();  // the waiting is now for this, too
    }
    return output_.size() - sent_;
}

void Connection::refuse(const Refusal& why)
{
    all_.dispatcher().refuse(why, output_);
    is_ending_ = true;
    lingers_ = true;
}

std::span<char> Connection::make_room()
{
    const bool is_new = !parser_.started();
    if (is_new) {
        input_.shrink();
        enter(Phase::idle, limits_.idle);
    } else if (phase_ != Phase::request) {
        enter(Phase::request, limits_.request);
    }
    // A large body's room grows with what has come of it: a promise alone takes no memory.
    const bool is_large = parser_.body_bytes() > read_bytes_min;
    return input_.prepare(std::max(read_bytes_min, is_large ? input_.data().size() : 0));
}

void Connection::received(const Transfer& transfer)
{
    if (transfer.outcome == Outcome::cancelled) return interrupted();
    input_.commit(transfer.size);
    if (transfer.outcome == Outcome::ended) is_ending_ = true;
}

/// Its time has run out, or the server stops.
void Connection::interrupted()
{
    if (is_ending_) return;
    if (is_late_) {
        if (phase_ == Phase::request) {
            return refuse({408, "The request did not come to its end in time."});
        }
        is_ending_ = true;
        return;
    }
    // A request that came in at the last moment is answered still.
    const auto transfer = socket_.read_now(input_.prepare(read_bytes_min));
    input_.commit(transfer.size);
    if (transfer.outcome != Outcome::done) is_ending_ = true;
}

/// Writes what can be written at once. False if the client has to take some of it first.
bool Connection::send()
{
    while (sent_ < output_.size()) {
        const auto transfer = socket_.write_now(std::string_view{output_}.substr(sent_));
        sent_ += transfer.size;
        if (transfer.outcome == Outcome::would_block) return false;
        if (transfer.outcome != Outcome::done) break_off();
    }
    output_.clear();
    sent_ = 0;
    if (output_.capacity() > kept_output_bytes) output_.shrink_to_fit();
    return true;
}

base::Async<void> Connection::drain()
{
    // One end for all that waits: a client that takes a little now and then holds nothing for ever.
    enter(Phase::write, limits_.write + time_to_take(output_.size()));
    do {
        const auto transfer = co_await socket_.write(std::string_view{output_}.substr(sent_));
        sent_ += transfer.size;
        const bool is_cut = transfer.outcome == Outcome::cancelled && is_late_;
        if (is_cut || transfer.outcome == Outcome::ended) break_off();
    } while (!send());
}

base::Async<void> Connection::linger()
{
    socket_.end_writing();
    enter(Phase::linger, linger_time);
    for (std::size_t dropped = 0; dropped < linger_bytes_max;) {
        input_.consume(input_.data().size());
        const auto transfer = co_await socket_.read(input_.prepare(read_bytes_min));
        if (transfer.outcome != Outcome::done) co_return;
        dropped += transfer.size;
    }
}

/// The client takes nothing more.
void Connection::break_off() noexcept
{
    output_.clear();
    sent_ = 0;
    is_ending_ = true;
    lingers_ = false;
}

void Connection::enter(Phase phase, std::chrono::seconds time) noexcept
{
    phase_ = phase;
    is_late_ = false;
    // The present tick has begun already: one more, so that nothing ends early.
    deadline_ = time == forever ? never : all_.now() + time.count() + 1;
}

void Connection::tick() noexcept
{
    if (all_.now() < deadline_) return;
    is_late_ = true;
    socket_.cancel();
}

void Connection::stop() noexcept
{
    if (phase_ == Phase::idle) socket_.cancel();
}

bool Connection::cut_off() noexcept
{
    exchange_.is_abandoned = true;
    break_off();
    socket_.close();
    return phase_ == Phase::operation;
}

}  // namespace todod::http
