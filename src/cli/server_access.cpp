#include "cli/server_access.hpp"

#include "base/error.hpp"
#include "config.hpp"
#include "config_sources.hpp"
#include "net/url.hpp"

namespace todod::cli {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::string_view token_variable = "TODOD_TOKEN";

}  // namespace

std::string read_token(const std::string& token_file)
{
    if (!token_file.empty()) return read_secret_file("--token-file", token_file);
    const Environment environment = process_environment();
    const auto found = environment.find(token_variable);
    if (found != environment.end() && !found->second.empty()) return found->second;
    throw Error{ErrorCode::unauthorized,
                "a token is needed: TODOD_TOKEN, or --token-file ('todod user token' makes one)"};
}

std::string url_on(std::string server, std::string_view path)
{
    while (server.ends_with('/'))
        server.pop_back();
    server += path;
    if (net::parse_url(server)) return server;
    throw Error{ErrorCode::bad_request,
                "--server takes a URL that begins with http:// or https://"};
}

}  // namespace todod::cli
