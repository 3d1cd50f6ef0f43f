#include "services/tasks.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "base/error.hpp"
#include "services/task_service.hpp"
#include "support/errors.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using testing::kinds_of;
using types::CreateTask;
using types::Due;
using types::Priority;
using types::Status;
using types::Task;
using types::UpdateTask;

/// Everything a front end has of a task, as it sends it back.
UpdateTask echo_of(const Task& task)
{
    UpdateTask input = update_of(task.id);
    input.id = sent(task.id);
    input.title = sent(task.title);
    input.description = sent(task.description);
    input.status = sent(task.status);
    input.completed = sent(types::is_completed(task));
    input.priority = sent(task.priority);
    input.tags = sent(task.tags);
    input.due_date = sent(task.due_date);
    input.number = sent(task.number);
    input.user_id = sent(task.user_id);
    input.version = sent(task.version);
    input.created_at = sent(task.created_at);
    input.updated_at = sent(task.updated_at);
    input.completed_at = sent(task.completed_at);
    return input;
}

TEST_F(TaskService, a_new_task_has_what_was_not_said_by_default)
{
    const Task task = create("Buy milk");
    EXPECT_EQ(task.number, 1);
    EXPECT_EQ(task.user_id, "ada");
    EXPECT_EQ(task.title, "Buy milk");
    EXPECT_EQ(task.description, std::nullopt);
    EXPECT_EQ(task.status, Status::pending);
    EXPECT_EQ(task.priority, Priority::medium);
    EXPECT_THAT(task.tags, IsEmpty());
    EXPECT_EQ(task.due_date, std::nullopt);
    EXPECT_EQ(task.created_at, now());
    EXPECT_EQ(task.updated_at, now());
    EXPECT_EQ(task.completed_at, std::nullopt);
    EXPECT_EQ(task.version, 1);
    EXPECT_EQ(get(task.id), task);
}

TEST_F(TaskService, a_new_task_has_all_that_was_said)
{
    CreateTask input;
    input.title = sent(std::string{"Buy milk"});
    input.description = sent(std::optional<std::string>{"two"});
    input.status = sent(Status::completed);
    input.priority = sent(Priority::urgent);
    input.tags = sent(std::vector<std::string>{"b", "a"});
    input.due_date = sent(std::optional{Due{now(), false}});
    const Task task = create(input);
    EXPECT_EQ(task.description, "two");
    EXPECT_EQ(task.status, Status::completed);
    EXPECT_EQ(task.priority, Priority::urgent);
    EXPECT_THAT(task.tags, ElementsAre("b", "a"));
    EXPECT_EQ(task.due_date, (Due{now(), false}));
    EXPECT_EQ(task.completed_at, now());
    EXPECT_EQ(task.version, 1);
    EXPECT_EQ(get(task.number), task);
}

TEST_F(TaskService, an_id_may_be_chosen_once)
{
    CreateTask input;
    input.title = sent(std::string{"once"});
    input.id = sent(*base::parse_uuid("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e"));
    EXPECT_EQ(create(input).id, input.id.value);
    EXPECT_EQ(error_of([&] { create(input); }).code(), ErrorCode::conflict);
    EXPECT_EQ(run(task_service().create("bob", input)).number, 1);
}

TEST_F(TaskService, status_and_completed_may_say_the_same_twice_but_not_differ)
{
    const struct {
        Status status;
        bool completed;
        bool agree;
    } table[] = {
        {Status::pending, false, true},     {Status::pending, true, false},
        {Status::in_progress, false, true}, {Status::in_progress, true, false},
        {Status::completed, true, true},    {Status::completed, false, false},
    };
    const Task task = create("both");
    for (const auto& [status, completed, agree] : table) {
        CreateTask creation;
        creation.title = sent(std::string{"x"});
        creation.status = sent(status);
        creation.completed = sent(completed);
        UpdateTask change = update_of(task.id);
        change.status = sent(status);
        change.completed = sent(completed);
        if (agree) {
            EXPECT_EQ(create(creation).status, status);
            EXPECT_EQ(update(change).status, status);
            continue;
        }
        for (const auto& error :
             {error_of([&] { create(creation); }), error_of([&] { update(change); })}) {
            EXPECT_EQ(error.code(), ErrorCode::invalid);
            EXPECT_THAT(kinds_of(error.violations()), ElementsAre("body.completed contradiction"));
        }
    }
}

TEST_F(TaskService, a_new_task_cannot_say_what_only_the_server_knows)
{
    const std::pair<std::string, std::function<void(CreateTask&)>> table[] = {
        {"number", [](CreateTask& input) { input.number = sent(std::int64_t{1}); }},
        {"user_id", [](CreateTask& input) { input.user_id = sent(std::string{"bob"}); }},
        {"version", [](CreateTask& input) { input.version = sent(std::int64_t{2}); }},
        {"created_at", [](CreateTask& input) { input.created_at = sent(base::Instant{}); }},
        {"updated_at", [](CreateTask& input) { input.updated_at = sent(base::Instant{}); }},
        {"completed_at",
         [](CreateTask& input) { input.completed_at = sent(std::optional{base::Instant{}}); }},
    };
    CreateTask everything;
    everything.title = sent(std::string{"x"});
    std::vector<std::string> kinds;
    for (const auto& [name, set] : table) {
        CreateTask input;
        input.title = sent(std::string{"x"});
        set(input);
        set(everything);
        kinds.push_back("body." + name + " read_only");
        const auto error = error_of([&] { create(input); });
        EXPECT_EQ(error.code(), ErrorCode::invalid);
        EXPECT_THAT(kinds_of(error.violations()), ElementsAre(kinds.back()));
    }
    EXPECT_EQ(kinds_of(error_of([&] { create(everything); }).violations()), kinds);
    EXPECT_THAT(list({}).tasks, IsEmpty());
}

TEST_F(TaskService, a_new_task_may_say_what_is_so)
{
    CreateTask input;
    input.title = sent(std::string{"x"});
    input.user_id = sent(std::string{"ada"});
    input.version = sent(std::int64_t{1});
    input.completed_at = sent(std::optional<base::Instant>{});
    EXPECT_EQ(create(input).number, 1);
}

TEST_F(TaskService, what_is_not_there_or_anothers_is_not_found)
{
    const Task task = create("hers");
    const auto as_bob = [&](auto work) { return error_of([&] { run(work()); }).code(); };
    EXPECT_EQ(as_bob([&] { return task_service().get("bob", task.id); }), ErrorCode::not_found);
    EXPECT_EQ(as_bob([&] { return task_service().get("bob", task.number); }), ErrorCode::not_found);
    UpdateTask change = update_of(task.id);
    change.title = sent(std::string{"his"});
    EXPECT_EQ(as_bob([&] { return task_service().update("bob", change); }), ErrorCode::not_found);
    UpdateTask echo = echo_of(task);
    EXPECT_EQ(as_bob([&] { return task_service().update("bob", echo); }), ErrorCode::not_found);
    EXPECT_EQ(as_bob([&] { return task_service().complete("bob", {task.id, std::nullopt, {}}); }),
              ErrorCode::not_found);
    EXPECT_EQ(as_bob([&] { return task_service().remove("bob", {task.id, std::nullopt}); }),
              ErrorCode::not_found);
    EXPECT_EQ(get(task.id), task);
    EXPECT_EQ(error_of([&] { get(std::int64_t{2}); }).code(), ErrorCode::not_found);
}

TEST_F(TaskService, an_update_changes_only_what_is_named)
{
    CreateTask input;
    input.title = sent(std::string{"first"});
    input.description = sent(std::optional<std::string>{"text"});
    input.tags = sent(std::vector<std::string>{"a"});
    input.due_date = sent(std::optional{Due{now(), false}});
    Task expected = create(input);
    pass_time();

    UpdateTask change = update_of(expected.number);
    change.title = sent(std::string{"second"});
    expected.title = "second";
    expected.version = 2;
    expected.updated_at = now();
    EXPECT_EQ(update(change), expected);

    UpdateTask clearing = update_of(expected.id);
    clearing.description = sent(std::optional<std::string>{});
    clearing.due_date = sent(std::optional<Due>{});
    expected.description.reset();
    expected.due_date.reset();
    expected.version = 3;
    EXPECT_EQ(update(clearing), expected);
    EXPECT_EQ(get(expected.id), expected);
}

TEST_F(TaskService, an_update_that_names_nothing_changes_nothing)
{
    const Task task = create("same");
    pass_time();
    EXPECT_EQ(update(update_of(task.id)), task);
    EXPECT_EQ(update(echo_of(task)), task);
}

TEST_F(TaskService, a_whole_task_may_be_sent_back_with_a_change)
{
    Task task = create("first");
    pass_time();
    UpdateTask input = echo_of(task);
    input.title = sent(std::string{"second"});
    task.title = "second";
    task.version = 2;
    task.updated_at = now();
    EXPECT_EQ(update(input), task);

    UpdateTask done = echo_of(task);
    done.status = sent(Status::completed);
    done.completed = sent(true);
    EXPECT_EQ(update(done).completed_at, now());
}

TEST_F(TaskService, what_only_the_server_sets_cannot_be_changed)
{
    const Task task = complete(create("fixed").id);
    const std::pair<std::string, std::function<void(UpdateTask&)>> table[] = {
        {"id", [](UpdateTask& input) { input.id = sent(base::Uuid{}); }},
        {"number", [](UpdateTask& input) { input.number = sent(std::int64_t{2}); }},
        {"user_id", [](UpdateTask& input) { input.user_id = sent(std::string{"bob"}); }},
        {"version", [](UpdateTask& input) { input.version = sent(std::int64_t{1}); }},
        {"created_at", [](UpdateTask& input) { input.created_at = sent(base::Instant{}); }},
        {"updated_at", [](UpdateTask& input) { input.updated_at = sent(base::Instant{}); }},
        {"completed_at",
         [](UpdateTask& input) { input.completed_at = sent(std::optional<base::Instant>{}); }},
    };
    UpdateTask everything = update_of(task.id);
    std::vector<std::string> kinds;
    for (const auto& [name, set] : table) {
        UpdateTask input = update_of(task.id);
        input.title = sent(std::string{"changed"});
        set(input);
        set(everything);
        kinds.push_back("body." + name + " read_only");
        const auto error = error_of([&] { update(input); });
        EXPECT_EQ(error.code(), ErrorCode::invalid);
        EXPECT_THAT(kinds_of(error.violations()), ElementsAre(kinds.back()));
    }
    EXPECT_EQ(kinds_of(error_of([&] { update(everything); }).violations()), kinds);
    EXPECT_EQ(get(task.id), task);
}

TEST_F(TaskService, if_match_must_hold_for_every_change)
{
    const Task old = create("first");
    UpdateTask change = update_of(old.id);
    change.title = sent(std::string{"second"});
    change.if_match = tag_of(old);
    const Task task = update(change);

    const auto stale = [&](auto work) { return error_of([&] { run(work()); }).code(); };
    EXPECT_EQ(stale([&] { return task_service().update("ada", change); }),
              ErrorCode::precondition_failed);
    EXPECT_EQ(stale([&] { return task_service().complete("ada", {old.id, tag_of(old), {}}); }),
              ErrorCode::precondition_failed);
    EXPECT_EQ(stale([&] { return task_service().remove("ada", {old.id, tag_of(old)}); }),
              ErrorCode::precondition_failed);
    EXPECT_EQ(get(task.id), task);

    EXPECT_EQ(run(task_service().complete("ada", {task.id, tag_of(task), sent(true)})).version,
              task.version + 1);
    run(task_service().remove("ada", {task.id, types::TagCondition{true, {}}}));
    EXPECT_EQ(error_of([&] { get(task.id); }).code(), ErrorCode::not_found);
}

TEST_F(TaskService, a_whole_task_that_is_out_of_date_is_refused_by_if_match_first)
{
    const Task old = create("first");
    complete(old.id);
    UpdateTask input = echo_of(old);
    EXPECT_EQ(error_of([&] { update(input); }).code(), ErrorCode::invalid);
    input.if_match = tag_of(old);
    EXPECT_EQ(error_of([&] { update(input); }).code(), ErrorCode::precondition_failed);
}

TEST_F(TaskService, completing_sets_clears_and_turns_round)
{
    const Task task = create("to do");
    pass_time();
    const Task done = complete(task.id, sent(true));
    EXPECT_EQ(done.status, Status::completed);
    EXPECT_EQ(done.completed_at, now());
    pass_time();
    EXPECT_EQ(complete(task.id, sent(true)), done);
    EXPECT_EQ(complete(task.number, sent(false)).status, Status::pending);
    EXPECT_EQ(get(task.id).completed_at, std::nullopt);
    EXPECT_TRUE(types::is_completed(complete(task.id)));
    EXPECT_FALSE(types::is_completed(complete(task.id)));
}

TEST_F(TaskService, what_is_in_progress_stays_so_when_it_is_not_completed)
{
    const Task task = create("begun");
    UpdateTask begin = update_of(task.id);
    begin.status = sent(Status::in_progress);
    update(begin);
    UpdateTask open = update_of(task.id);
    open.completed = sent(false);
    EXPECT_EQ(update(open).status, Status::in_progress);
    EXPECT_EQ(complete(task.id, sent(false)).status, Status::in_progress);
    EXPECT_EQ(complete(task.id).status, Status::completed);
}

TEST_F(TaskService, of_an_account_that_has_just_gone_no_task_is_made)
{
    run(account_service().remove("ada"));
    EXPECT_EQ(error_of([&] { create("late"); }).code(), ErrorCode::unauthorized);
}

}  // namespace
}  // namespace todod::services
