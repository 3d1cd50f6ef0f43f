#include "types/idempotency_key.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "schema/json_text.hpp"

namespace todod::schema {

using types::IdempotencyKey;

namespace {

[[noreturn]] void refuse(std::string_view why)
{
    throw base::Error{base::ErrorCode::bad_request,
                      fmt::format("{} {}", IdempotencyKey::header, why)};
}

/// What is between the quotes of a String (RFC 8941 §3.3.3), which is all of `text`.
std::string unquote(std::string_view text)
{
    std::string plain;
    bool is_open = true;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (!is_open) refuse("has more after its closing quote.");
        char c = text[i];
        if (c == '"') {
            is_open = false;
            continue;
        }
        if (c == '\\') {
            c = i + 1 < text.size() ? text[++i] : ' ';
            if (c != '"' && c != '\\') refuse("escapes what needs no escape.");
        }
        plain += c;
    }
    if (is_open) refuse("has no closing quote.");
    return plain;
}

bool is_visible(char c)
{
    return c >= '!' && c <= '~';
}

}  // namespace

bool Codec<IdempotencyKey>::parse(std::string_view text, IdempotencyKey& value, const Limits&,
                                  Reader&)
{
    if (!value.text.empty()) refuse("may be given only once.");
    value.text = text.starts_with('"') ? unquote(text) : std::string{text};
    if (value.text.empty()) refuse("must not be empty.");
    if (value.text.size() > IdempotencyKey::max_length ||
        !std::ranges::all_of(value.text, is_visible))
        refuse("must be 1 to 255 visible ASCII characters.");
    return true;
}

bool Codec<IdempotencyKey>::read(const boost::json::value& from, IdempotencyKey& value,
                                 const Limits& limits, Reader& reader)
{
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<IdempotencyKey>::write(const IdempotencyKey& value, std::string& out, Dialect)
{
    write_string(out, value.text);
}

void Codec<IdempotencyKey>::describe(boost::json::object& schema, const Limits&, Dialect)
{
    schema["type"] = "string";
    schema["minLength"] = 1;
}

}  // namespace todod::schema
