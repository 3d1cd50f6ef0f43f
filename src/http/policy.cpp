#include "http/policy.hpp"

namespace todod::http {

namespace {

constexpr std::string_view file_fields =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

constexpr std::string_view docs_fields =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; worker-src blob:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'\r\n";

/// The policy `app` is the one through which the page registers its service worker: where a script
/// is loaded from is a sink of Trusted Types. Nobody can make another.
constexpr std::string_view page_fields =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types app\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Permissions-Policy: accelerometer=(), camera=(), display-capture=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=()\r\n";

constexpr std::string_view worker_fields =
    "Content-Security-Policy: default-src 'none'; connect-src 'self'; "
    "frame-ancestors 'none'\r\n";

}  // namespace

std::string_view fields(Policy policy) noexcept
{
    switch (policy) {
        case Policy::docs:
            return docs_fields;
        case Policy::page:
            return page_fields;
        case Policy::worker:
            return worker_fields;
        case Policy::file:
            break;
    }
    return file_fields;
}

}  // namespace todod::http
