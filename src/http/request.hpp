#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "schema/type.hpp"

namespace todod::http {

/// The methods that HTTP itself and PATCH define; everything else is unknown.
enum class Verb : std::uint8_t {
    get,
    head,
    post,
    put,
    patch,
    remove,
    options,
    trace,
    connect,
    unknown,
};
inline constexpr std::size_t verb_count = 10;

/// Fields that this layer itself looks at.
enum class Known : std::uint8_t {
    accept,
    accept_encoding,
    content_type,
    if_none_match,
    origin,
    preflight_method,  ///< Access-Control-Request-Method
    request_id,        ///< X-Request-ID
};
inline constexpr std::size_t known_count = 7;

/// A request whose framing has been checked. Views hold until the connection reads on.
struct Request {
    Verb verb = Verb::unknown;
    std::string_view method;  ///< as sent
    std::string_view path;    ///< as sent, begins with '/'; or "*"
    std::string_view query;   ///< as sent, without the '?'
    bool http_1_0 = false;
    bool keep_alive = false;
    std::vector<schema::NamedText> headers;
    std::array<std::string_view, known_count> known;
    std::string_view body;

    /// Empty where it was not sent; the first where it was sent more than once.
    std::string_view operator[](Known field) const noexcept
    {
        return known[static_cast<std::size_t>(field)];
    }
};

/// Why a request is not answered but refused, before anything has been made of it.
struct Refusal {
    int status = 400;
    std::string_view detail;
};

}  // namespace todod::http
