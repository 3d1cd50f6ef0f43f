// What the dispatcher answers without an operation.
#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.hpp"
#include "http/dispatch.hpp"
#include "http/field_values.hpp"

namespace todod::http {

namespace {

/// Whether a cached copy is asked for again, but for what is the same for ever.
std::string_view cache_control(const Asset& file) noexcept
{
    return file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache";
}

std::string_view requested_fields(const Request& request) noexcept
{
    const auto is_it = [](const schema::NamedText& header) {
        return base::equals_ignoring_case(header.name, "Access-Control-Request-Headers");
    };
    const auto found = std::ranges::find_if(request.headers, is_it);
    return found == request.headers.end() ? std::string_view{} : found->value;
}

}  // namespace

void Dispatcher::answer_options(Exchange& exchange)
{
    const Request& request = *exchange.request;
    const auto* resource = exchange.found.resource;
    std::vector<operation::Header> headers{
        {"Allow",
         resource != nullptr ? resource->allow : "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"}};
    if (!request[Known::origin].empty() && !request[Known::preflight_method].empty()) {
        if (!is_shown_to_page(request)) {
            return fail(exchange, Problem{403, "This origin may not ask.", {}, {}});
        }
        auto fields = Cors::preflight(headers.front().value, requested_fields(request));
        std::ranges::move(fields, std::back_inserter(headers));
    }
    finish(exchange, {.status = 204, .headers = headers});
}

void Dispatcher::serve_file(Exchange& exchange, const Asset& file)
{
    const Request& request = *exchange.request;
    const std::array<operation::Header, 2> headers{{
        {"ETag", std::string{file.etag}},
        {"Cache-Control", std::string{cache_control(file)}},
    }};
    Answer answer{.type = file.content_type, .policy = file.policy, .headers = headers};
    answer.varies_by_coding = !file.gzip.empty();
    if (names_etag(request[Known::if_none_match], file.etag)) {
        answer.status = 304;
        return finish(exchange, answer);
    }
    answer.is_packed = !file.gzip.empty() && accepts_gzip(request[Known::accept_encoding]);
    std::string plain;
    if (!answer.is_packed && file.identity.empty()) plain = gunzip(file.gzip);
    answer.body = answer.is_packed ? file.gzip : file.identity.empty() ? plain : file.identity;
    finish(exchange, answer);
}

void Dispatcher::serve_page(Exchange& exchange, const Page& page)
{
    const operation::Header fresh{"Cache-Control", "no-store"};
    try {
        const std::string body = page.write();
        finish(exchange, {.type = page.content_type, .body = body, .headers = {&fresh, 1}});
    } catch (...) {
        fail(exchange, std::current_exception());
    }
}

}  // namespace todod::http
