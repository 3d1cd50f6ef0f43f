#include "store/copy.hpp"

#include <gmock/gmock.h>

#include "store/sqlite/copy_reader.hpp"
#include "support/errors.hpp"
#include "support/every_row.hpp"
#include "support/sqlite.hpp"

namespace todod::store::sqlite {
namespace {

using base::ErrorCode;
using testing::error_of;
using ::testing::HasSubstr;
using testing::SqliteDatabase;

const CopyProgress in_silence = [](auto, auto, auto) {};

Content content_of(SqliteDatabase& database)
{
    return read_content(*database.storage().copy_source(), in_silence);
}

TEST(SqliteCopy, leaves_nothing_out_that_belongs_to_nobody)
{
    for (const char* const orphan :
         {"INSERT INTO conversations VALUES (77, 1, 't', 0, 0, 0, 0)",
          "INSERT INTO tasks (task_key, user_key, id, title, status, priority, tags, created_at,"
          " updated_at, version)"
          " VALUES ((77 << 32) + 1, 77, randomblob(16), 't', 0, 0, '[]', 0, 0, 1)"}) {
        SqliteDatabase database;
        database.add_user("ada");
        content_of(database);
        database.execute(orphan);
        const auto error = error_of([&] { content_of(database); });
        EXPECT_EQ(error.code(), ErrorCode::conflict);
        EXPECT_THAT(error.message(), HasSubstr("1 of the rows of"));
        EXPECT_THAT(error.message(), HasSubstr("belong to no user"));
    }
}

TEST(SqliteCopy, reads_every_way_in_which_an_expiry_is_kept)
{
    SqliteDatabase database;
    const auto checksum = [&](const char* expiry) {
        database.execute(
            fmt::format("DELETE FROM user_sessions;"
                        "INSERT INTO user_sessions VALUES ('t', 'ada', {})",
                        expiry));
        return content_of(database).tables.back().checksum;
    };
    const std::string expected = checksum("'2027-01-01T00:00:00.000Z'");
    EXPECT_EQ(checksum("1798761600"), expected);
    EXPECT_EQ(checksum("1798761600000"), expected);
    EXPECT_EQ(checksum("'2027-01-01 00:00:00'"), expected);
    EXPECT_NE(checksum("1798761601"), expected);
    EXPECT_EQ(checksum("9000000000000000"), checksum("'9999-12-31T23:59:59.999Z'"));
    EXPECT_THAT(error_of([&] { checksum("'tomorrow'"); }).message(), HasSubstr("no instant"));
}

TEST(SqliteCopy, a_disk_that_is_full_leaves_the_target_empty)
{
    testing::TestConversations from{testing::DatabaseKind::sqlite};
    const testing::EveryRow filled{from};
    SqliteDatabase to;
    const auto error = error_of([&] {
        const auto source = from.storage().copy_source();
        const auto target = to.storage().copy_target();
        dynamic_cast<CopyReader&>(target->written())
            .connection()
            .script("PRAGMA max_page_count = 1");
        copy(*source, *target, in_silence);
    });
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_THAT(error.cause(), HasSubstr("full"));
    for (const TableContent& table : content_of(to).tables)
        EXPECT_EQ(table.rows, 0) << table.name;
}

}  // namespace
}  // namespace todod::store::sqlite
