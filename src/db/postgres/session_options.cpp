#include "db/postgres/session_options.hpp"

#include <fmt/ranges.h>

#include <array>
#include <string_view>

namespace todod::db::postgres {

namespace {

/// What a transaction may leave the server waiting for its next statement.
constexpr std::chrono::seconds max_pause{10};

struct Option {
    std::string_view name;
    std::string value;
};

/// A limit for each statement and each pause of a transaction, and how to plan. Every statement has
/// one good plan, by an index, whatever the statistics say: none is to be found for a table that
/// was empty a moment ago, nor for how long an array is.
const auto& session_options()
{
    using std::chrono::milliseconds;
    static const std::array options{
        Option{"jit", "off"},
        Option{"plan_cache_mode", "force_generic_plan"},
        Option{"enable_seqscan", "off"},
        Option{"enable_hashjoin", "off"},
        Option{"enable_mergejoin", "off"},
        Option{"statement_timeout", std::to_string(milliseconds{max_statement}.count())},
        Option{"idle_in_transaction_session_timeout",
               std::to_string(milliseconds{max_pause}.count())},
    };
    return options;
}

}  // namespace

std::string to_libpq_options()
{
    std::string options;
    for (const auto& [name, value] : session_options())
        options += fmt::format("-c {}={} ", name, value);
    return options;
}

const std::string& set_local_options()
{
    static const std::string sql = [] {
        std::vector<std::string> calls;
        for (const auto& [name, value] : session_options())
            calls.push_back(fmt::format("set_config('{}', '{}', true)", name, value));
        return fmt::format("SELECT {}", fmt::join(calls, ", "));
    }();
    return sql;
}

}  // namespace todod::db::postgres
