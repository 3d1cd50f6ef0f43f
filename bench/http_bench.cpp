#include <benchmark/benchmark.h>

#include "api/api.hpp"
#include "http/request_parser.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "http/traffic.hpp"

namespace todod {
namespace {

constexpr std::string_view request =
    "GET /api/00000000-0000-4000-8000-000000000001/tasks/01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e "
    "HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAuthorization: Bearer header.payload.signature\r\n\r\n";

void parse_a_request(benchmark::State& state)
{
    const http::Limits limits;
    http::RequestParser parser{limits};
    for (auto _ : state) {
        benchmark::DoNotOptimize(parser.parse(request));
        parser.next();
    }
}
BENCHMARK(parse_a_request);

void find_a_route(benchmark::State& state)
{
    const operation::Table operations = api::all_operations({}, {});
    http::Router router;
    router.add(operations);
    http::Router::Found found;
    for (auto _ : state) {
        benchmark::DoNotOptimize(router.find("/api/someone/tasks/12/complete", found));
    }
}
BENCHMARK(find_a_route);

/// All that /metrics costs a request.
void count_a_request(benchmark::State& state)
{
    http::ThreadTraffic traffic{std::vector<std::string>(60, "/api/{user_id}/tasks")};
    for (auto _ : state) {
        const auto started = std::chrono::steady_clock::now();
        traffic.begun();
        traffic.answered(7, http::Verb::get, 200, std::chrono::steady_clock::now() - started);
    }
}
BENCHMARK(count_a_request);

/// What two threads' worth of 60 routes costs who asks for /metrics, beside writing it down.
void sum_up_the_traffic(benchmark::State& state)
{
    std::vector<std::string> routes;
    for (int i = 0; i < 60; ++i)
        routes.push_back(fmt::format("/api/things{}", i));
    http::Traffic all;
    for (int thread = 0; thread < 2; ++thread) {
        auto& own = all.add_thread(routes);
        for (std::size_t route = 0; route < routes.size(); ++route)
            own.answered(route, http::Verb::get, 200, std::chrono::milliseconds{1});
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(all.totals());
}
BENCHMARK(sum_up_the_traffic);

}  // namespace
}  // namespace todod
