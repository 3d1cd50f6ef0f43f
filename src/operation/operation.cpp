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

}  // namespace todod::operation
