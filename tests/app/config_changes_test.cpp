#include "config_changes.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/errors.hpp"

namespace todod {
namespace {

using ::testing::StartsWith;

TEST(ConfigOfChanges, keeps_them_for_90_days_and_the_trash_for_30_by_default)
{
    const Config config = read_config({});
    EXPECT_EQ(config.retention.changes, std::chrono::days{90});
    EXPECT_EQ(config.retention.trash, std::chrono::days{30});
}

TEST(ConfigOfChanges, takes_days)
{
    const Config config =
        read_config({{"CHANGES_RETENTION_DAYS", "36500"}, {"TRASH_RETENTION_DAYS", "1"}});
    EXPECT_EQ(config.retention.changes, std::chrono::days{36'500});
    EXPECT_EQ(config.retention.trash, std::chrono::days{1});
}

TEST(ConfigOfChanges, refuses_what_is_no_number_of_days)
{
    for (const std::string name : {"CHANGES_RETENTION_DAYS", "TRASH_RETENTION_DAYS"}) {
        for (const char* const value : {"0", "-1", "36501", "1.5", "a month"}) {
            const auto error = testing::error_of([&] { read_config({{name, value}}); });
            EXPECT_EQ(error.code(), base::ErrorCode::invalid);
            EXPECT_THAT(error.message(), StartsWith(name)) << value;
        }
    }
}

}  // namespace
}  // namespace todod
