#include "store/postgres/standings.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Question;
using db::postgres::Rows;
using db::postgres::SharedRows;

Standing read_standing(const Rows& rows, int row, int column)
{
    return {rows.get<std::int64_t>(row, column), rows.find<base::Instant>(row, column + 1)};
}

Question find_standings(const std::vector<FindStanding*>& batch)
{
    Command command{.sql =
                        "SELECT r.place, u.generation, u.tokens_valid_from"
                        " FROM unnest($1::text[]) WITH ORDINALITY AS r(user_id, place)"
                        " JOIN users u ON u.user_id = r.user_id",
                    .name = "find_standings"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->user_id; });
    Question question;
    question.commands.push_back(std::move(command));
    question.keep = [batch](std::span<const SharedRows> answers) {
        const Rows& rows = *answers.front();
        for (FindStanding* const each : batch)
            each->standing.reset();
        for (int row = 0; row < rows.size(); ++row) {
            const auto place = rows.get<std::int64_t>(row, 0);
            batch[static_cast<std::size_t>(place) - 1]->standing = read_standing(rows, row, 1);
        }
    };
    return question;
}

std::optional<Standing> StandingCache::find(const std::string& user_id) const
{
    const auto found = standings_.find(user_id);
    if (found == standings_.end()) return std::nullopt;
    return found->second;
}

void StandingCache::remember(const std::string& user_id, const std::optional<Standing>& standing)
{
    if (!standing) {
        standings_.erase(user_id);
        return;
    }
    if (standings_.size() >= max_size) standings_.clear();
    standings_.insert_or_assign(user_id, *standing);
}

}  // namespace todod::store::postgres
