#include "http/cors.hpp"

#include <algorithm>

namespace todod::http {

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
        "X-RateLimit-Reset, Idempotency-Replayed\r\n";
}

std::vector<operation::Header> Cors::preflight(std::string_view methods)
{
    return {
        {"Access-Control-Allow-Methods", std::string{methods}},
        {"Access-Control-Allow-Headers",
         "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-ID, "
         "X-Timezone, X-Service-Auth, X-User-ID, Accept, Last-Event-ID"},
        {"Access-Control-Max-Age", "600"},
    };
}

}  // namespace todod::http
