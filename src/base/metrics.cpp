#include "base/metrics.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <tuple>

#include "base/error.hpp"

namespace todod::base {

namespace {

bool is_name(std::string_view name)
{
    return name.starts_with("todod_") && std::ranges::all_of(name, [](char c) {
               return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
           });
}

}  // namespace

Counter& Metrics::counter(std::string_view name, std::string_view help, Labels labels)
{
    assert(name.ends_with("_total"));
    return add(name, help, Type::counter, std::move(labels)).counter;
}

Counter& Metrics::milliseconds(std::string_view name, std::string_view help, Labels labels)
{
    assert(name.ends_with("_seconds_total"));
    return add(name, help, Type::milliseconds, std::move(labels)).counter;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, Labels labels)
{
    return add(name, help, Type::gauge, std::move(labels)).gauge;
}

Metrics::Entry& Metrics::add(std::string_view name, std::string_view help, Type type, Labels labels)
{
    assert(is_name(name));
    const std::lock_guard lock{mutex_};
    if (entries_.size() == max_counters) {
        throw Error{ErrorCode::internal, "Too many things are counted."};
    }
    Entry& entry = entries_.emplace_back();
    entry.of = {std::string{name}, std::string{help}, type, std::move(labels)};
    return entry;
}

std::vector<Metrics::Reading> Metrics::read() const
{
    std::map<std::tuple<std::string_view, const Labels&>, Reading> sums;
    const std::lock_guard lock{mutex_};
    for (const Entry& entry : entries_) {
        Reading& sum = sums.try_emplace({entry.of.name, entry.of.labels}, entry.of).first->second;
        sum.value += entry.counter.value() + entry.gauge.value();
    }
    std::vector<Reading> readings;
    readings.reserve(sums.size());
    for (auto& [key, sum] : sums)
        readings.push_back(std::move(sum));
    return readings;
}

}  // namespace todod::base
