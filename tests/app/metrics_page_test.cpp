#include "metrics_page.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace todod {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// What is said under one name: its samples in order, "name{labels}" with their values.
struct Family {
    std::string type;
    std::vector<std::pair<std::string, double>> samples;
};

/// Reads the text format, version 0.0.4, and fails at whatever is not as it has to be.
class Page {
public:
    explicit Page(const std::string& text)
    {
        EXPECT_TRUE(text.ends_with('\n'));
        std::istringstream stream{text};
        for (std::string line; std::getline(stream, line);)
            line.starts_with('#') ? read_comment(line) : read_sample(line);
        for (const auto& [name, family] : families_) {
            EXPECT_FALSE(family.type.empty()) << name << " has no type";
            if (family.type == "counter") {
                EXPECT_TRUE(name.ends_with("_total")) << name;
            } else {
                EXPECT_FALSE(name.ends_with("_total")) << name;
            }
            if (family.type == "histogram") check_histogram(name, family);
        }
    }

    const std::map<std::string, Family>& families() const { return families_; }

    double value(const std::string& series) const
    {
        const auto found = values_.find(series);
        return found == values_.end() ? std::nan("") : found->second;
    }

    bool has(const std::string& series) const { return values_.contains(series); }

private:
    void read_comment(const std::string& line)
    {
        static const std::regex shape{
            R"(# (HELP ([a-z_]+) (\S.*)|TYPE ([a-z_]+) (counter|gauge|histogram)))"};
        std::smatch parts;
        ASSERT_TRUE(std::regex_match(line, parts, shape)) << line;
        if (line.starts_with("# HELP")) {
            name_ = parts[2];
            EXPECT_TRUE(families_.try_emplace(name_).second) << name_ << " comes twice";
        } else {
            EXPECT_EQ(parts[4], name_) << "the type follows the help";
            EXPECT_TRUE(families_[name_].type.empty());
            families_[name_].type = parts[5];
        }
    }

    void read_sample(const std::string& line)
    {
        static const std::regex shape{
            R"re(([a-z_]+)(\{([a-z]+="([^"\\\n]|\\\\|\\"|\\n)*"(,(?=[a-z]))?)+\})? (\S+))re"};
        std::smatch parts;
        ASSERT_TRUE(std::regex_match(line, parts, shape)) << line;
        const std::string series = parts[1].str() + parts[2].str();
        const double value = std::stod(parts[6]);
        EXPECT_TRUE(std::isfinite(value) && value >= 0) << line;
        EXPECT_TRUE(values_.emplace(series, value).second) << series << " comes twice";
        std::string base = parts[1];
        if (families_[name_].type == "histogram") {
            base = std::regex_replace(base, std::regex{"_(bucket|sum|count)$"}, "");
        }
        EXPECT_EQ(base, name_) << "stands among those of another name";
        families_[name_].samples.emplace_back(series, value);
    }

    /// Its buckets rise, and the last has all.
    void check_histogram(const std::string& name, const Family& family)
    {
        std::map<std::string, double> last;
        std::map<std::string, double> bound;
        for (const auto& [series, value] : family.samples) {
            if (!series.starts_with(name + "_bucket{")) continue;
            const auto place = series.find(",le=\"");
            ASSERT_NE(place, std::string::npos) << series;
            const auto labels = series.substr(name.size() + 7, place - name.size() - 7) + '}';
            const double limit = std::stod(series.substr(place + 5));
            if (last.contains(labels)) {
                EXPECT_GE(value, last[labels]) << series;
                EXPECT_GT(limit, bound[labels]) << series;
            }
            last[labels] = value;
            bound[labels] = limit;
        }
        for (const auto& [labels, count] : last) {
            std::string key = name;
            key += "_count" + labels;
            EXPECT_TRUE(std::isinf(bound[labels])) << labels << " has no bucket without end";
            EXPECT_EQ(value(key), count);
            EXPECT_TRUE(has(name + "_sum" + labels)) << labels;
        }
    }

    std::string name_;
    std::map<std::string, Family> families_;
    std::map<std::string, double> values_;
};

http::RouteTraffic traffic_of(std::string route, std::string_view method)
{
    http::RouteTraffic traffic{
        .route = std::move(route), .method = method, .statuses = {{200, 5}, {404, 1}}};
    traffic.durations[0] = 3;
    traffic.durations[2] = 2;
    traffic.durations.back() = 1;
    traffic.total_duration = 12'500ms;
    return traffic;
}

Measured measured()
{
    Measured measured;
    measured.traffic.routes = {traffic_of("/api/{user_id}/tasks", "GET"),
                               traffic_of("unmatched", "other")};
    measured.traffic.refused = {{0, 1}, {431, 2}};
    measured.traffic.in_flight = 4;
    measured.traffic.connections = 9;
    measured.database.batches = {
        {.kind = "find", .batches = 3, .requests = 30, .refused = 1, .waiting = 2},
        {.kind = "create", .batches = 1, .requests = 1},
        {.kind = "find", .batches = 2, .requests = 12},
    };
    measured.passwords = {.waiting = 1, .running = 2, .done = 3, .refused = 4};
    measured.version = "1.2.3";
    return measured;
}

TEST(MetricsPage, keeps_to_the_format)
{
    const Page page{write_metrics(measured())};
    EXPECT_GT(page.families().size(), 15U);
    for (const auto& [name, family] : page.families())
        EXPECT_TRUE(name.starts_with("todod_") || name.starts_with("process_")) << name;
}

TEST(MetricsPage, has_what_was_answered_by_route_method_and_status)
{
    const Page page{write_metrics(measured())};
    const auto requests = [&](const std::string& labels) {
        return page.value("todod_http_requests_total{" + labels + '}');
    };
    EXPECT_EQ(requests(R"(route="/api/{user_id}/tasks",method="GET",status="200")"), 5);
    EXPECT_EQ(requests(R"(route="/api/{user_id}/tasks",method="GET",status="404")"), 1);
    EXPECT_EQ(requests(R"(route="unmatched",method="other",status="404")"), 1);
    EXPECT_EQ(page.value(R"(todod_http_refused_requests_total{status="431"})"), 2);
    EXPECT_EQ(page.value(R"(todod_http_refused_requests_total{status="other"})"), 1);
    EXPECT_EQ(page.value("todod_http_requests_in_flight"), 4);
    EXPECT_EQ(page.value("todod_http_connections"), 9);
}

TEST(MetricsPage, has_durations_in_seconds)
{
    const Page page{write_metrics(measured())};
    const std::string name = "todod_http_request_duration_seconds";
    const std::string labels = R"(route="/api/{user_id}/tasks",method="GET")";
    const auto bucket = [&](const std::string& limit) {
        return page.value(name + "_bucket{" + labels + ",le=\"" + limit + "\"}");
    };
    EXPECT_EQ(bucket("0.0005"), 3);
    EXPECT_EQ(bucket("0.001"), 3);
    EXPECT_EQ(bucket("0.0025"), 5);
    EXPECT_EQ(bucket("10"), 5);
    EXPECT_EQ(bucket("+Inf"), 6);
    EXPECT_EQ(page.value(name + "_sum{" + labels + '}'), 12.5);
}

TEST(MetricsPage, adds_up_the_queues_of_one_kind)
{
    const Page page{write_metrics(measured())};
    EXPECT_EQ(page.value(R"(todod_db_batches_total{kind="find"})"), 5);
    EXPECT_EQ(page.value(R"(todod_db_batched_requests_total{kind="find"})"), 42);
    EXPECT_EQ(page.value(R"(todod_db_refused_requests_total{kind="find"})"), 1);
    EXPECT_EQ(page.value(R"(todod_db_queued_requests{kind="find"})"), 2);
    EXPECT_EQ(page.value(R"(todod_db_batches_total{kind="create"})"), 1);
    EXPECT_EQ(page.value("todod_password_hashes_queued"), 1);
    EXPECT_EQ(page.value("todod_password_hashes_running"), 2);
    EXPECT_EQ(page.value("todod_password_hashes_total"), 3);
    EXPECT_EQ(page.value("todod_password_refusals_total"), 4);
}

TEST(MetricsPage, has_connections_only_where_the_database_is_a_server)
{
    auto what = measured();
    EXPECT_FALSE(Page{write_metrics(what)}.families().contains("todod_db_connections"));
    what.database.pools = {{.open = 3, .idle = 1, .connects = 7, .failures = 2},
                           {.open = 2, .idle = 2, .waiting = 5, .connects = 2}};
    const Page page{write_metrics(what)};
    EXPECT_EQ(page.value(R"(todod_db_connections{state="idle"})"), 3);
    EXPECT_EQ(page.value(R"(todod_db_connections{state="in_use"})"), 2);
    EXPECT_EQ(page.value("todod_db_connection_waiters"), 5);
    EXPECT_EQ(page.value("todod_db_connects_total"), 9);
    EXPECT_EQ(page.value("todod_db_connect_failures_total"), 2);
}

TEST(MetricsPage, has_pages_only_where_some_are_kept)
{
    const std::string name = "todod_db_page_lookups_total";
    auto what = measured();
    EXPECT_FALSE(Page{write_metrics(what)}.families().contains(name));
    what.database.caches = {{.hits = 3, .misses = 1}, {.hits = 2, .misses = 4}};
    const Page page{write_metrics(what)};
    EXPECT_EQ(page.value(name + R"({result="hit"})"), 5);
    EXPECT_EQ(page.value(name + R"({result="miss"})"), 5);
}

TEST(MetricsPage, has_what_other_parts_count)
{
    base::Metrics metrics;
    const auto decisions = [&](std::string kind, std::string decision) -> base::Counter& {
        return metrics.counter("todod_decisions_total", "What was decided.",
                               {{"class", std::move(kind)}, {"decision", std::move(decision)}});
    };
    decisions("read", "let_in").add(3);
    metrics.gauge("todod_a_level", "How high.", {{"of", "a \"b\" \\ c\nd"}}).set(5);
    decisions("write", "refused").add();
    decisions("read", "let_in").add(1);
    metrics.milliseconds("todod_work_seconds_total", "What it took.").add(1250);
    auto what = measured();
    what.counted = metrics.read();
    const Page page{write_metrics(what)};
    EXPECT_EQ(page.value("todod_work_seconds_total"), 1.25);
    EXPECT_EQ(page.value(R"(todod_decisions_total{class="read",decision="let_in"})"), 4);
    EXPECT_EQ(page.value(R"(todod_decisions_total{class="write",decision="refused"})"), 1);
    EXPECT_EQ(page.value(R"(todod_a_level{of="a \"b\" \\ c\nd"})"), 5);
}

TEST(MetricsPage, says_which_todod_and_how_its_process_is)
{
    auto what = measured();
    what.process = read_process_stats();
    const Page page{write_metrics(what)};
    EXPECT_EQ(page.value(R"(todod_build_info{version="1.2.3"})"), 1);
    EXPECT_GT(page.value("process_resident_memory_bytes"), 1'000'000);
    EXPECT_GT(page.value("process_open_fds"), 2);
    EXPECT_GE(page.value("process_max_fds"), page.value("process_open_fds"));
    EXPECT_GE(page.value("process_threads"), 1);
    EXPECT_GE(page.value("process_cpu_seconds_total"), 0);
    const auto now = static_cast<double>(std::time(nullptr));
    EXPECT_NEAR(page.value("process_start_time_seconds"), now, 600);
    EXPECT_EQ(read_process_stats().start_time, what.process.start_time);
}

TEST(ProcessStats, are_read_past_whatever_the_command_is_called)
{
    const std::string numbers =
        "S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 7 0 12345 4096000 300 18446744073709551615 1\n";
    for (const std::string name : {"todod", "a (b) c", ") S 9", ""}) {
        const auto stats = parse_process_stat("42 (" + name + ") " + numbers, 100, 4096, 1'000);
        EXPECT_EQ(stats.cpu_seconds, 3.0) << name;
        EXPECT_EQ(stats.threads, 7U);
        EXPECT_EQ(stats.start_time, 1'123.45);
        EXPECT_EQ(stats.virtual_bytes, 4'096'000U);
        EXPECT_EQ(stats.resident_bytes, 300U * 4096);
    }
    for (const std::string text : {"", "42", "42 (todod) ", "42 (todod) S", "42 (todod) S 1 2"})
        EXPECT_EQ(parse_process_stat(text, 100, 4096, 0).resident_bytes, 0U) << text;
}

}  // namespace
}  // namespace todod
