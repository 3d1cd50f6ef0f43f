#include "cli/server_access.hpp"

#include <boost/json/parse.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config.hpp"
#include "config_sources.hpp"
#include "net/url.hpp"

namespace todod::cli {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::string_view token_variable = "TODOD_TOKEN";

/// `source` is what it comes from.
std::string check_token(std::string_view token, std::string_view source)
{
    if (!base::has_control_character(token)) return std::string{token};
    throw Error{ErrorCode::invalid,
                fmt::format("{} has a control character in it, as a line feed", source)};
}

void drop_slashes(std::string& url)
{
    while (url.ends_with('/'))
        url.pop_back();
}

}  // namespace

std::string read_token(const std::string& token_file)
{
    if (!token_file.empty()) {
        return check_token(read_secret_file("--token-file", token_file), "--token-file");
    }
    const Environment environment = process_environment();
    const auto found = environment.find(token_variable);
    const std::string_view given = found != environment.end() ? found->second : std::string_view{};
    const std::string_view token = base::trim(given);
    if (!token.empty()) return check_token(token, token_variable);
    throw Error{ErrorCode::unauthorized,
                "a token is needed: TODOD_TOKEN, or --token-file ('todod user token' makes one)"};
}

std::string url_on(std::string server, std::string_view path)
{
    drop_slashes(server);
    const auto named = net::parse_url(server);
    if (named && named->target.ends_with(mcp_path)) {
        server.resize(server.size() - mcp_path.size());
        drop_slashes(server);
    }
    server += path;
    if (net::parse_url(server)) return server;
    throw Error{ErrorCode::bad_request,
                "--server takes a URL that begins with http:// or https://"};
}

bool is_event_stream(const net::HttpResponse& head)
{
    constexpr std::string_view media_type = "text/event-stream";
    const auto type = head.header("Content-Type");
    return base::equals_ignoring_case(type.substr(0, media_type.size()), media_type);
}

boost::json::object parse_object(std::string_view text)
{
    boost::system::error_code failed;
    boost::json::value value = boost::json::parse(text, failed);
    if (failed || !value.is_object()) return {};
    return std::move(value.get_object());
}

}  // namespace todod::cli
