#include "metrics_page.hpp"

#include <prometheus/text_serializer.h>

#include <map>

namespace todod {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Families = std::vector<MetricFamily>;

/// A new family: each name is to be added once.
MetricFamily& family(Families& families, MetricType type, std::string_view name,
                     std::string_view help)
{
    return families.emplace_back(std::string{name}, std::string{help}, type,
                                 std::vector<ClientMetric>{});
}

ClientMetric& add(MetricFamily& family, const base::Labels& labels, double value = 0)
{
    ClientMetric& metric = family.metric.emplace_back();
    for (const auto& [name, text] : labels)
        metric.label.push_back({name, text});
    (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    return metric;
}

void add(MetricFamily& family, const base::Labels& labels, std::uint64_t value)
{
    add(family, labels, static_cast<double>(value));
}

void add_counter(Families& families, std::string_view name, std::string_view help, auto value)
{
    add(family(families, MetricType::Counter, name, help), {}, value);
}

void add_gauge(Families& families, std::string_view name, std::string_view help, auto value)
{
    add(family(families, MetricType::Gauge, name, help), {}, value);
}

double to_seconds(auto duration)
{
    return std::chrono::duration<double>{duration}.count();
}

std::string status_label(int status)
{
    return status == 0 ? "other" : std::to_string(status);
}

ClientMetric::Histogram to_histogram(const http::RouteTraffic& traffic)
{
    ClientMetric::Histogram histogram;
    for (std::size_t i = 0; i < http::duration_bounds.size(); ++i) {
        histogram.sample_count += traffic.durations[i];
        histogram.bucket.push_back({histogram.sample_count, to_seconds(http::duration_bounds[i])});
    }
    histogram.sample_count += traffic.durations.back();
    histogram.sample_sum = to_seconds(traffic.total_duration);
    return histogram;
}

void add_traffic(Families& families, const http::TrafficTotals& totals)
{
    auto& requests = family(families, MetricType::Counter, "todod_http_requests_total",
                            "Requests that were answered.");
    for (const auto& each : totals.routes) {
        for (const auto& [status, count] : each.statuses) {
            add(requests,
                {{"route", each.route},
                 {"method", std::string{each.method}},
                 {"status", status_label(status)}},
                count);
        }
    }
    auto& durations = family(families, MetricType::Histogram, "todod_http_request_duration_seconds",
                             "From a request's last byte to its answer, written but not yet sent.");
    for (const auto& each : totals.routes) {
        add(durations, {{"route", each.route}, {"method", std::string{each.method}}}).histogram =
            to_histogram(each);
    }
    auto& refused = family(families, MetricType::Counter, "todod_http_refused_requests_total",
                           "What was refused before it had become a request.");
    for (const auto& [status, count] : totals.refused)
        add(refused, {{"status", status_label(status)}}, count);
    add_gauge(families, "todod_http_requests_in_flight",
              "Requests that are being answered, this one among them.", totals.in_flight);
    add_gauge(families, "todod_http_connections", "Open connections of clients.",
              totals.connections);
}

/// Queues of one kind add up.
std::map<std::string_view, db::BatchActivity> by_kind(const std::vector<db::BatchActivity>& all)
{
    std::map<std::string_view, db::BatchActivity> sums;
    for (const auto& each : all) {
        auto& sum = sums[each.kind];
        sum.batches += each.batches;
        sum.requests += each.requests;
        sum.refused += each.refused;
        sum.waiting += each.waiting;
    }
    return sums;
}

void add_batches(Families& families, const std::vector<db::BatchActivity>& all)
{
    const auto kinds = by_kind(all);
    const auto add_all = [&](MetricType type, std::string_view name, std::string_view help,
                             std::uint64_t db::BatchActivity::* member) {
        auto& made = family(families, type, name, help);
        for (const auto& [kind, sum] : kinds)
            add(made, {{"kind", std::string{kind}}}, sum.*member);
    };
    using db::BatchActivity;
    add_all(MetricType::Counter, "todod_db_batches_total",
            "Batches that were asked of the database.", &BatchActivity::batches);
    add_all(MetricType::Counter, "todod_db_batched_requests_total",
            "Requests to the database that were in these batches.", &BatchActivity::requests);
    add_all(
        MetricType::Counter, "todod_db_refused_requests_total",
        "Requests to the database for which there was no room, or that had waited for too long.",
        &BatchActivity::refused);
    add_all(MetricType::Gauge, "todod_db_queued_requests",
            "Requests to the database that wait for the next batch.", &BatchActivity::waiting);
}

void add_pool(Families& families, const std::vector<db::PoolActivity>& pools)
{
    if (pools.empty()) return;
    db::PoolActivity sum;
    for (const auto& pool : pools) {
        sum.open += pool.open;
        sum.idle += pool.idle;
        sum.waiting += pool.waiting;
        sum.connects += pool.connects;
        sum.failures += pool.failures;
    }
    auto& open = family(families, MetricType::Gauge, "todod_db_connections",
                        "Open connections to the database's server.");
    add(open, {{"state", "idle"}}, sum.idle);
    // They are read one after another, while others lend and give back.
    add(open, {{"state", "in_use"}}, sum.open - std::min(sum.idle, sum.open));
    add_gauge(families, "todod_db_connection_waiters", "Batches that wait for a connection.",
              sum.waiting);
    add_counter(families, "todod_db_connects_total", "Connections that were opened.", sum.connects);
    add_counter(families, "todod_db_connect_failures_total",
                "How often the server could not be reached, or did not answer.", sum.failures);
}

void add_caches(Families& families, const std::vector<db::CacheActivity>& caches)
{
    if (caches.empty()) return;
    db::CacheActivity sum;
    for (const auto& cache : caches) {
        sum.hits += cache.hits;
        sum.misses += cache.misses;
    }
    auto& lookups = family(families, MetricType::Counter, "todod_db_page_lookups_total",
                           "Pages of tasks that were as they were a moment ago, and others.");
    add(lookups, {{"result", "hit"}}, sum.hits);
    add(lookups, {{"result", "miss"}}, sum.misses);
}

void add_passwords(Families& families, const auth::PasswordPool::Activity& passwords)
{
    add_counter(families, "todod_password_hashes_total", "Passwords that were hashed or checked.",
                passwords.done);
    add_counter(families, "todod_password_refusals_total",
                "Passwords for which there was no room in the queue.", passwords.refused);
    add_gauge(families, "todod_password_hashes_queued", "Passwords that wait for a thread.",
              std::uint64_t{passwords.waiting});
    add_gauge(families, "todod_password_hashes_running", "Passwords that are being hashed.",
              std::uint64_t{passwords.running});
}

/// Those of one name stand together.
void add_counted(Families& families, const std::vector<base::Metrics::Reading>& readings)
{
    MetricFamily* last = nullptr;
    for (const auto& reading : readings) {
        if (last == nullptr || last->name != reading.name) {
            const bool counts = reading.type != base::Metrics::Type::gauge;
            last = &family(families, counts ? MetricType::Counter : MetricType::Gauge, reading.name,
                           reading.help);
        }
        if (reading.type == base::Metrics::Type::milliseconds) {
            add(*last, reading.labels, to_seconds(std::chrono::milliseconds{reading.value}));
        } else {
            add(*last, reading.labels, reading.value);
        }
    }
}

/// As Prometheus' own client libraries name them.
void add_process(Families& families, const ProcessStats& process)
{
    add_counter(families, "process_cpu_seconds_total", "CPU time taken, of user and system.",
                process.cpu_seconds);
    add_gauge(families, "process_resident_memory_bytes", "Memory in use.", process.resident_bytes);
    add_gauge(families, "process_virtual_memory_bytes", "Address space in use.",
              process.virtual_bytes);
    add_gauge(families, "process_threads", "Threads.", process.threads);
    add_gauge(families, "process_open_fds", "Open file descriptors.", process.open_files);
    add_gauge(families, "process_max_fds", "File descriptors that there may be.",
              process.max_files);
    add_gauge(families, "process_start_time_seconds", "When it was started, since the epoch.",
              process.start_time);
}

}  // namespace

std::string write_metrics(const Measured& measured)
{
    Families families;
    add_traffic(families, measured.traffic);
    add_batches(families, measured.database.batches);
    add_pool(families, measured.database.pools);
    add_caches(families, measured.database.caches);
    add_passwords(families, measured.passwords);
    add_counted(families, measured.counted);
    add(family(families, MetricType::Gauge, "todod_build_info", "Always 1; which todod this is."),
        {{"version", std::string{measured.version}}}, std::uint64_t{1});
    add_process(families, measured.process);
    return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace todod
