#include "base/metrics.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/threads.hpp"

namespace todod::base {
namespace {

TEST(Metrics, tells_what_has_been_counted)
{
    Metrics metrics;
    metrics.counter("todod_calls_total", "Calls.", {{"model", "small"}}).add(3);
    metrics.gauge("todod_open", "Open now.").set(7);
    const auto readings = metrics.read();
    ASSERT_EQ(readings.size(), 2U);
    EXPECT_EQ(readings[0].name, "todod_calls_total");
    EXPECT_EQ(readings[0].help, "Calls.");
    EXPECT_EQ(readings[0].type, Metrics::Type::counter);
    EXPECT_EQ(readings[0].labels, (Labels{{"model", "small"}}));
    EXPECT_EQ(readings[0].value, 3U);
    EXPECT_EQ(readings[1].type, Metrics::Type::gauge);
    EXPECT_EQ(readings[1].value, 7U);
}

TEST(Metrics, tells_times_from_other_counts)
{
    Metrics metrics;
    metrics.milliseconds("todod_work_seconds_total", "What it took.").add(1500);
    const auto readings = metrics.read();
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0].type, Metrics::Type::milliseconds);
    EXPECT_EQ(readings[0].value, 1500U);
}

TEST(Metrics, sums_up_counters_of_one_name_and_labels)
{
    Metrics metrics;
    Counter& first = metrics.counter("todod_calls_total", "Calls.", {{"model", "a"}});
    metrics.counter("todod_calls_total", "Calls.", {{"model", "b"}}).add(5);
    Counter& second = metrics.counter("todod_calls_total", "Calls.", {{"model", "a"}});
    first.add();
    second.add(2);
    const auto readings = metrics.read();
    ASSERT_EQ(readings.size(), 2U);
    EXPECT_EQ(readings[0].value, 3U);
    EXPECT_EQ(readings[1].value, 5U);
}

TEST(Metrics, puts_those_of_one_name_together)
{
    Metrics metrics;
    for (const auto* name : {"todod_b_total", "todod_a_total", "todod_b_total"}) {
        metrics.counter(name, "Things.", {{"n", std::to_string(metrics.read().size())}});
    }
    const auto readings = metrics.read();
    ASSERT_EQ(readings.size(), 3U);
    EXPECT_EQ(readings[1].name, readings[2].name);
}

TEST(Metrics, has_no_room_for_labels_without_end)
{
    Metrics metrics;
    for (std::size_t i = 0; i < Metrics::max_counters; ++i)
        metrics.counter("todod_calls_total", "Calls.", {{"user", std::to_string(i)}});
    EXPECT_THROW(metrics.counter("todod_calls_total", "Calls.", {{"user", "one more"}}), Error);
    EXPECT_EQ(metrics.read().size(), Metrics::max_counters);
}

TEST(Metrics, loses_nothing_when_many_threads_count)
{
    constexpr int threads = 4;
    constexpr std::uint64_t each = 10'000;
    Metrics metrics;
    Counter& shared = metrics.counter("todod_shared_total", "Of all.");
    testing::on_threads(threads, [&](int) {
        Counter& own = metrics.counter("todod_own_total", "Of each.");
        for (std::uint64_t i = 0; i < each; ++i) {
            own.add();
            shared.add();
            if (i % 1'000 == 0) metrics.read();
        }
    });
    const auto readings = metrics.read();
    ASSERT_EQ(readings.size(), 2U);
    for (const auto& reading : readings)
        EXPECT_EQ(reading.value, threads * each) << reading.name;
}

}  // namespace
}  // namespace todod::base
