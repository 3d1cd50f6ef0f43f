#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "http/test_server.hpp"

namespace todod::testing {

/// What the streaming operation of a test tells it.
struct StreamShared {
    Gate gate;
    std::atomic<int> sent = 0;     ///< events that send() has taken
    std::atomic<int> refused = 0;  ///< that it has not
    std::atomic<int> ended = 0;    ///< operations
};

/// Goes on in the request to stop.
class UntilStopped {
public:
    explicit UntilStopped(std::stop_token token) : token_(std::move(token)) {}

    bool await_ready() const noexcept { return token_.stop_requested(); }
    void await_suspend(std::coroutine_handle<> handle)
    {
        callback_.emplace(std::move(token_), [handle] { handle.resume(); });
    }
    void await_resume() const noexcept {}

private:
    std::stop_token token_;
    std::optional<std::stop_callback<std::function<void()>>> callback_;
};

/// A real server with /health, /stream/{script}, /only/{script}, which has no other answer, and
/// /optional/{script}, which need not stream and says in its own words what fails, whose letters
/// are done in turn:
/// e sends an event, i one with an id and a time to come back after, b one of 32 KiB, l one of two
/// lines, B ten thousand of 8 KiB; w waits at the gate, s until it is told to stop; c fails as a
/// conflict, u as unavailable for 7 seconds, x with an exception that is not ours; n answers with
/// nothing, h with a header. At its end it answers {"stopped": …}.
class StreamServer {
public:
    explicit StreamServer(const http::Limits& limits = {},
                          base::LogSettings logs = TestServer::quiet())
        : log_(logs), server_(with(limits), log_, clock_, [this](base::Loop& loop) {
              return http::Site{.operations = table(loop, shared_),
                                .authenticator = std::make_unique<NameAuthenticator>(),
                                .openapi = std::make_shared<const std::string>("{}")};
          })
    {
        thread_ = std::jthread{[this] { server_.run(); }};
    }
    ~StreamServer() { stop(); }
    StreamServer(const StreamServer&) = delete;
    StreamServer& operator=(const StreamServer&) = delete;

    void stop()
    {
        server_.stop();
        if (thread_.joinable()) thread_.join();
    }
    void begin_stop() { server_.stop(); }

    std::uint16_t port() const { return server_.port(); }
    StreamShared& shared() { return shared_; }

    /// The answers by status to the method on the route.
    http::StatusCounts statuses() const
    {
        for (const auto& each : server_.traffic().routes) {
            if (each.route == "/stream/{script}") return each.statuses;
        }
        return {};
    }

    /// How many clients are connected.
    std::uint64_t open() const { return server_.traffic().connections; }

    /// Whether so many operations end.
    bool have_ended(int count) const
    {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (shared_.ended < count) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        return true;
    }

private:
    using Reply = operation::Reply;

    static http::ServerSettings with(const http::Limits& limits)
    {
        http::ServerSettings settings;
        settings.port = 0;
        settings.limits = limits;
        settings.cors_origins = {"http://localhost:3000"};
        return settings;
    }

    static operation::Table table(base::Loop& loop, StreamShared& shared)
    {
        operation::Operation health;
        health.name = "health";
        health.routes = {{operation::Method::get, "/health"}};
        health.needs = operation::Needs::nobody;
        health.run = [](operation::Call) -> base::Async<Reply> { co_return Reply{200, "{}", {}}; };
        operation::Operation stream;
        stream.name = "stream";
        stream.routes = {{operation::Method::get, "/stream/{script}"}};
        stream.needs = operation::Needs::nobody;
        stream.stream = operation::Stream{};
        stream.run = [&loop, &shared](operation::Call call) {
            return run(std::move(call), loop, shared);
        };
        operation::Operation optional = stream;
        optional.name = "optional";
        optional.routes = {{operation::Method::get, "/optional/{script}"}};
        optional.stream = {.last = "message", .is_optional = true};
        optional.explain = [](const base::Error& error) {
            return Reply{400, fmt::format(R"({{"own":"{}"}})", error.message()), {}};
        };
        operation::Operation only = stream;
        only.name = "only";
        only.routes = {{operation::Method::get, "/only/{script}"}};
        only.stream = operation::Stream{.is_only = true};
        only.run = [&loop, &shared](operation::Call call) -> base::Async<Reply> {
            co_return Reply{(co_await run(std::move(call), loop, shared)).status, {}, {}};
        };
        return {health, stream, optional, only};
    }

    static base::Async<Reply> run(operation::Call call, base::Loop& loop, StreamShared& shared)
    {
        const std::string script{call.input.path[0].value};
        struct Ending {
            std::atomic<int>& ended;
            ~Ending() { ++ended; }
        } const ending{shared.ended};
        for (const char letter : script) {
            if (letter == 'c')
                throw base::Error{base::ErrorCode::conflict, "There is one already."};
            if (letter == 'u') throw base::Error::unavailable("Busy.", std::chrono::seconds{7});
            if (letter == 'x') throw std::runtime_error{"the disk is on fire"};
            if (letter == 'n') co_return Reply{204, {}, {}};
            if (letter == 'h') co_return Reply{200, "{}", {{"Idempotency-Replayed", "true"}}};
            if (letter == 'w') co_await shared.gate.wait(loop);
            if (letter == 's') co_await UntilStopped{call.stopped};
            if (letter == 'i' && call.events != nullptr) {
                co_await call.events->send({.name = "delta",
                                            .data = "{}",
                                            .id = "4\n1",
                                            .retry = std::chrono::seconds{2}});
            }
            if (letter == 'e') co_await send(call, shared, R"({"text":"a"})");
            if (letter == 'l') co_await send(call, shared, "{\n\"text\":\r\n\"a\"}");
            if (letter == 'b') co_await send(call, shared, text_of(32 * 1024));
            for (int i = 0; letter == 'B' && i < 10'000; ++i)
                co_await send(call, shared, text_of(8 * 1024));
        }
        const bool is_stopped = call.stopped.stop_requested();
        co_return Reply{200, fmt::format(R"({{"stopped":{}}})", is_stopped), {}};
    }

    static std::string text_of(std::size_t size) { return '"' + std::string(size, 'x') + '"'; }

    static base::Async<void> send(const operation::Call& call, StreamShared& shared,
                                  std::string data)
    {
        if (call.events == nullptr) co_return;
        try {
            co_await call.events->send("delta", std::move(data));
            ++shared.sent;
        } catch (const base::Error&) {
            ++shared.refused;
            throw;
        }
    }

    FakeClock clock_;
    base::Log log_;
    StreamShared shared_;
    http::Server server_;
    std::jthread thread_;
};

inline constexpr std::string_view wants_events = "Accept: text/event-stream\r\n";
inline constexpr std::string_view last_chunk = "0\r\n\r\n";
inline constexpr std::string_view delta = "event: delta\ndata: {\"text\":\"a\"}\n\n";
inline constexpr std::string_view done = "event: done\ndata: {\"stopped\":false}\n\n";

inline const std::string health = request("GET", "/health");

inline std::string stream(std::string_view script, std::string_view more = wants_events)
{
    return request("GET", fmt::format("/stream/{}", script), more);
}

inline std::string optional(std::string_view script, std::string_view more = wants_events)
{
    return request("GET", fmt::format("/optional/{}", script), more);
}

/// What the next chunk holds.
inline std::string next_chunk(HttpClient& client)
{
    const auto head = client.receive_until("\r\n");
    if (head.empty()) return {};
    auto chunk = client.receive_until("\n\n\r\n");
    chunk.resize(chunk.size() - std::min<std::size_t>(chunk.size(), 2));
    EXPECT_EQ(std::stoul(head, nullptr, 16), chunk.size());
    return chunk;
}

}  // namespace todod::testing
