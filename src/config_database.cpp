#include "config_database.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "config_values.hpp"

namespace todod {

namespace {

/// SQLAlchemy names a driver after a plus: sqlite+aiosqlite:///todo.db.
std::string_view database_of(std::string_view url)
{
    const std::size_t end = url.find("://");
    if (end == std::string_view::npos) return {};
    return url.substr(0, std::min(url.find('+'), end));
}

db::postgres::Settings to_postgres(std::string_view url)
{
    try {
        return db::postgres::parse_url(url);
    } catch (const base::Error& error) {
        throw Unusable{error.message()};
    }
}

}  // namespace

bool is_postgres(std::string_view url)
{
    return database_of(url).starts_with("postgres");
}

store::DatabaseLocation to_location(std::string_view url)
{
    constexpr std::string_view takes =
        "sqlite:///FILE (relative), sqlite:////FILE (absolute) or "
        "postgresql://USER:PASSWORD@HOST:PORT/DATABASE";
    if (is_postgres(url)) return to_postgres(url);
    if (database_of(url) != "sqlite") throw Unusable{std::string{takes}};
    std::string_view file = url.substr(url.find("://") + 3);
    if (!file.starts_with('/')) throw Unusable{std::string{takes}};
    file.remove_prefix(1);
    file = file.substr(0, file.find('?'));
    if (file.empty() || file == ":memory:") throw Unusable{std::string{takes}};
    return store::SqliteFile{std::string{file}};
}

void set_database(Config& config, std::string_view url)
{
    config.database = to_location(url);
}

}  // namespace todod
