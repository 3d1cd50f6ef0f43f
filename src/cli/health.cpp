#include "base/blocking_loop.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/server_access.hpp"
#include "config.hpp"
#include "net/http_client.hpp"

namespace todod::cli {

namespace {

using base::Error;
using base::ErrorCode;

constexpr int ok = 200;
constexpr std::chrono::seconds patience{3};
constexpr std::size_t max_answer_bytes = std::size_t{16} * 1024;

/// Where the server so configured is found by its own machine.
std::string configured_url(const Config& config)
{
    if (config.port == 0) {
        throw Error{ErrorCode::bad_request, "PORT=0 is any free one: name the server by --server"};
    }
    std::string host = config.host;
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "::") host = "::1";
    if (host.contains(':')) host = '[' + host + ']';
    return fmt::format("http://{}:{}", host, config.port);
}

int ask(const std::string& url, net::HttpClient& client)
{
    base::BlockingLoop loop;
    try {
        const net::HttpRequest request{
            .url = url, .timeout = patience, .max_body_bytes = max_answer_bytes};
        return loop.run(client.send(request, loop)).status;
    } catch (const Error& error) {
        throw Error{error.code(),
                    fmt::format("not ready: no answer from {}: {}", url,
                                error.cause().empty() ? error.message() : error.cause())};
    }
}

}  // namespace

void health(const std::string& server)
{
    const Config config = read_config(read_environment());
    const std::string url =
        url_on(server.empty() ? configured_url(config) : server, "/health/ready");
    net::HttpClient client{config.proxies};
    const int status = ask(url, client);
    if (status != ok) {
        throw Error{ErrorCode::unavailable, fmt::format("not ready: {} answers {}", url, status)};
    }
    fmt::print("ready: {}\n", url);
}

}  // namespace todod::cli
