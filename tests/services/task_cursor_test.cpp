#include "services/task_cursor.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "support/errors.hpp"

namespace todod::services {
namespace {

using store::TaskPosition;
using store::TaskQuery;
using testing::error_of;
using testing::kinds_of;
using types::ListTasks;
using types::SortKey;

constexpr std::chrono::milliseconds day_end = std::chrono::hours{26};
constexpr std::string_view fingerprint = "0123456789abcdef";

TaskQuery query_of(SortKey key)
{
    return {.sort = {key, false}};
}

void expect_refused(std::string_view cursor, TaskQuery query, std::string_view of = fingerprint)
{
    const auto error = error_of([&] { apply_cursor(cursor, of, query); });
    EXPECT_EQ(error.code(), base::ErrorCode::invalid) << cursor;
    EXPECT_EQ(kinds_of(error.violations()), std::vector<std::string>{"query.cursor cursor"});
}

TEST(TaskCursor, takes_a_query_on_where_a_page_ended)
{
    const struct {
        SortKey sort;
        TaskPosition position;
    } table[] = {
        {SortKey::created, {{}, 7}},
        {SortKey::updated, {std::int64_t{1'795'255'200'123}, 7}},
        {SortKey::priority, {std::int64_t{0}, 1}},
        {SortKey::due_date, {std::int64_t{-62'135'596'800'000}, 4'294'967'295}},
        {SortKey::due_date, {{}, 7}},
        {SortKey::title, {std::string{"ünïcode \"🦊\""}, 7}},
        {SortKey::title, {std::string{}, 7}},
    };
    for (const auto& [sort, position] : table) {
        TaskQuery query = query_of(sort);
        apply_cursor(make_cursor(position, fingerprint, day_end), fingerprint, query);
        ASSERT_TRUE(query.after);
        EXPECT_EQ(query.after->key, position.key);
        EXPECT_EQ(query.after->number, position.number);
        EXPECT_EQ(query.day_end, day_end);
    }
}

TEST(TaskCursor, needs_no_escaping_in_a_link)
{
    const auto cursor = make_cursor({std::string{"a title? & more / +"}, 7}, fingerprint, day_end);
    EXPECT_EQ(base::percent_encode(cursor), cursor);
}

TEST(TaskCursor, of_another_query_is_refused)
{
    const auto cursor = make_cursor({{}, 7}, "fedcba9876543210", day_end);
    expect_refused(cursor, query_of(SortKey::created));
}

TEST(TaskCursor, does_not_go_with_skip)
{
    TaskQuery query = query_of(SortKey::created);
    query.skip = 1;
    expect_refused(make_cursor({{}, 7}, fingerprint, day_end), query);
}

TEST(TaskCursor, that_was_made_up_is_refused)
{
    const std::string whole = make_cursor({{}, 7}, fingerprint, day_end);
    for (const std::string& cursor :
         {std::string{}, std::string{"x"}, std::string{"!!!!"}, whole.substr(1),
          whole.substr(0, whole.size() - 1), whole + "A", whole + "="}) {
        expect_refused(cursor, query_of(SortKey::created));
    }
    const std::string_view texts[] = {
        "",
        "null",
        "{}",
        "[]",
        "7",
        R"(["0123456789abcdef",0,null])",
        R"(["0123456789abcdef",0,null,7,8])",
        R"([123,0,null,7])",
        R"(["0123456789abcdef","0",null,7])",
        R"(["0123456789abcdef",0,null,"7"])",
        R"(["0123456789abcdef",0,null,7.5])",
        R"(["0123456789abcdef",0,[],7])",
        R"(["0123456789abcdef",0,true,7])",
        R"(["0123456789abcdef",0,null,7] x)",
        R"(["0123456789abcdef",-1,null,7])",
        R"(["0123456789abcdef",172800001,null,7])",
        R"(["0123456789abcdef",9223372036854775807,null,7])",
        R"(["0123456789abcdef",0,null,18446744073709551615])",
    };
    for (const std::string_view text : texts)
        expect_refused(base::base64url_encode(text), query_of(SortKey::created));
}

TEST(TaskCursor, must_have_a_key_of_the_kind_that_the_order_has)
{
    const TaskPosition none{{}, 7};
    const TaskPosition number{std::int64_t{1}, 7};
    const TaskPosition text{std::string{"x"}, 7};
    // That no column can hold.
    const TaskPosition huge{std::numeric_limits<std::int64_t>::max(), 7};
    const TaskPosition least{std::numeric_limits<std::int64_t>::min(), 7};
    const TaskPosition nul{std::string("a\0b", 3), 7};
    const struct {
        SortKey sort;
        std::vector<TaskPosition> refused;
    } table[] = {
        {SortKey::created, {number, text}},
        {SortKey::updated, {none, text, huge, least}},
        {SortKey::priority, {none, text, huge, least}},
        {SortKey::due_date, {text, huge, least}},
        {SortKey::title, {none, number, nul}},
    };
    for (const auto& [sort, refused] : table) {
        for (const TaskPosition& position : refused)
            expect_refused(make_cursor(position, fingerprint, day_end), query_of(sort));
    }
}

TEST(FingerprintOf, tells_queries_apart_by_all_but_where_a_page_begins_and_ends)
{
    const types::Due due{base::Instant{std::chrono::days{20'000}}, true};
    const types::Due moment{due.at, false};
    const std::function<void(ListTasks&)> changes[] = {
        [](ListTasks&) {},
        [](ListTasks& input) { input.status = types::StatusFilter::pending; },
        [](ListTasks& input) { input.status = types::StatusFilter::todo; },
        [](ListTasks& input) { input.priority = types::Priority::low; },
        [](ListTasks& input) { input.tag = {"a"}; },
        [](ListTasks& input) { input.tag = {"a", "b"}; },
        [](ListTasks& input) { input.tag = {"a,b"}; },
        [](ListTasks& input) { input.tag = {"a\",\"b"}; },
        [](ListTasks& input) { input.q = "a"; },
        [&](ListTasks& input) { input.due_before = due; },
        [&](ListTasks& input) { input.due_before = moment; },
        [&](ListTasks& input) { input.due_after = due; },
        [](ListTasks& input) { input.overdue = true; },
        [](ListTasks& input) { input.sort = {SortKey::title, false}; },
        [](ListTasks& input) { input.sort = {SortKey::title, true}; },
        [](ListTasks& input) { input.time_zone = base::TimeZone::find("Europe/Berlin"); },
    };
    std::set<std::string> seen;
    for (const auto& change : changes) {
        ListTasks input;
        change(input);
        EXPECT_TRUE(seen.insert(fingerprint_of(input)).second) << &change - changes;
        input.limit = 7;
        input.skip = 3;
        input.cursor = "x";
        EXPECT_TRUE(seen.contains(fingerprint_of(input))) << &change - changes;
    }
}

}  // namespace
}  // namespace todod::services
