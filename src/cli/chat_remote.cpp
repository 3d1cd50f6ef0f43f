#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/blocking_loop.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "base/uuid.hpp"
#include "cli/chat_partner.hpp"
#include "cli/local_zone.hpp"
#include "cli/server_access.hpp"
#include "config.hpp"
#include "config_sources.hpp"
#include "net/http_client.hpp"
#include "net/http_stream.hpp"
#include "net/sse_reader.hpp"

namespace todod::cli {

namespace {

namespace json = boost::json;
using base::Error;
using base::ErrorCode;

constexpr std::string_view chat_path = "/api/chat/message";
constexpr std::size_t max_answer_bytes = std::size_t{4} << 20U;
constexpr std::size_t max_event_bytes = std::size_t{1} << 20U;

std::string text_of(const json::object& object, std::string_view key)
{
    const json::value* const value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

[[noreturn]] void refuse(int status, const json::object& problem)
{
    const std::string detail = text_of(problem, "detail");
    throw Error{ErrorCode::bad_request,
                detail.empty() ? fmt::format("the server answers {}", status) : detail};
}

class RemotePartner final : public ChatPartner {
public:
    explicit RemotePartner(const ChatOptions& options)
        : url_(url_on(options.server, chat_path)),
          token_(read_token(options.token_file)),
          client_(read_config(process_environment()).proxies),
          conversation_(options.conversation)
    {
    }

    void say(std::string message, const HearPiece& hear) override
    {
        try {
            loop_.run(send(std::move(message), hear));
        } catch (const Error& error) {
            if (error.cause().empty()) throw;
            throw Error{error.code(), "no answer from the server: " + error.cause()};
        }
    }

private:
    /// Under a key of its own: whoever has to send it twice has it done once.
    net::HttpRequest request(std::string message)
    {
        json::object body{{"message", std::move(message)}};
        if (conversation_) body["conversation_id"] = *conversation_;
        return {.method = "POST",
                .url = url_,
                .headers = {{"Authorization", "Bearer " + token_},
                            {"Content-Type", "application/json"},
                            {"Accept", "text/event-stream, application/json"},
                            {"Idempotency-Key", base::to_string(base::make_uuid_v4(random_))},
                            {"X-Timezone", zone_.name()}},
                .body = json::serialize(body),
                .timeout = longest_answer,
                .idle_timeout = longest_silence,
                .max_body_bytes = max_answer_bytes};
    }

    base::Async<void> send(std::string message, const HearPiece& hear)
    {
        const auto stream = co_await client_.open(request(std::move(message)), loop_);
        const net::HttpResponse& head = stream->head();
        if (is_event_stream(head)) {
            co_await hear_events(*stream, hear);
            co_return;
        }
        std::string body;
        while (const auto piece = co_await stream->read())
            body += *piece;
        const json::object answer = parse_object(body);
        if (head.status != 200) refuse(head.status, answer);
        hear(text_of(answer, "response"));
        note_conversation(answer);
    }

    /// A turn that was answered before comes whole, with its end.
    base::Async<void> hear_events(net::HttpStream& stream, const HearPiece& hear)
    {
        net::SseReader reader{max_event_bytes};
        bool is_done = false;
        bool has_heard = false;
        while (const auto piece = co_await stream.read()) {
            for (const net::SseEvent& event : reader.put(*piece)) {
                const json::object data = parse_object(event.data);
                if (event.type == "delta") {
                    hear(text_of(data, "text"));
                    has_heard = true;
                }
                if (event.type == "error") refuse(stream.head().status, data);
                if (event.type != "done") continue;
                if (!has_heard) hear(text_of(data, "response"));
                note_conversation(data);
                is_done = true;
            }
        }
        if (!is_done) throw Error{ErrorCode::unavailable, "the server's answer has no end"};
    }

    void note_conversation(const json::object& answer)
    {
        const json::value* const id = answer.if_contains("conversation_id");
        if (id != nullptr && id->is_int64()) conversation_ = id->get_int64();
    }

    const std::string url_;
    const std::string token_;
    const base::TimeZone zone_ = local_zone();
    base::SecureRandom random_;
    base::BlockingLoop loop_;
    net::HttpClient client_;
    std::optional<std::int64_t> conversation_;
};

}  // namespace

std::unique_ptr<ChatPartner> remote_partner(const ChatOptions& options)
{
    return std::make_unique<RemotePartner>(options);
}

}  // namespace todod::cli
