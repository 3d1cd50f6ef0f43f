// A server for the official conformance suite: todod's own library and server, and tools of the
// suite's in place of todod's. Nobody needs to sign in, so it is for this machine alone.
#include <pthread.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iterator>
#include <thread>

#include "api/api.hpp"
#include "base/log.hpp"
#include "fixture.hpp"
#include "http/server.hpp"
#include "mcp/endpoint.hpp"
#include "version.hpp"

namespace todod::conformance {

namespace json = boost::json;

namespace {

constexpr std::size_t key_bytes = 32;

/// The suite leaves the streams open that it has listened to.
constexpr mcp::StreamLimits stream_limits{.of_user = 100, .in_all = 100};

/// Everybody is the one user.
class Everybody final : public auth::Authenticator {
public:
    base::Async<auth::Principal> authenticate(std::span<const schema::NamedText>, bool) override
    {
        co_return auth::Principal{.user_id = "somebody"};
    }
};

mcp::About about()
{
    const json::object lists_change{{"listChanged", true}};
    return {.name = "todod-conformance",
            .title = "todod's conformance server",
            .version = std::string{version},
            .instructions = {},
            .capabilities = {{"tools", lists_change},
                             {"prompts", lists_change},
                             {"resources", json::object{}},
                             {"completions", json::object{}},
                             {"logging", json::object{}}},
            .legacy_capabilities = {{"tools", json::object{}},
                                    {"prompts", json::object{}},
                                    {"resources", {{"subscribe", true}}},
                                    {"completions", json::object{}},
                                    {"logging", json::object{}}}};
}

std::string make_key(base::Random& random)
{
    std::string key(key_bytes, '\0');
    random.fill(std::as_writable_bytes(std::span{key}));
    return key;
}

http::ServerSettings settings(std::uint16_t port)
{
    http::ServerSettings settings;
    settings.port = port;
    return settings;
}

/// What the server stands on. It has one I/O thread: who listens is told of what was called there.
struct Process {
    base::SystemClock clock;
    base::SecureRandom random;
    base::Log log{{}};
    mcp::ClientRequests requests{random};
    mcp::StateSeal seal{make_key(random), clock};
    mcp::StreamBook streams{stream_limits};
    http::Server server;

    explicit Process(std::uint16_t port)
        : server(settings(port), log, clock, [this](base::Loop& loop) { return make_site(loop); })
    {
    }

    http::Site make_site(base::Loop& loop);
    mcp::ListenSettings listen_settings();
};

/// What the operations stand on.
struct Shard {
    mcp::Listeners listeners;
    mcp::Server server;

    Shard(Process& process, base::Loop& loop)
        : listeners(loop, process.streams, process.listen_settings()),
          server(about(), methods({loop, process.requests, process.seal, listeners}),
                 &process.requests)
    {
    }

    static std::vector<mcp::Method> methods(const Parts& parts)
    {
        Tools tools;
        for (Tools some : {content_tools(parts), telling_tools(parts), asking_tools(parts),
                           rounds_tools(parts)}) {
            std::ranges::move(some, std::back_inserter(tools));
        }
        std::vector<mcp::Method> all = tool_methods(std::move(tools));
        for (auto some : {telling_methods(), resource_methods(), prompt_methods()})
            std::ranges::move(some, std::back_inserter(all));
        all.push_back(parts.listeners.method());
        return all;
    }
};

http::Site Process::make_site(base::Loop& loop)
{
    auto shard = std::make_shared<Shard>(*this, loop);
    const mcp::Access local{.hosts = {}, .origins = {}, .is_local = true};
    auto operations = api::health_operations({"todod-conformance", std::string{version}}, &clock,
                                             []() -> base::Async<types::Readiness> {
                                                 co_return types::Readiness{"ready", "connected"};
                                             });
    operations.push_back(mcp::endpoint(shard->server, log, {.access = local}));
    return {.operations = std::move(operations),
            .authenticator = std::make_unique<Everybody>(),
            .openapi = std::make_shared<const std::string>("{}"),
            .owned = std::move(shard)};
}

mcp::ListenSettings Process::listen_settings()
{
    return {.lists = {true, true, false},
            .is_stopping = [this] { return server.stopping().load(); }};
}

/// Serves until one of these signals comes, which are held back from every thread.
void serve(std::uint16_t port)
{
    sigset_t signals{};
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);

    Process process{port};
    fmt::print("todod {} serves the conformance suite on http://127.0.0.1:{}\n", version,
               process.server.port());
    std::fflush(stdout);
    const std::jthread waiting{[&] {
        int which = 0;
        sigwait(&signals, &which);
        process.server.stop();
    }};
    process.server.run();
}

}  // namespace

}  // namespace todod::conformance

int main(int argc, char** argv)
{
    CLI::App app{"A Model Context Protocol server for the conformance suite"};
    std::uint16_t port = 0;
    app.add_option("--port", port, "The port on 127.0.0.1; 0: any that is free");
    CLI11_PARSE(app, argc, argv);
    todod::conformance::serve(port);
}
