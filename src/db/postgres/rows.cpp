#include "db/postgres/rows.hpp"

#include <libpq-fe.h>

#include <charconv>

#include "base/error.hpp"

namespace todod::db::postgres {

void detail::ClearResult::operator()(pg_result* result) const noexcept
{
    PQclear(result);
}

int Rows::size() const noexcept
{
    return PQntuples(result_.get());
}

std::int64_t Rows::changed() const
{
    const std::string_view text = PQcmdTuples(result_.get());
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

bool Rows::is_null(int row, int column) const noexcept
{
    return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view Rows::value(int row, int column) const
{
    if (is_null(row, column)) {
        throw base::Error{base::ErrorCode::internal, "a value from the database is missing"};
    }
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

}  // namespace todod::db::postgres
