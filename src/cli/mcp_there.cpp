#include <boost/json/serialize.hpp>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/uuid.hpp"
#include "cli/local_zone.hpp"
#include "cli/mcp.hpp"
#include "cli/server_access.hpp"
#include "config.hpp"
#include "config_sources.hpp"
#include "mcp/headers.hpp"
#include "mcp/subscriptions.hpp"
#include "net/http_client.hpp"
#include "net/http_stream.hpp"
#include "net/sse_reader.hpp"

namespace todod::cli {

namespace {

namespace json = boost::json;
using base::Error;
using base::ErrorCode;
using mcp::Message;

constexpr int ok = 200;
constexpr std::size_t max_answer_bytes = std::size_t{16} << 20U;
constexpr std::size_t max_event_bytes = std::size_t{4} << 20U;

bool is_answer(const json::object& message)
{
    return message.contains("result") || message.contains("error");
}

/// What an answer says that is no JSON-RPC.
[[noreturn]] void refuse(int status, const json::object& problem)
{
    constexpr int unauthorized = 401;
    constexpr int not_found = 404;
    if (status == unauthorized) {
        throw Error{
            ErrorCode::unauthorized,
            "The server does not accept the token: 'todod user token' makes one that holds."};
    }
    if (status == not_found) {
        throw Error{ErrorCode::not_found,
                    "The server has no /mcp: is it todod, and is the URL of "
                    "--server right?"};
    }
    const auto* const detail = mcp::find_text(&problem, "detail");
    throw Error{ErrorCode::bad_gateway, detail != nullptr
                                            ? std::string{*detail}
                                            : fmt::format("The server answers {}.", status)};
}

/// One message after another as requests to a server, whose answers are its.
class Bridge {
public:
    explicit Bridge(const McpOptions& options)
        : url_(url_on(options.server, mcp_path)), token_(read_token(options.token_file))
    {
    }

    base::BlockingLoop& loop() noexcept { return loop_; }
    base::Log& log() noexcept { return log_; }

    base::Async<std::string> answer(const json::value& json, operation::EventSink& events,
                                    std::stop_token stopped)
    {
        const auto read = mcp::read_message(json);
        if (const auto* const fault = std::get_if<mcp::Fault>(&read)) {
            co_return mcp::write_fault(nullptr, *fault);
        }
        const auto& message = std::get<Message>(read);
        try {
            co_return co_await ask(message, events, std::move(stopped));
        } catch (const Error& error) {
            if (error.cause().empty()) throw;
            throw Error{error.code(), "No answer from the server: " + error.cause()};
        }
    }

private:
    /// Under a key of its own: whoever has to send it twice has it done once.
    net::HttpRequest request(const Message& message, std::stop_token stopped)
    {
        const bool is_long = message.method == mcp::listen_method;
        net::HttpRequest request{
            .method = "POST",
            .url = url_,
            .headers = {{"Authorization", "Bearer " + token_},
                        {"Content-Type", "application/json"},
                        {"Accept", "application/json, text/event-stream"},
                        {"Idempotency-Key", base::to_string(base::make_uuid_v4(random_))},
                        {"X-Timezone", zone_.name()}},
            .body = json::serialize(*message.whole),
            .timeout = is_long ? std::chrono::milliseconds::max() : longest_answer,
            .idle_timeout = longest_silence,
            .max_body_bytes =
                is_long ? std::size_t{std::numeric_limits<std::int64_t>::max()} : max_answer_bytes,
            .stopped = std::move(stopped)};
        for (auto& [name, value] : mcp::write_headers(message, agreed_))
            request.headers.push_back({std::move(name), std::move(value)});
        return request;
    }

    base::Async<std::string> ask(const Message& message, operation::EventSink& events,
                                 std::stop_token stopped)
    {
        const auto stream = co_await client_.open(request(message, std::move(stopped)), loop_);
        const net::HttpResponse& head = stream->head();
        if (is_event_stream(head)) {
            co_await pass_on(*stream, message, events);
            co_return std::string{};
        }
        std::string body;
        while (const auto piece = co_await stream->read())
            body += *piece;
        if (message.kind != Message::Kind::request) co_return std::string{};
        co_return take(head.status, std::move(body), message);
    }

    std::string take(int status, std::string body, const Message& message)
    {
        json::object answer = parse_object(body);
        if (!is_answer(answer)) refuse(status, answer);
        return put_right(std::move(answer), std::move(body), message);
    }

    /// The server's `words`, which are `answer`, under the id of who has asked.
    std::string put_right(json::object answer, std::string words, const Message& message)
    {
        if (message.method == "initialize") note_revision(answer);
        json::value& id = answer["id"];
        if (id == message.id) return words;
        id = message.id;
        return json::serialize(answer);
    }

    base::Async<void> pass_on(net::HttpStream& stream, const Message& message,
                              operation::EventSink& events)
    {
        net::SseReader reader{max_event_bytes};
        const int status = stream.head().status;
        bool is_answered = false;
        while (const auto piece = co_await stream.read()) {
            for (net::SseEvent& event : reader.put(*piece)) {
                json::object told = parse_object(event.data);
                if (told.empty()) continue;
                if (is_answer(told)) {
                    if (std::exchange(is_answered, true)) continue;
                    event.data = put_right(std::move(told), std::move(event.data), message);
                } else if (status != ok) {
                    refuse(status, told);
                }
                co_await events.send(mcp::Peer::event, std::move(event.data));
            }
        }
        if (is_answered) co_return;
        if (status != ok) refuse(status, {});
        throw Error{ErrorCode::unavailable, "The server's answer has no end."};
    }

    /// As clients of before 2026-07-28 repeat it in each request.
    void note_revision(const json::object& answer)
    {
        const auto* const result = answer.if_contains("result");
        if (result == nullptr || !result->is_object()) return;
        if (const auto* const revision = mcp::find_text(&result->get_object(), "protocolVersion")) {
            agreed_ = mcp::encode_header(*revision);
        }
    }

    const std::string url_;
    const std::string token_;
    const Config config_ = read_config(process_environment());
    base::SecureRandom random_;
    const base::TimeZone zone_ = local_zone();
    base::Log log_{{.level = std::max(config_.log.level, base::LogLevel::warning),
                    .format = config_.log.format,
                    .file = config_.log.file}};
    base::BlockingLoop loop_;
    net::HttpClient client_{config_.proxies};
    std::string agreed_;  ///< what `initialize` has answered; empty: nothing yet
};

}  // namespace

void mcp_there(const McpOptions& options, const StopSignals& signals)
{
    Bridge bridge{options};
    serve_stdio(
        [&bridge](const json::value& message, operation::EventSink& events,
                  std::stop_token stopped) {
            return bridge.answer(message, events, std::move(stopped));
        },
        signals, bridge.loop(), bridge.log());
}

}  // namespace todod::cli
