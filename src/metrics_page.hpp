#pragma once

#include <string>
#include <string_view>

#include "auth/password.hpp"
#include "base/metrics.hpp"
#include "db/activity.hpp"
#include "http/traffic.hpp"
#include "process_stats.hpp"

namespace todod {

/// What /metrics shows.
struct Measured {
    http::TrafficTotals traffic;
    db::Activity database;
    auth::PasswordPool::Activity passwords;
    ProcessStats process;
    std::vector<base::Metrics::Reading> counted;  ///< by the other parts
    std::string_view version;
};

inline constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// Prometheus' text format (of `metrics_type`), its names and what they mean.
std::string write_metrics(const Measured& measured);

}  // namespace todod
