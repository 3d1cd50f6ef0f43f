#include "mcp/param_headers.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view keyword = "x-mcp-header";
constexpr std::string_view prefix = "Mcp-Param-";

/// RFC 9110 §5.6.2: what a token has besides letters and digits.
constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";

bool is_token(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               token_marks.contains(c);
    });
}

/// Null where it is not there, or is null itself.
const json::value* find(const json::object* arguments, const std::vector<std::string>& path)
{
    const json::value* found = nullptr;
    for (const std::string& step : path) {
        found = arguments != nullptr ? arguments->if_contains(step) : nullptr;
        if (found == nullptr || found->is_null()) return nullptr;
        arguments = found->if_object();
    }
    return found;
}

/// 42 and 42.0 are one number.
bool is_number(std::string_view text, double number)
{
    double read = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
    return error == std::errc{} && end == text.data() + text.size() && read == number;
}

bool is_same(const json::value& argument, std::string_view header)
{
    const auto decoded = decode_header(header);
    if (!decoded) return false;
    if (const auto* const text = argument.if_string()) return *decoded == std::string_view{*text};
    if (const auto* const flag = argument.if_bool()) return *decoded == (*flag ? "true" : "false");
    return argument.is_number() && is_number(*decoded, argument.to_number<double>());
}

}  // namespace

ParamHeaders::ParamHeaders(const json::object& schema)
{
    collect(schema, {});
}

/// What no chain of `properties` leads to has no place in the arguments that is known beforehand.
void ParamHeaders::collect(const json::object& schema, std::vector<std::string> path)
{
    const auto* const properties = schema.if_contains("properties");
    if (properties == nullptr || !properties->is_object()) return;
    for (const auto& [name, property] : properties->get_object()) {
        if (!property.is_object()) continue;
        path.emplace_back(name);
        if (property.get_object().contains(keyword)) add(property.get_object(), path);
        collect(property.get_object(), path);
        path.pop_back();
    }
}

void ParamHeaders::add(const json::object& property, std::vector<std::string> path)
{
    const auto* const name = find_text(&property, keyword);
    const auto* const type = find_text(&property, "type");
    const bool has_type =
        type != nullptr && (*type == "string" || *type == "integer" || *type == "boolean");
    if (name == nullptr || !is_token(*name) || !has_type) {
        throw base::Error{base::ErrorCode::internal,
                          fmt::format("No header can repeat the argument '{}'.", path.back())};
    }
    std::string header = std::string{prefix} + std::string{*name};
    const auto is_taken = [&header](const Param& other) {
        return base::equals_ignoring_case(other.header, header);
    };
    if (std::ranges::any_of(params_, is_taken)) {
        throw base::Error{base::ErrorCode::internal,
                          fmt::format("Two arguments have the header {}.", header)};
    }
    params_.push_back({std::move(header), std::move(path)});
}

std::optional<Fault> ParamHeaders::check(Headers headers, const json::object* arguments) const
{
    for (const auto& [header, path] : params_) {
        const auto value = find_header(headers, header);
        const json::value* const argument = find(arguments, path);
        if (argument == nullptr ? !value : value && is_same(*argument, *value)) continue;
        return Fault{.code = FaultCode::header_mismatch,
                     .message = fmt::format("The header {} must repeat the argument '{}'.", header,
                                            path.back()),
                     .status = 400};
    }
    return std::nullopt;
}

}  // namespace todod::mcp
