#include "services/tasks.hpp"

#include <gmock/gmock.h>

#include <string_view>

#include "base/error.hpp"
#include "services/task_service.hpp"
#include "support/errors.hpp"
#include "support/tasks.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using testing::numbers_of;
using ::testing::UnorderedElementsAre;
using types::CreateTask;
using types::Due;
using types::ListTasks;
using types::Priority;

TEST_F(TaskService, pages_lead_on_to_the_end_in_any_order)
{
    for (int i = 0; i < 7; ++i) {
        create(fmt::format("task {}", i % 3));
        pass_time();
    }
    for (const std::string_view sort : {"created", "-created", "title", "-priority", "due_date"}) {
        ListTasks input;
        input.sort.reversed = sort.starts_with('-');
        if (sort == "title") input.sort.key = types::SortKey::title;
        if (sort == "-priority") input.sort.key = types::SortKey::priority;
        if (sort == "due_date") input.sort.key = types::SortKey::due_date;
        const auto whole = numbers_of(list(input).tasks);
        EXPECT_EQ(whole.size(), 7U);
        std::vector<std::int64_t> paged;
        input.limit = 2;
        do {
            const TaskList page = list(input);
            EXPECT_EQ(page.total, 7);
            for (const std::int64_t number : numbers_of(page.tasks))
                paged.push_back(number);
            input.cursor = page.next_cursor;
        } while (input.cursor && paged.size() < 20);
        EXPECT_EQ(paged, whole) << sort;
    }
}

TEST_F(TaskService, bounds_at_either_end_of_the_calendar_hold_in_every_zone)
{
    const auto first = *base::parse_instant("0001-01-01T00:00:00Z");
    const auto last = *base::parse_instant("9999-12-31T23:59:59.999Z");
    const auto first_day = *base::parse_date("0001-01-01");
    const auto last_day = *base::parse_date("9999-12-31");
    for (const Due due : {Due{first}, Due{last}, Due{first_day, true}, Due{last_day, true}})
        create_due(due);
    for (const std::string_view zone : {"UTC", "Pacific/Kiritimati", "+23:59", "-23:59"}) {
        ListTasks input;
        input.time_zone = base::TimeZone::find(zone);
        input.sort.key = types::SortKey::due_date;
        input.due_after = Due{first_day, true};
        input.limit = 1;
        const TaskList page = list(input);
        EXPECT_GE(page.total, 3) << zone;
        input.cursor = page.next_cursor;
        EXPECT_EQ(list(input).total, page.total) << zone;
        for (const Due due : {Due{first}, Due{last}, Due{first_day, true}, Due{last_day, true}}) {
            ListTasks before;
            before.time_zone = input.time_zone;
            before.due_before = due;
            before.overdue = true;
            EXPECT_LE(list(before).total, 2) << zone;
        }
    }
}

TEST_F(TaskService, a_cursor_goes_on_with_its_own_query_only)
{
    for (int i = 0; i < 4; ++i)
        create("a task");
    ListTasks one;
    one.limit = 1;
    const auto first = list(one);
    ASSERT_TRUE(first.next_cursor);
    ListTasks input;
    input.cursor = first.next_cursor;
    EXPECT_THAT(numbers_of(list(input).tasks), ElementsAre(3, 2, 1));
    input.sort.reversed = true;
    EXPECT_EQ(error_of([&] { list(input); }).code(), ErrorCode::invalid);
    input = {};
    input.cursor = "made-up";
    EXPECT_EQ(error_of([&] { list(input); }).code(), ErrorCode::invalid);
}

TEST_F(TaskService, a_page_by_due_date_goes_on_though_the_zones_offset_has_changed)
{
    // The zone leaves summer time between the two pages.
    const auto day = std::chrono::sys_days{std::chrono::year{2026} / 10 / 24};
    clock().set(day + std::chrono::hours{12});
    create_due({day + std::chrono::hours{22}, false});
    create_due({day, true});
    create_due({day + std::chrono::hours{23}, false});
    ListTasks input;
    input.sort.key = types::SortKey::due_date;
    input.time_zone = base::TimeZone::find("Europe/Berlin");
    EXPECT_THAT(numbers_of(list(input).tasks), ElementsAre(2, 1, 3));
    input.limit = 1;
    const auto first = list(input);
    EXPECT_THAT(numbers_of(first.tasks), ElementsAre(2));
    clock().advance(std::chrono::hours{24});
    input.cursor = first.next_cursor;
    const auto second = list(input);
    EXPECT_THAT(numbers_of(second.tasks), ElementsAre(1));
    input.cursor = second.next_cursor;
    EXPECT_THAT(numbers_of(list(input).tasks), ElementsAre(3));
}

TEST_F(TaskService, due_after_includes_and_due_before_excludes)
{
    const auto day = std::chrono::sys_days{std::chrono::year{2026} / 11 / 20};
    create_due({day, false});                                 // 1
    create_due({day + std::chrono::milliseconds{1}, false});  // 2
    create_due({day, true});                                  // 3: due at the end of the day
    create("never due");
    const auto select = [&](std::optional<Due> after, std::optional<Due> before) {
        ListTasks input;
        input.due_after = after;
        input.due_before = before;
        return numbers_of(list(input).tasks);
    };
    const Due midnight{day, false};
    const Due just_after{day + std::chrono::milliseconds{1}, false};
    const Due next_midnight{day + std::chrono::days{1}, false};
    EXPECT_THAT(select(midnight, std::nullopt), UnorderedElementsAre(1, 2, 3));
    EXPECT_THAT(select(just_after, std::nullopt), UnorderedElementsAre(2, 3));
    EXPECT_THAT(select(std::nullopt, midnight), IsEmpty());
    EXPECT_THAT(select(std::nullopt, just_after), UnorderedElementsAre(1));
    EXPECT_THAT(select(std::nullopt, next_midnight), UnorderedElementsAre(1, 2, 3));
    EXPECT_THAT(select(next_midnight, std::nullopt), IsEmpty());
    const Due this_day{day, true};
    const Due next_day{day + std::chrono::days{1}, true};
    EXPECT_THAT(select(this_day, next_day), UnorderedElementsAre(1, 2, 3));
    EXPECT_THAT(select(std::nullopt, this_day), IsEmpty());
    EXPECT_THAT(select(next_day, std::nullopt), IsEmpty());
}

TEST_F(TaskService, a_whole_day_ends_in_the_zone_of_the_one_who_asks)
{
    const auto today = std::chrono::floor<std::chrono::days>(now());
    create_due({today - std::chrono::days{1}, true});
    create_due({today, true});
    create_due({now() - std::chrono::milliseconds{1}, false});
    create_due({now(), false});
    complete(create_due({today - std::chrono::days{9}, true}).id);
    create("never due");
    // It is 10:00 in UTC: midnight has passed 14 hours ahead, and 11 behind it is still to come.
    const std::pair<std::string_view, std::vector<std::int64_t>> table[] = {
        {"UTC", {3, 1}},
        {"+14:00", {3, 2, 1}},
        {"-11:00", {3}},
    };
    for (const auto& [zone, numbers] : table) {
        ListTasks input;
        input.overdue = true;
        input.time_zone = base::TimeZone::find(zone);
        ASSERT_TRUE(input.time_zone) << zone;
        EXPECT_EQ(numbers_of(list(input).tasks), numbers) << zone;
    }
    ListTasks both;
    both.overdue = true;
    both.due_before = Due{today - std::chrono::hours{1}, false};
    EXPECT_THAT(numbers_of(list(both).tasks), IsEmpty());
    both.due_before = Due{today, false};
    EXPECT_THAT(numbers_of(list(both).tasks), ElementsAre(1));
    both.due_before = Due{today + std::chrono::days{9}, false};
    EXPECT_THAT(numbers_of(list(both).tasks), ElementsAre(3, 1));
    both.status = types::StatusFilter::completed;
    EXPECT_THAT(list(both).tasks, IsEmpty());
}

TEST_F(TaskService, filters_go_together)
{
    CreateTask input;
    input.title = sent(std::string{"Buy milk"});
    input.tags = sent(std::vector<std::string>{"home", "shop"});
    input.priority = sent(Priority::high);
    create(input);
    input.title = sent(std::string{"Buy bread"});
    create(input);
    input.title = sent(std::string{"Drink milk"});
    input.tags = sent(std::vector<std::string>{"home"});
    complete(create(input).id);

    ListTasks query;
    query.q = "milk";
    EXPECT_THAT(numbers_of(list(query).tasks), ElementsAre(3, 1));
    query.tag = {"home", "shop"};
    EXPECT_THAT(numbers_of(list(query).tasks), ElementsAre(1));
    query.priority = Priority::high;
    query.status = types::StatusFilter::pending;
    EXPECT_THAT(numbers_of(list(query).tasks), ElementsAre(1));
    EXPECT_EQ(list(query).total, 1);
    query.status = types::StatusFilter::in_progress;
    EXPECT_THAT(list(query).tasks, IsEmpty());
}

}  // namespace
}  // namespace todod::services
