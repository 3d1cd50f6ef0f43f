#include "config_changes.hpp"

#include "config_values.hpp"

namespace todod {

namespace {

constexpr std::int64_t max_retention_days = 36'500;

std::chrono::days to_retention(std::string_view text)
{
    return std::chrono::days{to_number(text, 1, max_retention_days)};
}

}  // namespace

void set_changes_retention(Config& config, std::string_view text)
{
    config.retention.changes = to_retention(text);
}

void set_trash_retention(Config& config, std::string_view text)
{
    config.retention.trash = to_retention(text);
}

}  // namespace todod
