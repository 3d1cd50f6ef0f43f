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

Operation get_readiness(ReadReadiness read_readiness)
{
    return with_handler<Nothing, types::Readiness>(
        {.name = "get_readiness",
         .summary = "Can requests be served",
         .doc = "200 when the database answers and has every migration that this todod knows, "
                "whatever newer ones it has; else 503. So it is from the moment the process is "
                "told to stop, though it serves for SHUTDOWN_DELAY still.",
         .tag = tag,
         .routes = {{Method::get, "/ready"}, {Method::get, "/health/ready"}},
         .needs = Needs::nobody,
         .limit = operation::Limit::none,
         .problems = {503}},
        [read_readiness = std::move(read_readiness)](
            Caller, Nothing) -> base::Async<Answer<types::Readiness>> {
            auto readiness = co_await read_readiness();
            const int status = readiness.status == "ready" ? 200 : 503;
            co_return Answer<types::Readiness>{std::move(readiness), {}, status};
        });
}

}  // namespace

operation::Table health_operations(About about, const base::Clock* clock, ReadReadiness readiness)
{
    operation::Table operations;
    operations.push_back(greet());
    operations.push_back(get_health(std::move(about), clock));
    operations.push_back(get_readiness(std::move(readiness)));
    return operations;
}

}  // namespace todod::api
