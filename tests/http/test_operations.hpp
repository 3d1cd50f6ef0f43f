#pragma once

#include <atomic>
#include <boost/json/serialize.hpp>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "auth/authenticator.hpp"
#include "base/loop.hpp"
#include "base/text.hpp"
#include "operation/operation.hpp"

namespace todod::testing {

/// Where operations wait until the test lets them go on.
class Gate {
public:
    struct Awaiter {
        Gate& gate;
        base::Loop& loop;

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle)
        {
            const std::lock_guard lock{gate.mutex_};
            gate.waiting_.emplace_back(&loop, handle);
            gate.arrived_.notify_all();
        }
        void await_resume() const noexcept {}
    };

    Awaiter wait(base::Loop& loop) { return {*this, loop}; }

    /// Returns when `count` operations wait.
    void await_arrival(std::size_t count = 1)
    {
        std::unique_lock lock{mutex_};
        arrived_.wait(lock, [&] { return waiting_.size() >= count; });
    }

    /// Lets all that wait go on, on their loops.
    void open()
    {
        for (const auto& [loop, handle] : take())
            loop->post(handle);
    }

    /// Lets all that wait go on here: for when their loops have gone.
    void open_here()
    {
        for (const auto& [loop, handle] : take())
            handle.resume();
    }

private:
    using Waiting = std::vector<std::pair<base::Loop*, std::coroutine_handle<>>>;

    Waiting take()
    {
        const std::lock_guard lock{mutex_};
        return std::exchange(waiting_, {});
    }

    std::mutex mutex_;
    std::condition_variable arrived_;
    Waiting waiting_;
};

/// Goes to the end of the loop's queue.
struct Yield {
    base::Loop& loop;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) { loop.post(handle); }
    void await_resume() const noexcept {}
};

/// "Bearer NAME" signs NAME in; "Bearer reader NAME" with scopes that only read;
/// "Bearer token NAME" with a token that has all scopes.
class NameAuthenticator final : public auth::Authenticator {
public:
    base::Async<auth::Principal> authenticate(std::span<const schema::NamedText> headers,
                                              bool) override
    {
        for (const auto& [name, value] : headers) {
            if (!base::equals_ignoring_case(name, "Authorization")) continue;
            if (value.starts_with("Bearer reader ")) {
                co_return auth::Principal{std::string{value.substr(14)}, 1};
            }
            if (value.starts_with("Bearer token ")) {
                co_return auth::Principal{.user_id = std::string{value.substr(13)},
                                          .is_token = true};
            }
            if (value.starts_with("Bearer ")) {
                co_return auth::Principal{std::string{value.substr(7)}};
            }
        }
        throw base::Error{base::ErrorCode::unauthorized, "Sign in first."};
    }
};

/// What the operations of a test share with it.
struct Shared {
    Gate gate;
    std::atomic<int> big_calls = 0;
};

/// /health, /thing, /account, /fail, /explained, /challenged, /slow, /yield and /big.
class TestOperations {
public:
    TestOperations(base::Loop& loop, Shared& shared) : loop_(loop), shared_(shared) {}

    operation::Table table() const
    {
        using enum operation::Method;
        using enum operation::Needs;
        constexpr auto read = auth::Scope::read;
        return {
            make("health", {{get, "/health"}, {get, "/"}}, nobody, read, &health),
            make("echo", {{post, "/echo"}}, nobody, auth::Scope::write, &echo, &body_type()),
            make("login", {{post, "/api/auth/login"}}, nobody, read, &health),
            make("thing", {{get, "/api/{user_id}/things/{thing_id}"}}, user, read, &show),
            make("remove", {{remove, "/api/{user_id}/things/{thing_id}"}}, user,
                 auth::Scope::remove, &delete_thing),
            make("account", {{remove, "/account"}}, person, auth::Scope::remove, &delete_thing),
            make("fail", {{get, "/fail/{how}"}}, nobody, read, &fail),
            explained(make("explained", {{post, "/explained/{how}"}}, user, auth::Scope::remove,
                           &fail, &body_type())),
            challenged(make("challenged", {{remove, "/challenged"}}, user, auth::Scope::remove,
                            &delete_thing)),
            make("slow", {{get, "/slow"}}, nobody, read,
                 [&loop = loop_, &gate = shared_.gate](operation::Call call) {
                     return slow(std::move(call), loop, gate);
                 }),
            make("yield", {{get, "/yield"}}, nobody, read,
                 [&loop = loop_](operation::Call call) { return yield(std::move(call), loop); }),
            make("big", {{get, "/big/{bytes}"}}, nobody, read,
                 [&calls = shared_.big_calls](operation::Call call) {
                     return big(std::move(call), calls);
                 }),
        };
    }

private:
    using Reply = operation::Reply;
    using Run = std::function<base::Async<Reply>(operation::Call)>;

    static operation::Operation make(std::string_view name, std::vector<operation::Route> routes,
                                     operation::Needs needs, auth::Scope scope, Run run,
                                     const schema::Type* input = nullptr)
    {
        operation::Operation operation;
        operation.name = name;
        operation.routes = std::move(routes);
        operation.needs = needs;
        operation.scope = scope;
        operation.input = input;
        operation.run = std::move(run);
        return operation;
    }

    /// Says in its own words what has failed, except of a conflict; for any scope.
    static operation::Operation explained(operation::Operation operation)
    {
        operation.takes_any_scope = true;
        operation.challenge.emplace();
        operation.explain = [](const base::Error& error) -> std::optional<Reply> {
            if (error.code() == base::ErrorCode::conflict) return std::nullopt;
            if (error.code() == base::ErrorCode::too_large) throw std::bad_alloc{};
            return Reply{418, fmt::format(R"({{"own":"{}"}})", error.message()), {{"Own", "1"}}};
        };
        return operation;
    }

    static operation::Operation challenged(operation::Operation operation)
    {
        operation.challenge = {"https://todo.example/metadata", "read write"};
        return operation;
    }

    static const schema::Type& body_type()
    {
        static const schema::Type type = [] {
            schema::Type made{"Echo", "", {}};
            auto& field = made.fields.emplace_back();
            field.name = "anything";
            field.parse = [](auto, void*, const auto&, auto&) { return true; };
            return made;
        }();
        return type;
    }

    static base::Async<Reply> health(operation::Call)
    {
        co_return Reply{200, R"({"status":"healthy"})", {}};
    }

    static base::Async<Reply> echo(operation::Call call)
    {
        if (call.input.body == nullptr) {
            throw base::Error::invalid({{{"body"}, "is missing.", "missing"}});
        }
        co_return Reply{201, boost::json::serialize(*call.input.body), {{"Location", "/echo/1"}}};
    }

    static base::Async<Reply> show(operation::Call call)
    {
        std::string text = call.caller.user_id + ' ' + std::string{call.path};
        for (const auto& [name, value] : call.input.path)
            text += fmt::format(" {}={}", name, value);
        for (const auto& [name, value] : call.input.query)
            text += fmt::format(" {}:{}", name, value);
        co_return Reply{200, text, {{"Content-Type", "text/plain"}, {"ETag", "\"1\""}}};
    }

    static base::Async<Reply> delete_thing(operation::Call) { co_return Reply{204, {}, {}}; }

    static base::Async<Reply> fail(operation::Call call)
    {
        using base::ErrorCode;
        const auto how = call.input.path[0].value;
        if (how == "internal") throw base::Error{ErrorCode::internal, "the disk is on fire"};
        if (how == "unavailable") throw base::Error::unavailable("Busy.", std::chrono::seconds{7});
        if (how == "standard") throw std::runtime_error{"a standard exception"};
        if (how == "number") throw 42;
        if (how == "large") throw base::Error{ErrorCode::too_large, "Too much."};
        if (how == "accepted") co_return Reply{202, {}, {}};
        if (how == "split") co_return Reply{200, "{}", {{"Location", "/a\r\nEvil: 1"}}};
        throw base::Error{ErrorCode::conflict, "There is one already."};
    }

    static base::Async<Reply> slow(operation::Call call, base::Loop& loop, Gate& gate)
    {
        co_await gate.wait(loop);
        co_return Reply{200, std::string{call.path}, {}};
    }

    static base::Async<Reply> yield(operation::Call, base::Loop& loop)
    {
        for (int i = 0; i < 3; ++i)
            co_await Yield{loop};
        co_return Reply{200, "{}", {}};
    }

    static base::Async<Reply> big(operation::Call call, std::atomic<int>& calls)
    {
        ++calls;
        co_return Reply{
            200, std::string(std::stoul(std::string{call.input.path[0].value}), 'x'), {}};
    }

    base::Loop& loop_;
    Shared& shared_;
};

}  // namespace todod::testing
