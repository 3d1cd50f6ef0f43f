#include "mcp/headers.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace todod::mcp {

namespace {

constexpr std::string_view method_header = "Mcp-Method";
constexpr std::string_view name_header = "Mcp-Name";

constexpr std::string_view encoded_begin = "=?base64?";
constexpr std::string_view encoded_end = "?=";

/// What is asked for by its name, and which parameter has that.
struct NamedMethod {
    std::string_view method;
    std::string_view named_by;
};
constexpr NamedMethod named_methods[] = {
    {"tools/call", "name"}, {"prompts/get", "name"}, {"resources/read", "uri"}};

Fault mismatch(std::string_view header, std::string_view with)
{
    return {.code = FaultCode::header_mismatch,
            .message = fmt::format("The header {} must be there and repeat {}.", header, with),
            .status = 400};
}

/// RFC 4648 §4, with its padding.
std::optional<std::string> decode_base64(std::string_view text)
{
    if (text.size() % 4 != 0 || text.find_first_of("-_") != text.npos) return std::nullopt;
    constexpr std::size_t max_padding = 2;
    for (std::size_t i = 0; i < max_padding && text.ends_with('='); ++i)
        text.remove_suffix(1);
    std::string url{text};
    std::ranges::replace(url, '+', '-');
    std::ranges::replace(url, '/', '_');
    return base::base64url_decode(url);
}

std::string encode_base64(std::string_view bytes)
{
    std::string text = base::base64url_encode(bytes);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    while (text.size() % 4 != 0)
        text += '=';
    return text;
}

/// Visible ASCII, and spaces between.
bool is_plain(std::string_view text)
{
    return !text.starts_with(encoded_begin) && !text.starts_with(' ') && !text.ends_with(' ') &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::optional<std::string_view> find_header(Headers headers, std::string_view name)
{
    std::optional<std::string_view> found;
    for (const auto& header : headers) {
        if (!base::equals_ignoring_case(header.name, name)) continue;
        if (found) return std::nullopt;
        found = base::trim(header.value);
    }
    return found;
}

std::optional<std::string> decode_header(std::string_view value)
{
    if (!value.starts_with(encoded_begin) || !value.ends_with(encoded_end) ||
        value.size() < encoded_begin.size() + encoded_end.size()) {
        return std::string{value};
    }
    value.remove_prefix(encoded_begin.size());
    value.remove_suffix(encoded_end.size());
    auto decoded = decode_base64(value);
    if (decoded && !base::is_valid_utf8(*decoded)) return std::nullopt;
    return decoded;
}

std::optional<Fault> check_revision_header(Headers headers, std::string_view revision)
{
    if (find_header(headers, revision_header) == revision) return std::nullopt;
    return mismatch(revision_header, "the revision in params._meta");
}

std::optional<Fault> check_headers(Headers headers, const Message& message,
                                   std::string_view named_by)
{
    if (find_header(headers, method_header) != message.method) {
        return mismatch(method_header, "the method");
    }
    const auto* const name = named_by.empty() ? nullptr : find_text(message.params, named_by);
    if (name == nullptr) return std::nullopt;
    const auto value = find_header(headers, name_header);
    const auto decoded = value ? decode_header(*value) : std::nullopt;
    if (!decoded || *decoded != std::string_view{*name}) {
        return mismatch(name_header, fmt::format("params.{}", named_by));
    }
    return std::nullopt;
}

std::string encode_header(std::string_view text)
{
    if (is_plain(text)) return std::string{text};
    return fmt::format("{}{}{}", encoded_begin, encode_base64(text), encoded_end);
}

std::vector<std::pair<std::string, std::string>> write_headers(const Message& message,
                                                               std::string_view agreed)
{
    std::vector<std::pair<std::string, std::string>> headers;
    const auto* const revision = find_meta(message.params, revision_key);
    if (revision == nullptr || !revision->is_string()) {
        if (!agreed.empty()) headers.emplace_back(revision_header, agreed);
        return headers;
    }
    headers.emplace_back(revision_header, encode_header(revision->get_string()));
    headers.emplace_back(method_header, encode_header(message.method));
    const auto* const named =
        std::ranges::find(named_methods, message.method, &NamedMethod::method);
    if (named == std::end(named_methods)) return headers;
    if (const auto* const name = find_text(message.params, named->named_by)) {
        headers.emplace_back(name_header, encode_header(*name));
    }
    return headers;
}

}  // namespace todod::mcp
