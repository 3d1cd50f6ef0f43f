#include "types/health.hpp"
#include "api/api.hpp"
#include "operation/handler.hpp"

namespace todod::api {

using operation::Answer;
using operation::Caller;
using operation::Method;
using operation::Needs;
using operation::Nothing;
using operation::Operation;
using operation::with_handler;

namespace {

constexpr std::string_view tag = "Health";

Operation greet()
{
    return with_handler<Nothing, types::Greeting>(
        {.name = "greet",
         .summary = "Say that the API is here",
         .doc = "A client that asks for HTML is sent to the documentation instead.",
         .tag = tag,
         .routes = {{Method::get, "/"}},
         .needs = Needs::nobody,
         .limit = operation::Limit::none},
        [](Caller, Nothing) -> base::Async<Answer<types::Greeting>> {
            co_return Answer<types::Greeting>{};
        });
}

Operation get_health(About about, const base::Clock* clock)
{
    return with_handler<Nothing, types::Health>(
        {.name = "get_health",
         .summary = "Is the process alive",
         .doc = "Always 200 while the process answers at all.",
         .tag = tag,
         .routes = {{Method::get, "/health"}, {Method::get, "/health/live"}},
         .needs = Needs::nobody,
         .limit = operation::Limit::none},
        [about = std::move(about), clock](Caller, Nothing) -> base::Async<Answer<types::Health>> {
            types::Health health;
            health.service = about.name;
            health.version = about.version;
            health.timestamp = clock->now();
            co_return Answer<types::Health>{std::move(health)};
        });
}

Operation get_readiness(IsReady is_ready)
{
    return with_handler<Nothing, types::Readiness>(
        {.name = "get_readiness",
         .summary = "Can requests be served",
         .doc = "200 when the database answers and its schema is current; else, and while the "
                "process is stopping, 503.",
         .tag = tag,
         .routes = {{Method::get, "/ready"}, {Method::get, "/health/ready"}},
         .needs = Needs::nobody,
         .limit = operation::Limit::none,
         .problems = {503}},
        [is_ready = std::move(is_ready)](Caller, Nothing) -> base::Async<Answer<types::Readiness>> {
            const bool ready = co_await is_ready();
            if (ready) co_return Answer<types::Readiness>{{"ready", "connected"}};
            co_return Answer<types::Readiness>{{"not ready", "disconnected"}, {}, 503};
        });
}

}  // namespace

operation::Table health_operations(About about, const base::Clock* clock, IsReady is_ready)
{
    operation::Table operations;
    operations.push_back(greet());
    operations.push_back(get_health(std::move(about), clock));
    operations.push_back(get_readiness(std::move(is_ready)));
    return operations;
}

}  // namespace todod::api
