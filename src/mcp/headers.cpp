#include "mcp/headers.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace todod::mcp {

namespace {

constexpr std::string_view method_header = "Mcp-Method";
constexpr std::string_view name_header = "Mcp-Name";

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

}  // namespace

std::optional<std::string_view> find_header(Headers headers, std::string_view name)
{
    for (const auto& header : headers) {
        if (base::equals_ignoring_case(header.name, name)) return base::trim(header.value);
    }
    return std::nullopt;
}

std::optional<std::string> decode_header(std::string_view value)
{
    constexpr std::string_view begin = "=?base64?";
    constexpr std::string_view end = "?=";
    if (!value.starts_with(begin) || !value.ends_with(end) ||
        value.size() < begin.size() + end.size()) {
        return std::string{value};
    }
    value.remove_prefix(begin.size());
    value.remove_suffix(end.size());
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

}  // namespace todod::mcp
