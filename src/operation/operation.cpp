#include "operation/operation.hpp"

namespace todod::operation {

std::string_view to_string(Method method) noexcept
{
    switch (method) {
        case Method::get:
            return "GET";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::remove:
            return "DELETE";
    }
    return "GET";
}

int status_of(base::ErrorCode code) noexcept
{
    using base::ErrorCode;
    switch (code) {
        case ErrorCode::bad_request:
            return 400;
        case ErrorCode::unauthorized:
            return 401;
        case ErrorCode::forbidden:
            return 403;
        case ErrorCode::not_found:
            return 404;
        case ErrorCode::conflict:
            return 409;
        case ErrorCode::gone:
            return 410;
        case ErrorCode::precondition_failed:
            return 412;
        case ErrorCode::too_large:
            return 413;
        case ErrorCode::unsupported_media_type:
            return 415;
        case ErrorCode::invalid:
            return 422;
        case ErrorCode::too_many_requests:
            return 429;
        case ErrorCode::internal:
            return 500;
        case ErrorCode::bad_gateway:
            return 502;
        case ErrorCode::unavailable:
            return 503;
    }
    return 500;
}

}  // namespace todod::operation
