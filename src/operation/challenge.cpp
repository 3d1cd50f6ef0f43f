#include "operation/challenge.hpp"

#include "schema/codec.hpp"

namespace todod::operation {

namespace {

/// Adds `, name="value"`, the value without what would need an escape in a quoted-string
/// (RFC 9110 §5.6.4).
void append(std::string& out, std::string_view name, std::string_view value)
{
    if (value.empty()) return;
    constexpr std::string_view scheme = "Bearer";
    out += out == scheme ? " " : ", ";
    out += name;
    out += "=\"";
    for (const char c : value) {
        if (c >= ' ' && c <= '~' && c != '"' && c != '\\') out += c;
    }
    out += '"';
}

}  // namespace

std::string sign_in_challenge(const Challenge& challenge, std::string_view fault)
{
    std::string value = "Bearer";
    append(value, "error", "invalid_token");
    append(value, "error_description", fault);
    append(value, "resource_metadata", challenge.metadata_url);
    append(value, "scope", challenge.scopes);
    return value;
}

std::string scope_challenge(types::Scope scope)
{
    std::string value = "Bearer";
    append(value, "error", "insufficient_scope");
    append(value, "scope", schema::Codec<types::Scope>::name(scope, schema::Dialect::tool));
    return value;
}

}  // namespace todod::operation
