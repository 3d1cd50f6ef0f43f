#include "mcp/endpoint.hpp"

#include <boost/json/array.hpp>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "mcp/headers.hpp"
#include "types/idempotency_key.hpp"

namespace todod::mcp {

namespace json = boost::json;
using operation::Call;
using operation::Reply;

namespace {

constexpr std::string_view zone_header = "X-Timezone";

/// Throws Error{invalid} for what is no key, or not clear: passed over, a retry would do it all
/// again, and a day would be another.
void check_headers(std::span<const schema::NamedText> headers)
{
    types::IdempotencyKey key;
    schema::Reader reader;
    int zones = 0;
    for (const auto& header : headers) {
        if (base::equals_ignoring_case(header.name, zone_header)) ++zones;
        if (!base::equals_ignoring_case(header.name, types::IdempotencyKey::header)) continue;
        try {
            schema::Codec<types::IdempotencyKey>::parse(header.value, key, {}, reader);
        } catch (const base::Error& error) {
            throw base::Error{base::ErrorCode::invalid, error.message()};
        }
    }
    if (zones > 1) {
        throw base::Error{base::ErrorCode::invalid,
                          fmt::format("{} may be given only once.", zone_header)};
    }
}

Sender sender_of(const Call& call)
{
    const auto header = [&call](std::string_view name) {
        return std::string{find_header(call.input.headers, name).value_or("")};
    };
    return {.caller = call.caller,
            .headers = call.input.headers,
            .time_zone = header(zone_header),
            .idempotency_key = header(types::IdempotencyKey::header),
            .request_id = call.request_id,
            .meter = call.meter,
            .events = call.events,
            .stopped = call.stopped};
}

/// Each message of a batch has a key of its own, which follows from the request's.
Sender sender_of(const Call& call, std::size_t index)
{
    Sender sender = sender_of(call);
    if (!sender.idempotency_key.empty()) {
        sender.idempotency_key = base::base64url_encode(
            base::sha256(fmt::format("{}\n{}", sender.idempotency_key, index)));
    }
    return sender;
}

/// There were batches before 2025-06-18 alone.
bool may_have_batches(const Call& call)
{
    const auto header = find_header(call.input.headers, revision_header);
    const auto revision = header ? find_revision(*header) : Revision::v2025_03_26;
    return revision && *revision <= Revision::v2025_03_26;
}

/// An answer for the message at `index`, also where it fails for no fault of its own: what others
/// have done before it is to be told. What is wrong here is for `log` alone.
base::Async<Outgoing> answer_one_of(const Server& server, const json::array& batch,
                                    std::size_t index, const Call& call, base::Log& log)
{
    const json::object* const message = batch[index].if_object();
    try {
        co_return co_await server.answer(batch[index], sender_of(call, index));
    } catch (const base::Error& error) {
        using enum base::ErrorCode;
        if (index == 0 || error.code() == unauthorized) throw;
        std::string_view told = error.message();
        if (error.code() == internal) {
            log.write(
                base::LogLevel::error, "todod.mcp",
                fmt::format("{} [ID: {}]", error.cause().empty() ? error.message() : error.cause(),
                            call.request_id));
            told = "Something went wrong here.";
        }
        const auto* const id = message != nullptr ? message->if_contains("id") : nullptr;
        co_return Outgoing{
            200, write_fault(id != nullptr ? *id : nullptr, {.message = std::string{told}})};
    }
}

/// The messages one after the other, as each may be about what the one before has made.
base::Async<Reply> answer_batch(const Server& server, const json::array& batch, const Call& call,
                                base::Log& log)
{
    if (!may_have_batches(call)) {
        throw base::Error{base::ErrorCode::invalid,
                          "There are no batches in this revision of the protocol."};
    }
    if (batch.empty() || batch.size() > max_batch) {
        throw base::Error{base::ErrorCode::invalid,
                          fmt::format("A batch has 1 to {} messages.", max_batch)};
    }
    if (call.meter != nullptr) {
        co_await call.meter->check(auth::LimitKind::read, call.caller.user_id);
    }
    std::string answers;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Outgoing outgoing = co_await answer_one_of(server, batch, i, call, log);
        if (outgoing.body.empty()) continue;
        answers += answers.empty() ? '[' : ',';
        answers += outgoing.body;
    }
    if (answers.empty()) co_return Reply{202, {}, {}};
    co_return Reply{200, answers + ']', {}};
}

base::Async<Reply> answer(const Server& server, const Access& access, Call call, base::Log& log)
{
    check(access, call.input.headers);
    check_headers(call.input.headers);
    if (call.input.body == nullptr) {
        throw base::Error{base::ErrorCode::bad_request, "The body is empty."};
    }
    if (const auto* const batch = call.input.body->if_array()) {
        co_return co_await answer_batch(server, *batch, call, log);
    }
    Outgoing outgoing = co_await server.answer(*call.input.body, sender_of(call));
    // What counts for nothing by itself, such as a list of tools, is a read.
    const bool is_counted = call.meter == nullptr || call.meter->told();
    if (!is_counted) co_await call.meter->check(auth::LimitKind::read, call.caller.user_id);
    co_return Reply{outgoing.status, std::move(outgoing.body), {}};
}

/// What failed outside of any message: the body is no JSON, who sends it may not, or something
/// here is broken. What HTTP has its own words for is left to it.
std::optional<Reply> explain(const base::Error& error)
{
    using enum base::ErrorCode;
    const auto refuse = [](FaultCode code, const std::string& message, int status) {
        return Reply{status, write_fault(nullptr, {.code = code, .message = message}), {}};
    };
    switch (error.code()) {
        case bad_request:
            return refuse(FaultCode::unparsable, error.message(), 400);
        case invalid:
            return refuse(FaultCode::invalid_request, error.message(), 400);
        case forbidden:
            return refuse(FaultCode::invalid_request, error.message(), 403);
        case internal:
            return refuse(FaultCode::internal, error.message(), 500);
        case bad_gateway:
            return refuse(FaultCode::internal, error.message(), 502);
        case unavailable:
            return refuse(FaultCode::internal, error.message(), 503);
        default:
            return std::nullopt;
    }
}

}  // namespace

operation::Operation endpoint(const Server& server, base::Log& log, Door door)
{
    return {.name = "mcp",
            .routes = {{operation::Method::post, "/mcp"}, {operation::Method::post, "/mcp/"}},
            .takes_any_scope = true,
            .challenge = std::move(door.challenge),
            .limit = operation::Limit::by_handler,
            .takes_any_body = true,
            .stream = operation::Stream{.last = Peer::event, .is_optional = true},
            .is_documented = false,
            .run = [&server, &log, access = std::move(door.access)](
                       Call call) { return answer(server, access, std::move(call), log); },
            .explain = explain};
}

}  // namespace todod::mcp
