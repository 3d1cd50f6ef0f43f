#include "store/postgres/token_grants.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Question;
using db::postgres::Rows;
using db::postgres::SharedRows;

namespace {

TokenGrant read_grant(const Rows& rows, int row)
{
    return {
        .user_id = rows.get<std::string>(row, 1),
        .id = rows.get<base::Uuid>(row, 2),
        .scopes = static_cast<types::Scopes>(rows.get<std::int16_t>(row, 3)),
        .expires_at = rows.find<base::Instant>(row, 4),
        .last_used_at = rows.find<base::Instant>(row, 5),
        .generation = rows.get<std::int64_t>(row, 6),
    };
}

}  // namespace

Question find_tokens(const std::vector<FindToken*>& batch)
{
    Command command{.sql =
                        "SELECT r.place, t.user_id, t.id, t.scopes, t.expires_at, t.last_used_at,"
                        " u.generation FROM unnest($1::text[]) WITH ORDINALITY AS r(hash, place)"
                        " JOIN token_hashes h ON h.hash = r.hash"
                        " JOIN tokens t ON t.user_id = h.user_id AND t.id = h.id"
                        " JOIN users u ON u.user_id = h.user_id",
                    .name = "find_tokens"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->hash; });
    Question question;
    question.commands.push_back(std::move(command));
    question.keep = [batch](std::span<const SharedRows> answers) {
        const Rows& rows = *answers.front();
        for (FindToken* const each : batch)
            each->grant.reset();
        for (int row = 0; row < rows.size(); ++row) {
            const auto place = rows.get<std::int64_t>(row, 0);
            batch[static_cast<std::size_t>(place) - 1]->grant = read_grant(rows, row);
        }
    };
    return question;
}

}  // namespace todod::store::postgres
