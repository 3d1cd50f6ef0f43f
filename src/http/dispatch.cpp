#include "http/dispatch.hpp"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <iterator>
#include <optional>

#include "base/text.hpp"
#include "http/field_values.hpp"
#include "http/strangers.hpp"

namespace todod::http {

namespace {

constexpr std::string_view logger = "todod.http";
constexpr std::size_t logged_path_max = 200;
constexpr std::size_t logged_method_max = 20;
constexpr std::size_t json_memory_bytes = 2 * 1024;

bool has_content_to_get(Verb verb) noexcept
{
    return verb == Verb::get || verb == Verb::head;
}

/// The method and path, as a log line shows them.
std::string describe(const Request& request)
{
    return fmt::format("{} {}", request.method.substr(0, logged_method_max),
                       request.path.substr(0, logged_path_max));
}

[[noreturn]] void fail_with(base::ErrorCode code, const char* message)
{
    throw base::Error{code, message};
}

/// Whether a path that has a page and an operation is asked for the page.
bool prefers_page(const Resource& resource, const Request& request) noexcept
{
    return resource.has_both() && has_content_to_get(request.verb) &&
           accepts_html(request[Known::accept]);
}

/// A caller may act for themselves only, and only as far as their token reaches: never to the
/// account itself, or who has found one could make more of it than it was.
void check_may_call(Exchange& exchange, const auth::Principal& caller)
{
    const Endpoint& endpoint = *exchange.endpoint;
    if (endpoint.user_id && exchange.arguments.path()[*endpoint.user_id].value != caller.user_id) {
        fail_with(base::ErrorCode::forbidden, "The user in the path is not the one signed in.");
    }
    if (endpoint.operation->needs == operation::Needs::person && caller.is_token) {
        fail_with(base::ErrorCode::forbidden, "A token may not do this: sign in.");
    }
    const operation::Operation& operation = *endpoint.operation;
    exchange.lacks_scope = !operation.takes_any_scope && !caller.may(operation.scope);
    if (exchange.lacks_scope) {
        fail_with(base::ErrorCode::forbidden, "The token's scopes do not cover this.");
    }
}

}  // namespace

Dispatcher::Dispatcher(Common& common, const Site& site)
    : common_(common),
      site_(site),
      log_(common.log),
      files_({docs_assets(), app_assets()}, site.openapi),
      cors_(common.settings.cors_origins, common.settings.production),
      writer_(common.clock, cors_.is_on() || site.also_shows, common.settings.production),
      json_(common.settings.limits.json_depth)
{
    router_.add(site.operations);
    for (const auto& file : files_.all())
        router_.add(file);
    for (const auto& page : site.pages)
        router_.add(page);
    traffic_ = &common.traffic.add_thread(router_.patterns());
}

void Dispatcher::begin(Exchange& exchange)
{
    const Request& request = *exchange.request;
    exchange.endpoint = nullptr;
    exchange.meter.begin(site_.limits.get());
    exchange.found.resource = nullptr;
    exchange.request_id = request[Known::request_id];
    if (!is_valid_request_id(exchange.request_id)) {
        ids_.make(exchange.made_id);
        exchange.request_id = exchange.made_id;
    }
    exchange.started = std::chrono::steady_clock::now();
    traffic_->begun();
    if (!log_.enabled(base::LogLevel::info)) return;
    log_.write(base::LogLevel::info, logger, "Request started: " + describe(request),
               exchange.request_id);
}

bool Dispatcher::answer_at_once(Exchange& exchange)
{
    begin(exchange);
    const Request& request = *exchange.request;
    const auto fail_at_once = [&](int status, const char* detail,
                                  std::vector<operation::Header> headers = {}) {
        fail(exchange, Problem{status, detail, {}, {}}, std::move(headers));
        return true;
    };
    if (request.verb == Verb::unknown) return fail_at_once(501, "This method is not supported.");
    const bool is_known = request.path != "*" && router_.find(request.path, exchange.found);
    if (!is_known && request.path != "*") return fail_at_once(404, "There is nothing here.");
    if (request.verb == Verb::options) {
        answer_options(exchange);
        return true;
    }
    const Resource& resource = *exchange.found.resource;
    if (!prefers_page(resource, request)) exchange.endpoint = resource.find(request.verb);
    if (exchange.endpoint == nullptr) {
        const bool is_file = resource.file != nullptr;
        if ((!is_file && resource.page == nullptr) || !has_content_to_get(request.verb)) {
            return fail_at_once(405, "This path does not know this method.",
                                {{"Allow", resource.allow}});
        }
        is_file ? serve_file(exchange, *resource.file) : serve_page(exchange, *resource.page);
        return true;
    }
    try {
        exchange.arguments.read(*exchange.endpoint, exchange.found, request.query);
    } catch (...) {
        fail(exchange, std::current_exception());
        return true;
    }
    return false;
}

base::Async<void> Dispatcher::answer(Exchange& exchange)
{
    std::exception_ptr failure;
    std::string user_id;  // of who calls what counts for itself
    exchange.is_recalled = false;
    exchange.lacks_scope = false;
    try {
        const Endpoint& endpoint = *exchange.endpoint;
        const Request& request = *exchange.request;
        auto call = make_call(exchange);
        if (endpoint.operation->needs != operation::Needs::nobody) {
            call.caller = co_await site_.authenticator->authenticate(
                request.headers, endpoint.operation->is_confirmed);
            if (exchange.is_abandoned) co_return;
            exchange.is_recalled = call.caller.seen.has_value();
            if (endpoint.operation->limit == operation::Limit::by_handler) {
                user_id = call.caller.user_id;
            }
        }
        if (endpoint.limit && exchange.meter.is_on()) {
            const auto subject = limited_subject(*endpoint.limit, call.caller, exchange.client);
            const auto verdict = co_await exchange.meter.take(*endpoint.limit, subject);
            if (exchange.is_abandoned) co_return;
            exchange.meter.note(verdict);
        }
        if (endpoint.operation->needs != operation::Needs::nobody) {
            check_may_call(exchange, call.caller);
        }
        std::optional<boost::json::monotonic_resource> memory;
        std::optional<boost::json::value> body;
        if (endpoint.takes_body && !request.body.empty()) {
            if (!exchange.memory) {
                exchange.memory =
                    std::make_unique_for_overwrite<unsigned char[]>(json_memory_bytes);
            }
            memory.emplace(exchange.memory.get(), json_memory_bytes);
            body.emplace(read_body(request, &*memory));
            call.input.body = &*body;
        }
        if (exchange.events != nullptr) open_events(exchange, call);
        const auto reply = co_await endpoint.operation->run(std::move(call));
        if (!exchange.is_abandoned) give(exchange, reply);
        co_return;
    } catch (...) {
        failure = std::current_exception();
    }
    const bool is_counted = exchange.meter.told() || !exchange.meter.is_on();
    const bool has_limit = exchange.endpoint->operation->limit != operation::Limit::none;
    if (!is_counted && has_limit && !exchange.is_abandoned) {
        failure = user_id.empty()
                      ? co_await count_stranger(exchange.meter, exchange.client, failure)
                      : co_await count_failure(exchange.meter, std::move(user_id), failure);
    }
    if (exchange.is_recalled && !exchange.is_abandoned) {
        failure = co_await confirm(*exchange.request, failure);
    }
    if (!exchange.is_abandoned) fail(exchange, failure);
}

operation::Call Dispatcher::make_call(Exchange& exchange) const
{
    const Request& request = *exchange.request;
    operation::Call call;
    call.dialect = exchange.endpoint->route->dialect;
    call.input.path = exchange.arguments.path();
    call.input.query = exchange.arguments.query();
    call.input.headers = request.headers;
    call.ignore_unknown_fields = common_.settings.ignore_unknown_fields;
    call.path = request.path;
    call.request_id = exchange.request_id;
    if (exchange.meter.is_on()) call.meter = &exchange.meter;
    return call;
}

boost::json::value Dispatcher::read_body(const Request& request, boost::json::storage_ptr memory)
{
    const auto type = request[Known::content_type];
    if (!type.empty() && !is_json(type)) {
        fail_with(base::ErrorCode::unsupported_media_type,
                  "The body must be application/json in UTF-8.");
    }
    return json_.read(request.body, std::move(memory));
}

void Dispatcher::finish(Exchange& exchange, const Answer& answer)
{
    if (exchange.is_unheard) return count(exchange, unheard_status);
    const auto envelope = make_envelope(exchange);
    writer_.write(*exchange.output, answer, envelope);
    count(exchange, answer.status);
}

/// Whether the page that asks may read the answer; false for who is no page.
bool Dispatcher::is_shown_to_page(const Request& request) const
{
    const auto origin = request[Known::origin];
    if (origin.empty() || cors_.allows(origin)) return !origin.empty();
    return site_.also_shows && site_.also_shows(request.path, origin);
}

Envelope Dispatcher::make_envelope(Exchange& exchange) const
{
    const Request& request = *exchange.request;
    const Resource* resource = exchange.found.resource;
    exchange.keep_alive = request.keep_alive && !common_.leaving;
    return {.request_id = exchange.request_id,
            .origin = is_shown_to_page(request) ? request[Known::origin] : std::string_view{},
            .keep_alive = exchange.keep_alive,
            .http_1_0 = request.http_1_0,
            .head_only = request.verb == Verb::head,
            .accepts_gzip = accepts_gzip(request[Known::accept_encoding]),
            .is_private = exchange.endpoint != nullptr && exchange.endpoint->is_private,
            .varies_by_accept = resource != nullptr && resource->has_both(),
            .limit = exchange.meter.told() ? &*exchange.meter.told() : nullptr};
}

void Dispatcher::count(const Exchange& exchange, int status)
{
    const Request& request = *exchange.request;
    const auto took = std::chrono::steady_clock::now() - exchange.started;
    const auto* resource = exchange.found.resource;
    traffic_->answered(resource != nullptr ? resource->index : traffic_->unmatched(), request.verb,
                       status, took);
    if (!log_.enabled(base::LogLevel::info)) return;
    const std::chrono::duration<double, std::milli> shown = took;
    log_.write(
        base::LogLevel::info, logger,
        fmt::format("Request completed: {} {} {:.1f} ms", describe(request), status, shown.count()),
        exchange.request_id);
}

void Dispatcher::log_cause(const Exchange& exchange, std::string_view cause)
{
    log_.write(base::LogLevel::error, logger,
               fmt::format("{} failed: {}", describe(*exchange.request), cause),
               exchange.request_id);
}

void Dispatcher::refuse(const Refusal& why, std::string& output)
{
    std::string id;
    ids_.make(id);
    const Problem problem{why.status, std::string{why.detail}, {}, {}};
    const auto body = write_problem(problem, id);
    const auto headers = problem_headers(problem);
    writer_.write(output,
                  {.status = why.status,
                   .type = "application/problem+json",
                   .body = body,
                   .headers = headers},
                  {.request_id = id});
    traffic_->refused(why.status);
    if (!log_.enabled(base::LogLevel::info)) return;
    log_.write(base::LogLevel::info, logger,
               fmt::format("Request refused: {} {}", why.status, why.detail), id);
}

}  // namespace todod::http
