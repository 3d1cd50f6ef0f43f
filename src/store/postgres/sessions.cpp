#include "store/postgres/sessions.hpp"

#include "db/postgres/error.hpp"
#include "store/postgres/gathers.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Question;
using db::postgres::Rows;
using db::postgres::SharedRows;

namespace {

/// The statement does not fit the table: PostgreSQL's class 42 (no such table or column, another
/// type, no permission), no such schema.
bool is_of_the_table(const db::postgres::ServerError& error)
{
    return error.state().starts_with("42") || error.state() == "3F000";
}

struct Candidate {
    std::int64_t place;
    const std::string* token;
};

std::vector<Candidate> candidates_of(const std::vector<FindSession*>& batch)
{
    std::vector<Candidate> candidates;
    for (std::size_t place = 0; place < batch.size(); ++place) {
        for (const std::string& token : batch[place]->tokens)
            candidates.push_back({static_cast<std::int64_t>(place), &token});
    }
    return candidates;
}

}  // namespace

std::string session_statement(const SessionTable& table)
{
    // Seconds since 1970 are the same for a timestamp with a zone and, as it is in UTC, for one
    // without. `infinity` and what is as far away are as good as the year 5138. A join of its own
    // for each token leaves the index as the only way, whatever the statistics say.
    return fmt::format(
        "SELECT r.place, s.user_id, s.expiry"
        " FROM unnest($1::text[], $2::int8[]) AS r(token, place)"
        " CROSS JOIN LATERAL (SELECT t.\"{1}\"::text AS user_id,"
        " (least(greatest(extract(epoch FROM t.\"{2}\"), 0), 100000000000) * 1000)::int8 AS expiry"
        " FROM {3} t WHERE t.\"{0}\" = r.token"
        " AND t.\"{1}\" IS NOT NULL AND t.\"{2}\" IS NOT NULL LIMIT 1) s",
        table.token, table.user, table.expiry, to_sql(table));
}

Question find_sessions(std::string_view statement, const std::vector<FindSession*>& batch)
{
    const auto candidates = candidates_of(batch);
    Command command{.sql = statement, .name = "find_sessions"};
    command.parameters.add_array(candidates, [](auto& each) -> auto& { return *each.token; });
    command.parameters.add_array(candidates, [](auto& each) { return each.place; });
    Question question;
    question.commands.push_back(std::move(command));
    question.keep = [batch](std::span<const SharedRows> answers) {
        const Rows& rows = *answers.front();
        for (FindSession* const each : batch)
            each->session.reset();
        for (int row = 0; row < rows.size(); ++row) {
            const auto place = static_cast<std::size_t>(rows.get<std::int64_t>(row, 0));
            const std::chrono::milliseconds expiry{rows.get<std::int64_t>(row, 2)};
            batch[place]->session = Session{rows.get<std::string>(row, 1), base::Instant{expiry}};
        }
    };
    return question;
}

base::Async<std::optional<Session>> Sessions::find(std::vector<std::string> tokens)
{
    const auto now = std::chrono::steady_clock::now();
    if (fault_ && now < fault_->until) throw fault_->error;
    FindSession request{{}, std::move(tokens)};
    if (request.tokens.empty()) co_return std::nullopt;
    try {
        co_await gathers_.sessions.ask(request, request.tokens.front(), loop_);
    } catch (const db::postgres::ServerError& error) {
        if (!is_of_the_table(error)) throw;
        fault_ = Fault{cannot_read(gathers_.session_table, error.message()), now + pause};
        throw fault_->error;
    }
    co_return std::move(request.session);
}

}  // namespace todod::store::postgres
