#include "cli/doctor.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <thread>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "net/examine_redis.hpp"
#include "store/examine.hpp"

namespace todod::cli {

using base::Finding;
using base::Findings;
using base::Verdict;

namespace {

/// For all that is looked at, which goes on at the same time: more than each takes by itself.
constexpr std::chrono::seconds patience{15};

struct Check {
    std::string what;
    std::function<Findings()> look;
};

std::vector<Check> checks_of(const Config& config, const base::Clock& clock)
{
    std::vector<Check> checks{
        {"settings", [&] { return examine_settings(config); }},
        {"files", [&] { return examine_files(config); }},
        {"clock", [&] { return Findings{examine_clock(clock), examine_time_zones()}; }},
        {"database",
         [&] {
             return store::examine(config.database,
                                   {.clock = clock, .migrates_on_start = config.migrate_on_start});
         }},
    };
    if (config.redis) {
        checks.push_back({"redis", [&] { return Findings{net::examine_redis(*config.redis)}; }});
    }
    checks.push_back({"model", [&] { return examine_model(config); }});
    checks.push_back({"jwks", [&] { return examine_jwks(config); }});
    checks.push_back({"auth server", [&] { return examine_auth_server(config); }});
    return checks;
}

Findings look(const Check& check)
{
    try {
        return check.look();
    } catch (const base::Error& error) {
        return {
            {Verdict::fail, check.what, error.cause().empty() ? error.message() : error.cause()}};
    } catch (const std::exception& error) {
        return {{Verdict::fail, check.what, error.what()}};
    }
}

/// All at once, in order; what does not come to an end is left behind with the process.
class Round {
public:
    explicit Round(const std::vector<Check>& checks)
    {
        pending_.reserve(checks.size());
        for (const Check& check : checks) {
            std::promise<Findings> promise;
            pending_.push_back({check.what, promise.get_future()});
            std::thread{[&check, made = std::move(promise)]() mutable {
                made.set_value(look(check));
            }}.detach();
        }
    }

    void collect(const std::function<void(const Finding&)>& tell)
    {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        for (auto& [what, findings] : pending_) {
            if (findings.wait_until(deadline) == std::future_status::ready) {
                std::ranges::for_each(findings.get(), tell);
                continue;
            }
            has_left_ = true;
            tell({Verdict::fail, what,
                  fmt::format("no answer in {} s: look whether what it "
                              "stands on answers at all",
                              patience.count())});
        }
    }

    bool has_left() const noexcept { return has_left_; }

private:
    struct Pending {
        std::string what;
        std::future<Findings> findings;
    };
    std::vector<Pending> pending_;
    bool has_left_ = false;
};

constexpr std::string_view name_of(Verdict verdict)
{
    switch (verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::warn:
            return "warn";
        case Verdict::fail:
            return "fail";
    }
    return "";
}

bool has_colours()
{
    return ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

void print(const Finding& finding)
{
    constexpr int colours[] = {32, 33, 31};  // of a terminal (ECMA-48): green, yellow, red
    const std::string verdict = fmt::format("{:<4}", name_of(finding.verdict));
    const std::string shown =
        has_colours() ? fmt::format("\033[{}m{}\033[0m",
                                    colours[static_cast<std::size_t>(finding.verdict)], verdict)
                      : verdict;
    fmt::print("{}  {:<13}  {}\n", shown, finding.what, finding.detail);
    std::fflush(stdout);
}

void print_json(const Findings& findings, bool ok)
{
    boost::json::array checks;
    checks.reserve(findings.size());
    for (const auto& [verdict, what, detail] : findings) {
        checks.push_back({{"verdict", name_of(verdict)}, {"what", what}, {"detail", detail}});
    }
    fmt::print("{}\n", boost::json::serialize(
                           boost::json::object{{"ok", ok}, {"checks", std::move(checks)}}));
}

/// Leaves at once with what has been printed, where a check still waits for something.
[[noreturn]] void leave(int code)
{
    std::fflush(stdout);
    std::_Exit(code);
}

}  // namespace

bool doctor(bool as_json)
{
    const base::SystemClock clock;
    const Configured configured = examine_configuration();
    Findings all;
    const auto tell = [&](const Finding& found) {
        Finding finding = found;
        finding.detail = mask_secrets(std::move(finding.detail),
                                      configured.config ? *configured.config : Config{});
        if (!as_json) print(finding);
        all.push_back(std::move(finding));
    };
    std::ranges::for_each(configured.findings, tell);
    std::vector<Check> checks;
    if (configured.config) checks = checks_of(*configured.config, clock);
    Round round{checks};
    round.collect(tell);
    const bool ok =
        std::ranges::none_of(all, [](const auto& each) { return each.verdict == Verdict::fail; });
    if (as_json) print_json(all, ok);
    if (round.has_left()) leave(EXIT_FAILURE);
    return ok;
}

}  // namespace todod::cli
