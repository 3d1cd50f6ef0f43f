#include <benchmark/benchmark.h>

#include "auth/jwt.hpp"
#include "base/clock.hpp"

namespace todod {
namespace {

const auth::JwtSettings settings{.secret = "a secret of at least thirty-two bytes",
                                 .previous_secrets = {},
                                 .issuer = {},
                                 .audience = {}};

void verify_a_token_seen_before(benchmark::State& state)
{
    auth::Jwt jwt{settings};
    const base::Instant now = base::SystemClock{}.now();
    const std::string token = jwt.issue("00000000-0000-4000-8000-000000000001", 0, now);
    for (auto _ : state)
        benchmark::DoNotOptimize(jwt.verify(token, now));
}
BENCHMARK(verify_a_token_seen_before);

void verify_a_token_for_the_first_time(benchmark::State& state)
{
    const base::Instant now = base::SystemClock{}.now();
    const std::string token =
        auth::Jwt{settings}.issue("00000000-0000-4000-8000-000000000001", 0, now);
    for (auto _ : state) {
        state.PauseTiming();
        auth::Jwt jwt{settings};
        state.ResumeTiming();
        benchmark::DoNotOptimize(jwt.verify(token, now));
    }
}
BENCHMARK(verify_a_token_for_the_first_time);

}  // namespace
}  // namespace todod
