#include "services/conversations.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;
using types::ToolCall;

namespace {

constexpr std::string_view ellipsis = "…";

[[noreturn]] void fail_without_conversation()
{
    throw Error{ErrorCode::not_found, "Conversation not found."};
}

/// The same for what asks for the same, however it was written.
std::string fingerprint_of(const TurnRequest& request)
{
    std::string text = request.conversation_id ? std::to_string(*request.conversation_id) : "new";
    text += ' ';
    text += request.message;
    return base::base64url_encode(base::sha256(text));
}

/// The first `count` code points.
std::string_view first_of(std::string_view utf8, std::size_t count)
{
    const auto begins = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        if (begins(utf8[i]) && count-- == 0) return utf8.substr(0, i);
    }
    return utf8;
}

/// The first `count` code points in one line: white space of any length is one space, and there is
/// none before the first word.
std::string collapse(std::string_view utf8, std::size_t count)
{
    std::string line;
    utf8 = base::trim(utf8);
    for (; !utf8.empty() && count > 0; --count) {
        const std::string_view rest = base::trim(utf8);  // of its end nothing is left to trim
        if (rest.size() != utf8.size()) {
            line += ' ';
            utf8 = rest;
        } else {
            const std::string_view next = first_of(utf8, 1);
            line += next;
            utf8.remove_prefix(next.size());
        }
    }
    return line;
}

/// What both databases take: no U+0000, and at most max_answer.
std::string fit_content(std::string content)
{
    std::erase(content, '\0');
    constexpr std::size_t max = Conversations::max_answer;
    if (content.size() <= max) return content;
    const std::string_view fitting = first_of(content, max);
    if (fitting.size() < content.size()) {
        content.resize(first_of(content, max - 1).size());
        content += ellipsis;
    }
    return content;
}

std::vector<ToolCall> fit_tool_calls(std::vector<ToolCall> calls)
{
    const auto fits = [&calls] {
        return types::to_stored(calls).json.size() <= Conversations::max_tool_call_bytes;
    };
    // The longest first: those are lists, and what was done stays.
    while (!fits()) {
        const auto longest = std::ranges::max_element(
            calls, {}, [](const ToolCall& call) { return call.result.text.size(); });
        if (longest == calls.end() || longest->result == schema::RawJson{}) break;
        longest->result = {};
    }
    if (fits()) return calls;
    for (ToolCall& call : calls)
        call.parameters = {};
    while (!fits())
        calls.resize(calls.size() / 2);
    return calls;
}

}  // namespace

void fit(TurnReply& reply)
{
    reply.content = fit_content(std::move(reply.content));
    reply.tool_calls = fit_tool_calls(std::move(reply.tool_calls));
    if (reply.state.size() > Conversations::max_state_bytes) reply.state.clear();
}

std::string title_of(std::string_view message)
{
    constexpr std::size_t max = Conversations::max_title;
    std::string line = collapse(message, max + 1);
    const std::string_view cut = first_of(line, max);
    if (cut.size() == line.size()) return line;
    // At the end of a word, unless that would leave less than half.
    std::string_view title = cut;
    if (line[cut.size()] != ' ') {
        const auto space = cut.rfind(' ');
        if (space != std::string_view::npos && space >= cut.size() / 2)
            title = cut.substr(0, space);
    }
    return fmt::format("{}{}", base::trim(title), ellipsis);
}

base::Async<std::variant<OpenTurn, store::ReplayedTurn>> Conversations::begin_turn(
    std::string user_id, TurnRequest request)
{
    const base::Instant now = clock_.now();
    store::NewTurn turn{
        .conversation_id = request.conversation_id, .now = now, .timeout = turn_timeout};
    if (!turn.conversation_id) turn.title = title_of(request.message);
    if (request.idempotency_key) {
        turn.idempotency = store::Idempotency{.operation = "chat",
                                              .key = std::move(*request.idempotency_key),
                                              .fingerprint = fingerprint_of(request),
                                              .now = now};
    }
    turn.content = std::move(request.message);
    const auto idempotency = turn.idempotency;
    auto begun = co_await store_.begin_turn(std::move(user_id), std::move(turn));
    if (!begun) fail_without_conversation();
    if (auto* const replayed = std::get_if<store::ReplayedTurn>(&*begun)) {
        co_return std::move(*replayed);
    }
    auto& [conversation_id, position, history] = std::get<store::Turn>(*begun);
    co_return OpenTurn{conversation_id, position, std::move(history), idempotency};
}

base::Async<store::TurnEnd> Conversations::end_turn(std::string user_id, OpenTurn turn,
                                                    TurnReply reply)
{
    fit(reply);
    store::TurnAnswer answer{.content = std::move(reply.content),
                             .tool_calls = types::to_stored(reply.tool_calls),
                             .state = std::move(reply.state),
                             .now = reply.at,
                             .idempotency = std::move(turn.idempotency),
                             .kept = std::move(reply.kept)};
    if (answer.idempotency) answer.idempotency->now = reply.at;
    co_return co_await store_.end_turn(std::move(user_id), turn.conversation_id, turn.position,
                                       std::move(answer));
}

base::Async<void> Conversations::leave_turn(std::string user_id, OpenTurn turn)
{
    if (!turn.idempotency) co_return;
    co_await store_.leave_turn(std::move(user_id), std::move(*turn.idempotency), turn_timeout);
}

base::Async<store::ConversationPage> Conversations::list(std::string user_id,
                                                         types::ListConversations query)
{
    co_return co_await store_.list(std::move(user_id), query);
}

base::Async<store::MessagePage> Conversations::history(std::string user_id,
                                                       types::ListMessages query)
{
    auto page = co_await store_.history(std::move(user_id), query);
    if (!page) fail_without_conversation();
    co_return std::move(*page);
}

base::Async<void> Conversations::remove(std::string user_id, types::NameConversation name)
{
    const bool removed = co_await store_.remove(std::move(user_id), name.conversation_id.id);
    if (!removed) fail_without_conversation();
}

base::Async<void> Conversations::clear(std::string user_id)
{
    co_await store_.clear(std::move(user_id));
}

}  // namespace todod::services
