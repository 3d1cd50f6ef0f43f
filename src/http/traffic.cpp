#include "http/traffic.hpp"

#include <algorithm>
#include <utility>

namespace todod::http {

namespace {

constexpr std::string_view unmatched_route = "unmatched";

constexpr std::array<std::string_view, verb_count> method_labels{
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "other"};

std::size_t bucket_of(std::chrono::nanoseconds took) noexcept
{
    std::size_t bucket = 0;
    while (bucket < duration_bounds.size() && took > duration_bounds[bucket])
        ++bucket;
    return bucket;
}

/// The counts of `status`, which may not be there yet.
std::uint64_t& count_of(StatusCounts& counts, int status)
{
    const auto place =
        std::ranges::lower_bound(counts, status, {}, &StatusCounts::value_type::first);
    if (place != counts.end() && place->first == status) return place->second;
    return counts.insert(place, {status, 0})->second;
}

/// The traffic of a route and method, which may not be there yet.
RouteTraffic& find_or_add(std::vector<RouteTraffic>& all, std::string_view route,
                          std::string_view method)
{
    const auto key = [](const RouteTraffic& traffic) {
        return std::pair<std::string_view, std::string_view>{traffic.route, traffic.method};
    };
    const std::pair wanted{route, method};
    const auto place = std::ranges::lower_bound(all, wanted, {}, key);
    if (place != all.end() && key(*place) == wanted) return *place;
    return *all.insert(place, {.route = std::string{route}, .method = method, .statuses = {}});
}

}  // namespace

std::size_t StatusCounters::slot_of(int status) noexcept
{
    if (status == unheard_status) return unheard;
    const auto number = static_cast<std::size_t>(status);  // a negative one is past all others
    const std::size_t of_class = number / 100 - 2;
    const std::size_t in_class = number % 100;
    return of_class < classes && in_class < class_size ? of_class * class_size + in_class : other;
}

int StatusCounters::status_of(std::size_t slot) noexcept
{
    if (slot == unheard) return unheard_status;
    if (slot == other) return 0;
    return static_cast<int>((slot / class_size + 2) * 100 + slot % class_size);
}

void StatusCounters::add_to(StatusCounts& counts) const
{
    for (std::size_t slot = 0; slot < counters_.size(); ++slot) {
        const std::uint64_t count = counters_[slot].value();
        if (count == 0) continue;
        count_of(counts, status_of(slot)) += count;
    }
}

ThreadTraffic::ThreadTraffic(std::vector<std::string> routes) : routes_(routes.size() + 1)
{
    for (std::size_t i = 0; i < routes.size(); ++i)
        routes_[i].pattern = std::move(routes[i]);
    routes_.back().pattern = unmatched_route;
}

ThreadTraffic::~ThreadTraffic()
{
    for (Route& route : routes_) {
        for (auto& series : route.by_verb)
            delete series.load();
    }
}

void ThreadTraffic::answered(std::size_t route, Verb verb, int status,
                             std::chrono::nanoseconds took)
{
    auto& place = routes_[route].by_verb[std::to_underlying(verb)];
    Series* series = place.load(std::memory_order_relaxed);
    if (series == nullptr) {
        series = new Series;
        place.store(series, std::memory_order_release);
    }
    series->statuses.add(status);
    series->durations[bucket_of(took)].add();
    series->nanoseconds.add(static_cast<std::uint64_t>(took.count()));
    answered_.add();
}

void ThreadTraffic::add_to(RouteTraffic& traffic, const Series& series)
{
    series.statuses.add_to(traffic.statuses);
    for (std::size_t i = 0; i < traffic.durations.size(); ++i)
        traffic.durations[i] += series.durations[i].value();
    traffic.total_duration +=
        std::chrono::nanoseconds{static_cast<std::int64_t>(series.nanoseconds.value())};
}

void ThreadTraffic::add_to(TrafficTotals& totals) const
{
    for (const Route& route : routes_) {
        for (std::size_t verb = 0; verb < verb_count; ++verb) {
            const Series* const series = route.by_verb[verb].load(std::memory_order_acquire);
            if (series == nullptr) continue;
            add_to(find_or_add(totals.routes, route.pattern, method_labels[verb]), *series);
        }
    }
    refused_.add_to(totals.refused);
    // In this order, and never less than none: the thread goes on meanwhile.
    const std::uint64_t answered = answered_.value();
    totals.in_flight += std::max(begun_.value(), answered) - answered;
}

ThreadTraffic& Traffic::add_thread(std::vector<std::string> routes)
{
    const std::lock_guard lock{mutex_};
    return *threads_.emplace_back(std::make_unique<ThreadTraffic>(std::move(routes)));
}

TrafficTotals Traffic::totals() const
{
    TrafficTotals totals;
    const std::lock_guard lock{mutex_};
    for (const auto& thread : threads_)
        thread->add_to(totals);
    return totals;
}

}  // namespace todod::http
