#include <benchmark/benchmark.h>

#include "api/api.hpp"
#include "http/request_parser.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

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

}  // namespace
}  // namespace todod
