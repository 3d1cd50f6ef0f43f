#include "config_sessions.hpp"

#include <algorithm>
#include <utility>

#include "config_values.hpp"

namespace todod {

std::vector<std::string> to_session_secrets(std::string_view text)
{
    constexpr std::size_t max_secrets = 4;
    auto secrets = to_list(text);
    if (secrets.size() > max_secrets) {
        throw Unusable{fmt::format("at most {} secrets with commas between", max_secrets)};
    }
    return secrets;
}

void set_session_token(Config& config, std::string_view text)
{
    constexpr std::pair<std::string_view, auth::KeptToken> forms[] = {
        {"hmac-hex", auth::KeptToken::hmac_hex},
        {"hmac-base64", auth::KeptToken::hmac_base64},
        {"plain", auth::KeptToken::plain},
    };
    for (const auto& [name, form] : forms) {
        if (name != text) continue;
        config.session_token = form;
        return;
    }
    throw Unusable{"hmac-hex, hmac-base64 or plain"};
}

void set_session_table(Config& config, std::string_view text)
{
    const std::size_t dot = text.find('.');
    const bool has_schema = dot != std::string_view::npos;
    const std::string_view schema = has_schema ? text.substr(0, dot) : std::string_view{};
    const std::string_view name = has_schema ? text.substr(dot + 1) : text;
    if (!store::is_identifier(name) || (has_schema && !store::is_identifier(schema))) {
        throw Unusable{
            "TABLE or SCHEMA.TABLE, each of at most 63 letters, digits, _, $ and -, unquoted"};
    }
    config.session_table.schema = schema;
    config.session_table.name = name;
}

void set_session_columns(Config& config, std::string_view text)
{
    auto names = to_list(text);
    if (names.size() != 3 || !std::ranges::all_of(names, store::is_identifier)) {
        throw Unusable{
            "three columns with commas between (token,user,expiry), each of at most 63 letters, "
            "digits, _, $ and -, unquoted"};
    }
    config.session_table.token = std::move(names[0]);
    config.session_table.user = std::move(names[1]);
    config.session_table.expiry = std::move(names[2]);
}

}  // namespace todod
