#include "mcp/endpoint.hpp"

#include <boost/json/array.hpp>

#include "mcp/headers.hpp"
#include "types/idempotency_key.hpp"

namespace todod::mcp {

namespace json = boost::json;
using operation::Call;
using operation::Reply;

namespace {

Sender sender_of(const Call& call)
{
    const auto header = [&call](std::string_view name) {
        return std::string{find_header(call.input.headers, name).value_or("")};
    };
    return {.caller = call.caller,
            .headers = call.input.headers,
            .time_zone = header("X-Timezone"),
            .idempotency_key = header(types::IdempotencyKey::header),
            .request_id = call.request_id,
            .meter = call.meter,
            .events = call.events,
            .stopped = call.stopped};
}

Reply to_reply(Outgoing outgoing)
{
    return {outgoing.status, std::move(outgoing.body), {}};
}

Fault refuse_batch(const json::array& batch, const Call& call)
{
    Fault fault{.code = FaultCode::invalid_request, .message = {}, .status = 400};
    const auto revision = find_header(call.input.headers, revision_header);
    if (revision && *revision != to_string(Revision::v2025_03_26)) {
        fault.message = "There are no batches in this revision of the protocol.";
    } else if (batch.empty() || batch.size() > max_batch) {
        fault.message = fmt::format("A batch has 1 to {} messages.", max_batch);
    }
    return fault;
}

/// The messages one after the other, as each may be about what the one before has made.
base::Async<Reply> answer_batch(const Server& server, const json::array& batch, const Call& call)
{
    const Fault fault = refuse_batch(batch, call);
    if (!fault.message.empty()) co_return Reply{fault.status, write_fault(nullptr, fault), {}};
    std::string answers;
    for (const json::value& message : batch) {
        const Outgoing outgoing = co_await server.answer(message, sender_of(call));
        if (outgoing.body.empty()) continue;
        answers += answers.empty() ? '[' : ',';
        answers += outgoing.body;
    }
    if (answers.empty()) co_return Reply{202, {}, {}};
    co_return Reply{200, answers + ']', {}};
}

base::Async<Reply> answer(const Server& server, const Access& access, Call call)
{
    check(access, call.input.headers);
    if (call.input.body == nullptr) {
        const Fault fault{
            .code = FaultCode::unparsable, .message = "The body is empty.", .status = 400};
        co_return Reply{fault.status, write_fault(nullptr, fault), {}};
    }
    if (const auto* const batch = call.input.body->if_array()) {
        co_return co_await answer_batch(server, *batch, call);
    }
    co_return to_reply(co_await server.answer(*call.input.body, sender_of(call)));
}

/// What failed outside of any message: the body is no JSON, who sends it may not, or something
/// here is broken.
std::optional<Reply> explain(const base::Error& error)
{
    using enum base::ErrorCode;
    Fault fault{.message = error.message()};
    switch (error.code()) {
        case bad_request:
            fault.code = FaultCode::unparsable;
            fault.status = 400;
            break;
        case invalid:
        case forbidden:
            fault.code = FaultCode::invalid_request;
            fault.status = error.code() == invalid ? 400 : 403;
            break;
        default:
            return std::nullopt;
    }
    return Reply{fault.status, write_fault(nullptr, fault), {}};
}

}  // namespace

operation::Operation endpoint(const Server& server, Door door)
{
    return {.name = "mcp",
            .routes = {{operation::Method::post, "/mcp"}},
            .takes_any_scope = true,
            .challenge = std::move(door.challenge),
            .limit = operation::Limit::by_handler,
            .takes_any_body = true,
            .stream = operation::Stream{.last = Peer::event, .is_optional = true},
            .is_documented = false,
            .run = [&server, access = std::move(door.access)](
                       Call call) { return answer(server, access, std::move(call)); },
            .explain = explain};
}

}  // namespace todod::mcp
