#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "support/postgres.hpp"

namespace todod::testing {

/// How a server ran a statement.
struct Plan {
    std::string sql;
    boost::json::value root;  ///< as EXPLAIN (FORMAT JSON) has it
};

/// A text member of a node of a plan; empty where it has none.
inline std::string text_of(const boost::json::object& node, std::string_view name)
{
    const auto* const value = node.if_contains(name);
    return value != nullptr && value->is_string() ? value->as_string().c_str() : "";
}

inline void for_each_node(const boost::json::value& plan,
                          const std::function<void(const boost::json::object&)>& visit)
{
    const boost::json::object& node = plan.as_object();
    visit(node);
    if (const auto* const inner = node.if_contains("Plans")) {
        for (const auto& each : inner->as_array())
            for_each_node(each, visit);
    }
}

/// The plans by which a server runs what it is asked, out of its log: whoever connects by
/// explained(url) has them written there.
class PlanLog {
public:
    explicit PlanLog(const std::string& url)
        : server_(url),
          offset_(std::stoul(server_.ask(fmt::format("SELECT size FROM pg_stat_file({})", file))))
    {
    }

    static std::string explained(const std::string& url)
    {
        return url +
               "?options=-c%20session_preload_libraries%3Dauto_explain"
               "%20-c%20auto_explain.log_min_duration%3D0"
               "%20-c%20auto_explain.log_format%3Djson";
    }

    /// Of what this database's clients have asked since it was last looked at.
    std::vector<Plan> take()
    {
        const std::string text =
            server_.ask(fmt::format("SELECT pg_read_file({}, {}, {})", file, offset_, max_read));
        offset_ += text.size();
        std::vector<Plan> plans;
        for (const std::string& entry : entries_of(text)) {
            const std::size_t json = entry.find('{');
            if (!entry.contains("  plan:") || json == std::string::npos || !is_ours(entry))
                continue;
            const auto value = boost::json::parse(std::string_view{entry}.substr(json));
            plans.push_back({value.at("Query Text").as_string().c_str(), value.at("Plan")});
        }
        return plans;
    }

private:
    /// Where tools/with-postgres has it, from the folder of the server's data.
    static constexpr std::string_view file = "coalesce(pg_current_logfile(), '../log')";
    static constexpr int max_read = 100'000'000;

    /// An entry goes on in lines that begin with a tab.
    static std::vector<std::string> entries_of(std::string_view text)
    {
        std::vector<std::string> entries;
        while (!text.empty()) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(line.size() + 1, text.size()));
            if (!line.starts_with('\t') || entries.empty()) entries.emplace_back();
            entries.back().append(line).append("\n");
        }
        return entries;
    }

    /// Several tests share a server, and its log. An entry begins with the time and "[PID]".
    bool is_ours(std::string_view entry)
    {
        const std::size_t open = entry.find('[') + 1;
        const std::string_view pid = entry.substr(open, entry.find(']') - open);
        return !server_
                    .ask(fmt::format("SELECT 1 FROM pg_stat_activity WHERE pid = {}"
                                     " AND datname = current_database()",
                                     pid))
                    .empty();
    }

    PlainPostgres server_;
    std::size_t offset_;
};

}  // namespace todod::testing
