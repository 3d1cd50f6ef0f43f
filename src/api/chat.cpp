#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/api.hpp"
#include "api/writes.hpp"
#include "assistant/assistant.hpp"
#include "operation/handler.hpp"

namespace todod::api {

namespace json = boost::json;
using assistant::ToolUse;
using operation::Answer;
using operation::Caller;
using operation::Method;
using operation::Operation;
using operation::Route;
using operation::with_handler;
using types::ChatAnswer;
using types::ChatMessage;
using types::ChatSummary;

namespace {

constexpr std::string_view tag = "Assistant";
constexpr std::string_view doc =
    "Says something to the assistant, which manages the caller's tasks with its tools. Any turn "
    "may "
    "go to any replica. With `Accept: text/event-stream` the answer comes as it is made: `delta` "
    "(`{text}`), `tool_call` (`{tool_name, parameters}`), `tool_result` (`{tool_name, parameters, "
    "result}`), and last `done` with the whole of it, or `error` with the problem.";

/// Hands what it hears on as server-sent events, where they are wanted.
class EventListener final : public assistant::Listener {
public:
    explicit EventListener(operation::EventSink* events) : events_(events) {}

    base::Async<void> hear(std::string piece) override
    {
        if (events_ != nullptr) co_await send("delta", {{"text", std::move(piece)}});
    }
    base::Async<void> hear_call(const ToolUse& use) override
    {
        if (events_ == nullptr) co_return;
        co_await send("tool_call", {{"tool_name", use.name}, {"parameters", use.parameters}});
    }
    base::Async<void> hear_result(const ToolUse& use) override
    {
        if (events_ == nullptr) co_return;
        co_await send(
            "tool_result",
            {{"tool_name", use.name}, {"parameters", use.parameters}, {"result", use.result}});
    }

private:
    base::Async<void> send(std::string_view name, json::object data)
    {
        return events_->send(name, json::serialize(data));
    }

    operation::EventSink* events_;
};

std::vector<std::string> names_of(const types::ToolCalls& calls)
{
    std::vector<std::string> names;
    for (auto& call : types::read_stored(calls))
        names.push_back(std::move(call.tool_name));
    return names;
}

void show(ChatAnswer answer, ChatAnswer& shown)
{
    shown = std::move(answer);
}

void show(ChatAnswer answer, ChatSummary& shown)
{
    shown = {.conversation_id = answer.conversation_id,
             .response = std::move(answer.response),
             .timestamp = answer.timestamp,
             .tool_calls = names_of(answer.tool_calls)};
}

/// They differ in where they are and in what they show of the tools.
template <class Shown>
Operation chat(assistant::Assistant* assistant, std::string_view name, std::string_view path)
{
    return with_handler<ChatMessage, Shown>(
        {.name = name,
         .summary = "Talk to the assistant",
         .doc = doc,
         .tag = tag,
         .routes = {{Method::post, path}},
         .scope = auth::Scope::write,
         .limit = operation::Limit::chat,
         .stream = operation::Stream{},
         .output = {.headers = {replayed_doc}},
         .problems = {404, 409, 502}},
        [assistant](Caller caller, ChatMessage input) -> base::Async<Answer<Shown>> {
            EventListener listener{caller.events};
            assistant::ChatRequest request{.caller = {.user_id = std::move(caller.user_id),
                                                      .scopes = caller.scopes,
                                                      .token_id = caller.token_id,
                                                      .is_service = caller.is_service},
                                           .input = std::move(input),
                                           .request_id = std::string{caller.request_id},
                                           .stopped = std::move(caller.stopped)};
            auto outcome = co_await assistant->chat(std::move(request), listener);
            Answer<Shown> answer;
            show(std::move(outcome.answer), answer.value);
            if (outcome.is_replayed) answer.headers.push_back({"Idempotency-Replayed", "true"});
            co_return answer;
        });
}

/// A message that breaks a rule is a bad request here, with all that is wrong in its detail.
Operation with_bad_request(Operation operation)
{
    operation.run =
        [run = std::move(operation.run)](operation::Call call) -> base::Async<operation::Reply> {
        try {
            co_return co_await run(std::move(call));
        } catch (const base::Error& error) {
            const auto is_of_body = [](const auto& fault) {
                return !fault.loc.empty() && fault.loc.front() == "body";
            };
            if (!std::ranges::all_of(error.violations(), is_of_body)) throw;
            if (error.code() != base::ErrorCode::invalid) throw;
            throw base::Error{base::ErrorCode::bad_request, error.message()};
        }
    };
    return operation;
}

}  // namespace

operation::Table chat_operations(assistant::Assistant* assistant)
{
    operation::Table operations;
    operations.push_back(chat<ChatSummary>(assistant, "chat", "/api/{user_id}/chat"));
    operations.push_back(with_bad_request(
        chat<ChatAnswer>(assistant, "chat_with_results", "/api/users/{user_id}/chat")));
    operations.push_back(chat<ChatAnswer>(assistant, "send_message", "/api/chat/message"));
    return operations;
}

}  // namespace todod::api
