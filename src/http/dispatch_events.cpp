// What the dispatcher does more where an operation streams.
#include "http/dispatch.hpp"
#include "http/field_values.hpp"

namespace todod::http {

void Dispatcher::open_events(Exchange& exchange, operation::Call& call)
{
    const Request& request = *exchange.request;
    call.stopped = exchange.stop.get_token();
    const bool is_only = exchange.endpoint->operation->stream->is_only;
    if (request.verb == Verb::head) return;
    if (!is_only && !accepts_events(request[Known::accept])) return;
    const auto begin = [this, &exchange](EventStream::Headers headers) {
        auto envelope = make_envelope(exchange);
        if (exchange.request->http_1_0) envelope.keep_alive = exchange.keep_alive = false;
        writer_.begin_events(*exchange.output, envelope, headers);
    };
    exchange.events->open(begin, !request.http_1_0);
    call.events = exchange.events;
}

void Dispatcher::give(Exchange& exchange, const operation::Reply& reply)
{
    const bool is_good = reply.status / 100 == 2 && !reply.body.empty();
    const auto* events = exchange.events;
    if (events != nullptr) {
        const bool is_event = is_good && !exchange.endpoint->operation->stream->is_optional;
        if (events->has_begun() || (events->is_open() && is_event)) {
            return finish_events(exchange, reply);
        }
    }
    finish(exchange, {.status = reply.status,
                      .type = "application/json",
                      .body = reply.body,
                      .headers = reply.headers});
}

/// Where the reply need not be an event, one without a body is none.
void Dispatcher::finish_events(Exchange& exchange, const operation::Reply& reply)
{
    const auto& stream = *exchange.endpoint->operation->stream;
    const bool is_null = reply.body.empty() && !stream.is_optional && !stream.is_only;
    finish_events(exchange, stream.last, is_null ? "null" : reply.body, reply.headers);
}

/// Ends the answer with one event more, or is all of it; only then is there a head for `headers`.
void Dispatcher::finish_events(Exchange& exchange, std::string_view name, std::string_view data,
                               EventStream::Headers headers)
{
    const bool has_begun = exchange.events->has_begun();
    if (!exchange.is_unheard) exchange.events->end(name, data, headers);
    // The head may have promised more before the server was told to leave.
    exchange.keep_alive = exchange.keep_alive && !common_.leaving;
    count(exchange, exchange.is_unheard && !has_begun ? unheard_status : 200);
}

}  // namespace todod::http
