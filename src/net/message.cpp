#include "net/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::net {

namespace {

constexpr std::array<std::string_view, 8> of_the_client{
    "Host",   "Content-Length", "Connection", "Transfer-Encoding",
    "Expect", "Keep-Alive",     "Upgrade",    "Proxy-Authorization"};

/// RFC 9110 §5.6.2
bool is_token(std::string_view text) noexcept
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
               std::string_view{"!#$%&'*+-.^_`|~"}.contains(c);
    });
}

/// RFC 9110 §5.5
bool is_value(std::string_view text) noexcept
{
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

bool is_named(const Header& header, std::string_view name) noexcept
{
    return base::equals_ignoring_case(header.name, name);
}

void check(const HttpRequest& request)
{
    if (!is_token(request.method)) {
        throw base::Error{base::ErrorCode::internal, "A request's method is none."};
    }
    for (const Header& header : request.headers) {
        const bool is_free = std::ranges::none_of(
            of_the_client, [&](std::string_view name) { return is_named(header, name); });
        if (is_token(header.name) && is_value(header.value) && is_free) continue;
        throw base::Error{base::ErrorCode::internal,
                          "A request has a header that is none, or that is not its own to set."};
    }
}

std::string authorization_line(const Proxy& proxy)
{
    if (proxy.authorization.empty()) return {};
    return fmt::format("Proxy-Authorization: {}\r\n", proxy.authorization);
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const noexcept
{
    const auto found =
        std::ranges::find_if(headers, [&](const Header& each) { return is_named(each, name); });
    return found == headers.end() ? std::string_view{} : std::string_view{found->value};
}

Url check_url(std::string_view url)
{
    auto parsed = parse_url(url);
    if (parsed) return *std::move(parsed);
    throw base::Error{base::ErrorCode::bad_request,
                      "The URL must be http:// or https:// and a host, without a user."};
}

std::string write_request(const HttpRequest& request, const Url& url, const Proxy* proxy)
{
    check(request);
    const bool is_absolute = proxy != nullptr && !url.is_secure;
    std::string bytes =
        fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\n", request.method,
                    is_absolute ? "http://" + url.authority() : "", url.target, url.authority());
    if (is_absolute) bytes += authorization_line(*proxy);
    const bool names_itself = std::ranges::any_of(
        request.headers, [](const Header& header) { return is_named(header, "User-Agent"); });
    if (!names_itself) bytes += "User-Agent: todod\r\n";
    for (const Header& header : request.headers)
        bytes += fmt::format("{}: {}\r\n", header.name, header.value);
    const bool has_body = !request.body.empty() || request.method == "POST" ||
                          request.method == "PUT" || request.method == "PATCH";
    if (has_body) bytes += fmt::format("Content-Length: {}\r\n", request.body.size());
    bytes += "\r\n";
    bytes += request.body;
    return bytes;
}

std::string write_connect(const Url& url, const Proxy& proxy)
{
    const std::string place = Proxy{.host = url.host, .port = url.port}.place();
    return fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n{1}\r\n", place,
                       authorization_line(proxy));
}

}  // namespace todod::net
