#include "http/cors.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace todod::http {

namespace {

constexpr std::string_view allowed_fields =
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-ID, "
    "X-Timezone, X-Service-Auth, X-User-ID, Accept, Last-Event-ID, Mcp-Protocol-Version, "
    "Mcp-Method, Mcp-Name, Mcp-Session-Id";

/// Arguments of MCP's tools, which are sent as fields as well, are named by the tools: a list with
/// credentials has no wildcard (Fetch §3.3.4), so those that are asked for are named.
constexpr std::string_view parameter_prefix = "Mcp-Param-";
constexpr std::size_t parameters_max = 32;

bool is_parameter(std::string_view name) noexcept
{
    const auto is_one = [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_';
    };
    return name.size() > parameter_prefix.size() && std::ranges::all_of(name, is_one) &&
           base::equals_ignoring_case(name.substr(0, parameter_prefix.size()), parameter_prefix);
}

void append_parameters(std::string& allowed, std::string_view fields)
{
    for (std::size_t count = 0; !fields.empty() && count < parameters_max;) {
        const auto end = std::min(fields.find(','), fields.size());
        const auto name = base::trim(fields.substr(0, end));
        fields.remove_prefix(std::min(end + 1, fields.size()));
        if (!is_parameter(name)) continue;
        allowed += ", ";
        allowed += name;
        ++count;
    }
}

}  // namespace

Cors::Cors(std::vector<std::string> origins, bool production) : origins_(std::move(origins))
{
    const auto named_any = std::erase(origins_, "*");
    any_ = named_any != 0 && !production;
}

bool Cors::allows(std::string_view origin) const noexcept
{
    return !origin.empty() && (any_ || std::ranges::find(origins_, origin) != origins_.end());
}

void Cors::append(std::string& out, std::string_view origin)
{
    out += "Access-Control-Allow-Origin: ";
    out += origin;
    out +=
        "\r\nAccess-Control-Allow-Credentials: true\r\n"
        "Access-Control-Expose-Headers: ETag, Link, Location, X-Total-Count, X-Request-ID, "
        "Retry-After, RateLimit, RateLimit-Policy, X-RateLimit-Limit, X-RateLimit-Remaining, "
        "X-RateLimit-Reset, Idempotency-Replayed, X-Changeset-ID, X-Last-Seq, "
        "WWW-Authenticate, "
        "Mcp-Protocol-Version\r\n";
}

std::vector<operation::Header> Cors::preflight(std::string_view methods, std::string_view fields)
{
    std::string allowed{allowed_fields};
    append_parameters(allowed, fields);
    return {
        {"Access-Control-Allow-Methods", std::string{methods}},
        {"Access-Control-Allow-Headers", std::move(allowed)},
        {"Access-Control-Max-Age", "600"},
    };
}

}  // namespace todod::http
