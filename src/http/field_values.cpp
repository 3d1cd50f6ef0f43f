#include "http/field_values.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace todod::http {

namespace {

using base::equals_ignoring_case;
using base::trim_spaces;

/// What stands before the first semicolon.
std::string_view without_parameters(std::string_view element) noexcept
{
    return trim_spaces(element.substr(0, element.find(';')));
}

/// Takes the next parameter off a list of them; a semicolon in quotes is part of it.
std::string_view take_parameter(std::string_view& list) noexcept
{
    bool quoted = false;
    std::size_t end = 0;
    for (; end < list.size() && (quoted || list[end] != ';'); ++end) {
        if (list[end] == '"') quoted = !quoted;
        if (quoted && list[end] == '\\') ++end;
    }
    const auto parameter = trim_spaces(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    return parameter;
}

/// Whether a media type has no charset, or this alone.
bool allows_charset(std::string_view media_type, std::string_view charset) noexcept
{
    while (!media_type.empty()) {
        const auto parameter = take_parameter(media_type);
        const auto equals = parameter.find('=');
        if (equals == std::string_view::npos) continue;
        if (!equals_ignoring_case(trim_spaces(parameter.substr(0, equals)), "charset")) continue;
        auto value = trim_spaces(parameter.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        if (!equals_ignoring_case(value, charset)) return false;
    }
    return true;
}

/// Whether an element's weight is 0: "gzip;q=0", "gzip; q=0.000".
bool is_refused(std::string_view element) noexcept
{
    const auto semicolon = element.find(';');
    if (semicolon == std::string_view::npos) return false;
    const auto parameter = trim_spaces(element.substr(semicolon + 1));
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return false;
    const auto weight = parameter.substr(2);
    return weight.starts_with('0') && weight.find_first_of("123456789") == std::string_view::npos;
}

bool names_type(std::string_view accept, std::string_view type) noexcept
{
    while (!accept.empty()) {
        const auto element = take_element(accept);
        if (equals_ignoring_case(without_parameters(element), type)) return !is_refused(element);
    }
    return false;
}

std::string_view opaque_tag(std::string_view etag) noexcept
{
    return etag.starts_with("W/") ? etag.substr(2) : etag;
}

}  // namespace

std::string_view take_element(std::string_view& list) noexcept
{
    const auto end = std::min(list.find(','), list.size());
    const auto element = trim_spaces(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    return element;
}

bool accepts_gzip(std::string_view accept_encoding) noexcept
{
    bool any = false;
    while (!accept_encoding.empty()) {
        const auto element = take_element(accept_encoding);
        const auto coding = without_parameters(element);
        if (equals_ignoring_case(coding, "gzip")) return !is_refused(element);
        if (coding == "*") any = !is_refused(element);
    }
    return any;
}

bool accepts_html(std::string_view accept) noexcept
{
    return names_type(accept, "text/html");
}

bool accepts_events(std::string_view accept) noexcept
{
    return names_type(accept, "text/event-stream");
}

bool is_json(std::string_view content_type) noexcept
{
    const auto type = without_parameters(content_type);
    if (!allows_charset(content_type, "utf-8")) return false;
    if (equals_ignoring_case(type, "application/json")) return true;
    return type.size() > 5 && type.find('/') != std::string_view::npos &&
           equals_ignoring_case(type.substr(type.size() - 5), "+json");
}

bool is_packable(std::string_view content_type) noexcept
{
    const auto type = without_parameters(content_type);
    if (type == "text/event-stream") return false;
    return type.starts_with("text/") || is_json(type) || type.ends_with("javascript") ||
           type.ends_with("xml");
}

bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept
{
    while (!if_none_match.empty()) {
        const auto element = take_element(if_none_match);
        if (element == "*" || opaque_tag(element) == opaque_tag(etag)) return true;
    }
    return false;
}

}  // namespace todod::http
