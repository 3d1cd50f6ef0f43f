#pragma once

#include <string>
#include <string_view>

#include "schema/codec.hpp"

namespace todod::types {

/// What a client names a request by, so that it is done once however often it is sent (the header
/// Idempotency-Key, draft-ietf-httpapi-idempotency-key-header-07).
struct IdempotencyKey {
    static constexpr std::size_t max_length = 255;
    static constexpr std::string_view header = "Idempotency-Key";
    static constexpr std::string_view doc =
        "Makes a retry safe: within 24 hours the same request with the same key gets the first "
        "answer again, and another request 422. 1 to 255 visible ASCII characters, plain or as a "
        "quoted string.";

    std::string text;  ///< visible ASCII, never empty

    bool operator==(const IdempotencyKey&) const = default;
};

}  // namespace todod::types

namespace todod::schema {

/// Plain, or a String of RFC 8941, which is unquoted. Throws Error{bad_request} for what is no key,
/// and for a second one: such a request is refused whatever else is wrong with it.
template <>
struct Codec<types::IdempotencyKey> {
    static bool read(const boost::json::value&, types::IdempotencyKey&, const Limits&, Reader&);
    static bool parse(std::string_view, types::IdempotencyKey&, const Limits&, Reader&);
    static void write(const types::IdempotencyKey&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

}  // namespace todod::schema
