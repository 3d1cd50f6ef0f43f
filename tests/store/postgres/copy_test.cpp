#include "store/copy.hpp"

#include <gmock/gmock.h>

#include "support/errors.hpp"
#include "support/every_row.hpp"

namespace todod::store::postgres {
namespace {

using base::ErrorCode;
using testing::create_task;
using testing::DatabaseKind;
using testing::error_of;
using ::testing::HasSubstr;
using testing::TestConversations;

const CopyProgress in_silence = [](auto, auto, auto) {};

void expect_empty(TestConversations& database)
{
    for (const TableContent& table :
         read_content(*database.storage().copy_source(), in_silence).tables)
        EXPECT_EQ(table.rows, 0) << table.name;
    EXPECT_EQ(database.count("user_emails"), "0");
    EXPECT_EQ(database.count("token_hashes"), "0");
}

void cut_connections_in(TestConversations& database)
{
    database.ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

TEST(PostgresCopy, a_connection_that_is_cut_leaves_the_target_empty)
{
    TestConversations from{DatabaseKind::sqlite};
    const testing::EveryRow filled{from};
    for (const std::string_view cut_in : {"users", "tasks", "user_sessions"}) {
        for (const std::string_view cut_while : {"copying", "checking"}) {
            SCOPED_TRACE(fmt::format("{} {}", cut_while, cut_in));
            TestConversations to{DatabaseKind::postgres};
            const auto source = from.storage().copy_source();
            const auto error = error_of([&] {
                copy(*source, *to.storage().copy_target(), [&](auto doing, auto table, auto) {
                    if (doing == cut_while && table == cut_in) cut_connections_in(to);
                });
            });
            EXPECT_EQ(error.code(), ErrorCode::unavailable);
            expect_empty(to);
        }
    }
}

TEST(PostgresCopy, a_source_whose_connection_is_cut_leaves_the_target_empty)
{
    TestConversations from{DatabaseKind::postgres};
    TestConversations to{DatabaseKind::sqlite};
    const testing::EveryRow filled{from};
    const auto source = from.storage().copy_source();
    const auto error = error_of([&] {
        copy(*source, *to.storage().copy_target(), [&](auto, auto table, auto) {
            if (table == "tasks") cut_connections_in(from);
        });
    });
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_EQ(to.count("users"), "0");
}

TEST(PostgresCopy, is_told_which_text_it_does_not_take)
{
    for (const auto& [bytes, what] : {std::pair{"char(97, 0, 98)", "U+0000"},
                                      std::pair{"CAST(X'61FF62' AS TEXT)", "no UTF-8"}}) {
        TestConversations from{DatabaseKind::sqlite};
        TestConversations to{DatabaseKind::postgres};
        from.add_user("ada");
        from.run(create_task(from.tasks(), testing::new_task("ada", "x")));
        from.execute(fmt::format("UPDATE tasks SET description = {}", bytes));
        const auto error = error_of([&] {
            const auto source = from.storage().copy_source();
            copy(*source, *to.storage().copy_target(), in_silence);
        });
        EXPECT_EQ(error.code(), ErrorCode::conflict);
        EXPECT_THAT(error.message(), HasSubstr("tasks has between (ada, 1) and (ada, 1): a "
                                               "description has"));
        EXPECT_THAT(error.message(), HasSubstr(what));
        expect_empty(to);
    }
}

TEST(PostgresCopy, is_told_where_json_is_none)
{
    for (const char* const tags : {R"(["a])", R"(["a\)", "no tags"}) {
        TestConversations from{DatabaseKind::sqlite};
        TestConversations to{DatabaseKind::postgres};
        from.add_user("ada");
        from.run(create_task(from.tasks(), testing::new_task("ada", "x")));
        from.execute(fmt::format("UPDATE tasks SET tags = '{}'", tags));
        const auto error = error_of([&] {
            const auto source = from.storage().copy_source();
            copy(*source, *to.storage().copy_target(), in_silence);
        });
        EXPECT_EQ(error.code(), ErrorCode::conflict);
        EXPECT_THAT(error.message(), HasSubstr("what tasks has between (ada, 1)"));
        expect_empty(to);
    }
}

TEST(PostgresCopy, a_number_that_sqlite_has_no_room_for_is_refused)
{
    TestConversations from{DatabaseKind::postgres};
    from.add_user("ada");
    from.run(create_task(from.tasks(), testing::new_task("ada", "x")));
    for (const auto& [number, is_taken] : {std::pair{"4294967295", true}, {"4294967296", false}}) {
        TestConversations to{DatabaseKind::sqlite};
        from.execute(fmt::format("UPDATE tasks SET number = {}", number));
        const auto source = from.storage().copy_source();
        const auto go = [&] { copy(*source, *to.storage().copy_target(), in_silence); };
        if (is_taken) {
            go();
        } else {
            EXPECT_THAT(error_of(go).message(), HasSubstr("no room for a task's number"));
        }
        EXPECT_EQ(to.count("tasks"), is_taken ? "1" : "0");
    }
}

TEST(PostgresCopy, an_expiry_that_never_comes_is_far_away)
{
    TestConversations from{DatabaseKind::postgres};
    TestConversations to{DatabaseKind::sqlite};
    from.execute("INSERT INTO user_sessions VALUES ('t', 'ada', 'infinity'), ('u', 'ada', now())");
    const auto source = from.storage().copy_source();
    copy(*source, *to.storage().copy_target(), in_silence);
    const auto session = to.run(to.sessions().find({"t"}));
    ASSERT_TRUE(session);
    EXPECT_GT(session->expires_at, to.clock().now() + std::chrono::years{1000});
}

TEST(PostgresCopy, a_token_whose_hash_is_lost_is_told)
{
    TestConversations from{DatabaseKind::postgres};
    TestConversations to{DatabaseKind::postgres};
    const testing::EveryRow filled{from};
    from.execute("DELETE FROM token_hashes WHERE user_id = 'bob'");
    const auto error = error_of([&] {
        const auto source = from.storage().copy_source();
        copy(*source, *to.storage().copy_target(), in_silence);
    });
    EXPECT_THAT(error.message(), HasSubstr("tokens"));
    expect_empty(to);
}

}  // namespace
}  // namespace todod::store::postgres
