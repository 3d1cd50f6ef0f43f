#include "assistant/assistant.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <exception>

#include "assistant/consent.hpp"
#include "assistant/toolbox.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::assistant {

namespace json = boost::json;

namespace {

constexpr std::string_view logger = "todod.assistant";

/// As a request is answered again.
ChatOutcome replay(std::string_view kept)
{
    ChatOutcome outcome{.answer = {}, .is_replayed = true};
    schema::Reader reader;
    json::parse_options options;
    options.max_depth = types::max_tool_call_depth;
    const json::value answer = json::parse(kept, {}, options);
    if (!schema::Codec<types::ChatAnswer>::read(answer, outcome.answer, {}, reader)) {
        throw base::Error{base::ErrorCode::internal, "what is kept for a key is no answer"};
    }
    return outcome;
}

json::object object_of(const schema::RawJson& raw)
{
    json::value value = json::parse(raw.text);
    return value.is_object() ? std::move(value.get_object()) : json::object{};
}

Said to_said(types::Message&& message)
{
    Said said{.by_user = message.role == types::Role::user,
              .text = std::move(message.content),
              .tools = {},
              .state = std::move(message.state)};
    if (said.by_user) return said;
    for (auto& call : types::read_stored(message.tool_calls)) {
        said.tools.push_back({.name = std::move(call.tool_name),
                              .parameters = object_of(call.parameters),
                              .result = object_of(call.result)});
    }
    return said;
}

std::vector<types::ToolCall> to_calls(const std::vector<ToolUse>& uses)
{
    std::vector<types::ToolCall> calls;
    calls.reserve(uses.size());
    for (const auto& use : uses) {
        calls.push_back({.tool_name = use.name,
                         .parameters = {json::serialize(use.parameters)},
                         .result = {json::serialize(use.result)}});
    }
    return calls;
}

/// What has been done with tools that change something, in their own words.
std::string describe_deeds(const std::vector<ToolUse>& uses)
{
    std::string deeds;
    for (const auto& use : uses) {
        const json::value* const data = use.result.if_contains("data");
        const json::object* const task = data != nullptr ? data->if_object() : nullptr;
        const json::value* const message = task != nullptr ? task->if_contains("message") : nullptr;
        if (message == nullptr || !message->is_string()) continue;
        deeds += ' ';
        deeds += std::string_view{message->get_string()};
    }
    return deeds;
}

/// What the engine wanted to delete and the user has not asked for, todod asks about itself.
base::Async<void> ask_back(const Consent& consent, Answer& answer, Listener& listener)
{
    const std::string question = (answer.text.empty() ? "" : "\n\n") + consent.question();
    // It must not be what a long answer is cut by.
    const std::size_t room = services::Conversations::max_answer - question.size();
    answer.text = std::string{base::cut(answer.text, room)};
    answer.text += question;
    answer.state = consent.state();
    co_await listener.hear(question);
}

std::string written(const types::ChatAnswer& answer)
{
    std::string out;
    schema::Codec<types::ChatAnswer>::write(answer, out, schema::Dialect::tool);
    return out;
}

}  // namespace

Assistant::Assistant(services::Conversations& conversations, const operation::Table& tools,
                     ChooseEngine choose, const base::Clock& clock, base::Log& log)
    : conversations_(conversations),
      tools_(tools),
      choose_(std::move(choose)),
      clock_(clock),
      log_(log)
{
}

base::Async<ChatOutcome> Assistant::chat(ChatRequest request, Listener& listener)
{
    const base::Instant now = clock_.now();
    services::TurnRequest message{.conversation_id = request.input.conversation_id,
                                  .message = request.input.message,
                                  .idempotency_key = {}};
    if (request.input.idempotency_key)
        message.idempotency_key = request.input.idempotency_key->text;
    const std::string tool_key = message.idempotency_key.value_or("");
    auto begun = co_await conversations_.begin_turn(request.caller.user_id, std::move(message));
    if (const auto* const kept = std::get_if<store::ReplayedTurn>(&begun)) {
        co_return replay(kept->answer);
    }
    auto& open = std::get<services::OpenTurn>(begun);
    Turn turn{.user_id = request.caller.user_id,
              .message = std::move(request.input.message),
              .history = {},
              .now = now,
              .zone = request.input.time_zone.value_or(base::TimeZone::utc()),
              .request_id = std::move(request.request_id),
              .stopped = std::move(request.stopped),
              .conversation_id = open.conversation_id};
    turn.history.reserve(open.history.size());
    for (auto& said : open.history)
        turn.history.push_back(to_said(std::move(said)));
    open.history.clear();
    Consent consent{turn};
    std::optional<Toolbox> tools;
    std::exception_ptr failure;
    try {
        const auto engine = co_await choose_(turn.user_id);
        IsAskedFor is_asked_for;
        if (!engine->obeys_user_alone()) {
            is_asked_for = [&consent](const json::object& task, bool is_changed) {
                return consent.covers(task, is_changed);
            };
        }
        tools.emplace(tools_, request.caller, turn, listener, std::move(is_asked_for), tool_key);
        Answer answer = co_await engine->answer(turn, *tools, listener);
        if (consent.has_refused()) co_await ask_back(consent, answer, listener);
        co_return ChatOutcome{.answer =
                                  co_await store(turn, open, tools->uses(), std::move(answer))};
    } catch (...) {
        failure = std::current_exception();
    }
    co_await give_up(turn, std::move(open), tools ? tools->uses() : std::vector<ToolUse>{});
    std::rethrow_exception(failure);
}

base::Async<types::ChatAnswer> Assistant::store(const Turn& turn, services::OpenTurn open,
                                                const std::vector<ToolUse>& uses, Answer answer)
{
    services::TurnReply reply{.content = std::move(answer.text),
                              .tool_calls = to_calls(uses),
                              .state = std::move(answer.state),
                              .at = clock_.now(),
                              .kept = {}};
    services::fit(reply);
    types::ChatAnswer shown{.conversation_id = open.conversation_id,
                            .response = reply.content,
                            .timestamp = reply.at,
                            .tool_calls = types::to_stored(reply.tool_calls)};
    if (open.idempotency) reply.kept = written(shown);
    // Where the conversation has been deleted meanwhile there is nothing to store it in: what has
    // been done has been done, and is told.
    co_await conversations_.end_turn(turn.user_id, std::move(open), std::move(reply));
    co_return shown;
}

/// What an engine has done before it failed is part of the conversation, or it would be done again:
/// also by whoever sends the request again with its key, who is told of it instead.
base::Async<void> Assistant::give_up(const Turn& turn, services::OpenTurn open,
                                     const std::vector<ToolUse>& uses)
{
    try {
        const std::string deeds = describe_deeds(uses);
        if (deeds.empty()) {
            co_await conversations_.leave_turn(turn.user_id, std::move(open));
        } else {
            co_await store(turn, std::move(open), uses,
                           {.text = "I was interrupted. Before that:" + deeds, .state = {}});
        }
    } catch (const base::Error& error) {
        log_.write(base::LogLevel::warning, logger,
                   fmt::format("What has become of a turn was not stored: {}",
                               error.cause().empty() ? error.message() : error.cause()),
                   turn.request_id);
    }
}

}  // namespace todod::assistant
