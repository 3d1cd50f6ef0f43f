#include "assistant/model/ask.hpp"

#include <algorithm>
#include <array>
#include <coroutine>
#include <expected>
#include <span>

#include "assistant/model/failure.hpp"
#include "base/text.hpp"
#include "net/http_stream.hpp"
#include "net/sse_reader.hpp"

namespace todod::assistant::model {

using base::Async;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr int ok = 200;
constexpr std::size_t max_answer_bytes = std::size_t{4} << 20U;
constexpr std::size_t max_event_bytes = std::size_t{256} * 1024;
/// Of the answer to a request that has failed.
constexpr std::size_t max_failure_bytes = std::size_t{16} * 1024;

using MaybeReply = std::expected<Reply, Failure>;

struct Sleep {
    base::Loop& loop;
    std::chrono::milliseconds time;
    std::unique_ptr<base::Timer> timer{};

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting)
    {
        timer = loop.timer([waiting] { waiting.resume(); });
        timer->start(time);
    }
    void await_resume() const noexcept {}
};

/// So that nobody is waited for who has gone.
constexpr std::chrono::milliseconds look_time{100};

Async<void> sleep(const Asking& asking, std::chrono::milliseconds time)
{
    for (auto left = time; left.count() > 0 && !asking.stopped.stop_requested(); left -= look_time)
        co_await Sleep{asking.loop, std::min(left, look_time)};
}

/// Those who failed together are not to come back together.
std::chrono::milliseconds spread(std::chrono::milliseconds time, base::Random& random)
{
    std::array<unsigned char, 2> bytes{};
    random.fill(std::as_writable_bytes(std::span{bytes}));
    constexpr int parts = 1 << 16U;
    return time + time * (bytes[0] << 8U | bytes[1]) / parts;
}

net::HttpRequest make_request(const Asking& asking, std::string body)
{
    const Endpoint& endpoint = asking.endpoint;
    const Patience& patience = asking.models.settings().patience;
    std::string_view base_url = endpoint.base_url;
    while (base_url.ends_with('/'))
        base_url.remove_suffix(1);
    net::HttpRequest request{.method = "POST",
                             .url = fmt::format("{}/chat/completions", base_url),
                             .headers = {{"Content-Type", "application/json"},
                                         {"Accept", "text/event-stream, application/json"}},
                             .body = std::move(body)};
    if (!endpoint.key.view().empty()) {
        request.headers.push_back({"Authorization", fmt::format("Bearer {}", endpoint.key.view())});
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(asking.deadline - SteadyClock::now());
    request.timeout = std::max(left, std::chrono::milliseconds{1});
    request.idle_timeout = patience.silence;
    request.max_body_bytes = max_answer_bytes;
    request.public_only = endpoint.public_only;
    request.stopped = asking.stopped;
    return request;
}

/// What there is of it.
Async<std::string> read_beginning(net::HttpStream& stream)
{
    std::string text;
    try {
        while (text.size() < max_failure_bytes) {
            const auto piece = co_await stream.read();
            if (!piece) break;
            text += *piece;
        }
    } catch (const base::Error&) {
        co_return text;  // the status says enough
    }
    co_return text;
}

/// An answer while it is read.
class Reading {
public:
    Reading(std::unique_ptr<net::HttpStream> stream) : stream_(std::move(stream))
    {
        const auto type = base::to_lower(stream_->head().header("Content-Type"));
        is_events_ = type.starts_with("text/event-stream");
    }

    /// The text that has come; nothing at the end. Throws what breakdown() takes.
    Async<std::optional<std::string>> next()
    {
        if (is_done_) co_return std::nullopt;
        const auto piece = co_await stream_->read();
        if (is_events_ && piece) co_return read_events(*piece);
        if (piece) {
            whole_ += *piece;
            co_return std::string{};
        }
        is_done_ = true;
        if (is_events_) co_return std::nullopt;
        co_return reader_.put_whole(whole_);
    }

    ReplyReader& reader() noexcept { return reader_; }

private:
    std::string read_events(std::string_view bytes)
    {
        std::string text;
        for (const net::SseEvent& event : events_.put(bytes)) {
            is_done_ = event.data == "[DONE]";
            if (is_done_) break;
            text += reader_.put_chunk(event.data);
        }
        return text;
    }

    std::unique_ptr<net::HttpStream> stream_;
    bool is_events_ = false;
    bool is_done_ = false;
    net::SseReader events_{max_event_bytes};
    std::string whole_;
    ReplyReader reader_;
};

Async<MaybeReply> read_reply(const Asking& asking, std::unique_ptr<net::HttpStream> stream,
                             Speech& speech)
{
    const Patience& patience = asking.models.settings().patience;
    Reading reading{std::move(stream)};
    bool has_spoken = false;
    std::optional<Failure> failure;
    for (;;) {
        std::optional<std::string> text;
        try {
            text = co_await reading.next();
        } catch (const base::Error& error) {
            failure = breakdown(asking.endpoint, error, patience);
        }
        if (!text) break;
        if (text->empty()) continue;
        has_spoken = true;
        // What this throws is the listener's.
        co_await speech.say(*std::move(text));
    }
    if (!failure && reading.reader().is_finished()) co_return reading.reader().take();
    if (!failure) failure = cut_off(asking.endpoint, patience);
    if (has_spoken) failure->retry_in.reset();
    co_return std::unexpected(*std::move(failure));
}

Async<MaybeReply> ask_once(const Asking& asking, std::string body, Speech& speech)
{
    const Patience& patience = asking.models.settings().patience;
    std::unique_ptr<net::HttpStream> stream;
    try {
        auto request = make_request(asking, std::move(body));
        stream = co_await asking.models.client().open(std::move(request), asking.loop);
    } catch (const base::Error& error) {
        co_return std::unexpected(breakdown(asking.endpoint, error, patience));
    }
    if (stream->head().status != ok) {
        const std::string said = co_await read_beginning(*stream);
        co_return std::unexpected(refusal(asking.endpoint, stream->head(), said, patience));
    }
    co_return co_await read_reply(asking, std::move(stream), speech);
}

}  // namespace

Async<void> Speech::say(std::string piece)
{
    if (piece.empty()) co_return;
    if (std::exchange(is_paragraph_, false)) piece.insert(0, "\n\n");
    text_ += piece;
    co_await listener_.hear(std::move(piece));
}

Async<Reply> ask(const Asking& asking, std::string body, Speech& speech)
{
    Models& models = asking.models;
    const Patience& patience = models.settings().patience;
    for (bool may_retry = true;; may_retry = false) {
        const auto began = SteadyClock::now();
        MaybeReply reply = co_await ask_once(asking, body, speech);
        if (reply) {
            models.count(Outcome::success);
            models.count_tokens(reply->prompt_tokens, reply->completion_tokens);
            co_return *std::move(reply);
        }
        const Failure& failure = reply.error();
        const bool is_cancelled = asking.stopped.stop_requested();
        models.count(is_cancelled ? Outcome::cancelled : failure.outcome);
        const auto now = SteadyClock::now();
        if (!may_retry || !failure.retry_in || is_cancelled ||
            now - began > patience.late_failure) {
            throw failure.error;
        }
        const auto wait = spread(*failure.retry_in, models.random());
        if (now + wait >= asking.deadline) throw failure.error;
        co_await sleep(asking, wait);
        if (asking.stopped.stop_requested()) throw failure.error;
    }
}

}  // namespace todod::assistant::model
