#pragma once

#include <string>
#include <thread>

#include "base/log.hpp"
#include "http/server.hpp"
#include "http/test_operations.hpp"
#include "support/clock.hpp"
#include "support/http_client.hpp"

namespace todod::testing {

/// A real server on a port of its own, with a small table of operations.
class TestServer {
public:
    using AlsoShows = decltype(http::Site::also_shows);

    explicit TestServer(http::ServerSettings settings = {}, base::LogSettings logs = quiet(),
                        AlsoShows also_shows = {})
        : log_(logs),
          server_(on_any_port(std::move(settings)), log_, clock_, [=, this](auto& loop) {
              return http::Site{TestOperations{loop, shared_}.table(),
                                std::make_unique<NameAuthenticator>(),
                                std::make_shared<const std::string>(R"({"openapi":"3.1.0"})"),
                                {},
                                pages(),
                                {},
                                also_shows};
          })
    {
        thread_ = std::jthread{[this] { server_.run(); }};
    }
    ~TestServer() { stop(); }
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    /// Returns when the server has ended.
    void stop()
    {
        server_.stop();
        if (thread_.joinable()) thread_.join();
    }
    void begin_stop() { server_.stop(); }

    void leave() { server_.leave(); }

    std::uint16_t port() const { return server_.port(); }
    const http::Server& server() const { return server_; }
    http::Server& server() { return server_; }
    Gate& gate() { return shared_.gate; }
    base::Log& log() { return log_; }
    int big_calls() const { return shared_.big_calls; }

    /// The answer to one request on a connection of its own.
    HttpResponse ask(std::string_view request, bool to_head = false) const
    {
        return HttpClient{port()}.ask(request, to_head);
    }

    static base::LogSettings quiet()
    {
        base::LogSettings settings;
        settings.level = base::LogLevel::off;
        return settings;
    }

private:
    /// /page, a thousand bytes, and /broken-page, which cannot be written.
    static std::vector<http::Page> pages()
    {
        const auto broken = []() -> std::string { throw std::runtime_error{"no page today"}; };
        return {{"/page", "text/plain; version=7", [] { return std::string(1'000, 'p'); }},
                {"/broken-page", "text/plain", broken}};
    }

    static http::ServerSettings on_any_port(http::ServerSettings settings)
    {
        settings.port = 0;
        return settings;
    }

    FakeClock clock_;
    base::Log log_;
    Shared shared_;
    http::Server server_;
    std::jthread thread_;
};

/// A request with the fields it must have and `more`, each with its line end.
inline std::string request(std::string_view method, std::string_view target,
                           std::string_view more = {}, std::string_view body = {})
{
    std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n{}", method, target, more);
    if (!body.empty()) text += fmt::format("Content-Length: {}\r\n", body.size());
    text += "\r\n";
    text += body;
    return text;
}

}  // namespace todod::testing
