#include "services/changes.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "base/error.hpp"
#include "services/task_service.hpp"
#include "support/changes.hpp"
#include "support/errors.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::lines_of;
using ::testing::SizeIs;
using testing::writer;
using types::Change;
using types::ChangeKind;
using types::Undone;
using types::Via;

types::Origin by_assistant(std::int64_t conversation_id)
{
    return {.via = Via::assistant, .conversation_id = conversation_id};
}

types::ChangeSetRef set_of(std::int64_t id)
{
    return {.id = id};
}

class ChangeService : public TaskService {
protected:
    void rename(types::TaskRef task, std::string title, store::User user = "ada")
    {
        types::UpdateTask input = update_of(task);
        input.title = sent(std::move(title));
        run(task_service().update(std::move(user), std::move(input)));
    }
    void remove(types::TaskRef task, store::User user = "ada")
    {
        run(task_service().remove(std::move(user), {.task_id = task}));
    }
    Undone undo(UndoRequest request, store::User user = writer("ada"))
    {
        return run(change_service().undo(std::move(user), request));
    }
    base::Error refusal(UndoRequest request, store::User user = writer("ada"))
    {
        return error_of([&] { undo(request, std::move(user)); });
    }
    std::vector<std::string> log(std::int64_t since = 0)
    {
        types::ListChanges input;
        input.since = since;
        return lines_of(run(change_service().list("ada", input)).changes);
    }
    std::string title_of(types::TaskRef task) { return get(task).title; }
};

TEST_F(ChangeService, gives_the_log_as_far_as_it_is_whole)
{
    create("Milk");
    rename(1, "Oat milk");
    EXPECT_THAT(log(), ElementsAre("1 create 1", "2 update 1"));
    EXPECT_THAT(log(1), ElementsAre("2 update 1"));
    EXPECT_THAT(log(2), IsEmpty());
    const auto later = error_of([&] { log(3); });
    EXPECT_EQ(later.code(), ErrorCode::gone);
    EXPECT_THAT(later.members(), ElementsAre(base::ProblemMember{"last_seq", "2"}));
    execute("DELETE FROM changes WHERE kind = 0");
    EXPECT_EQ(error_of([&] { log(); }).code(), ErrorCode::gone);
    EXPECT_THAT(log(1), ElementsAre("2 update 1"));
}

TEST_F(ChangeService, gives_a_set_with_a_page_of_its_changes)
{
    create("Milk");
    const store::User user = writer("ada");
    rename(1, "Oat milk", user);
    rename(1, "Soy milk", user);
    types::GetChangeSet input;
    input.changeset_id = set_of(2);
    auto page = run(change_service().get_set("ada", input));
    EXPECT_EQ(page.set.id, 2);
    EXPECT_EQ(page.set.count, 2);
    EXPECT_THAT(lines_of(page.changes), ElementsAre("2 update 1", "3/2 update 1"));
    input.limit = 1;
    input.since = 2;
    EXPECT_THAT(lines_of(run(change_service().get_set("ada", input)).changes),
                ElementsAre("3/2 update 1"));
    for (const std::int64_t none : {0, 3, 4, -1}) {
        input.changeset_id = set_of(none);
        EXPECT_EQ(error_of([&] { run(change_service().get_set("ada", input)); }).code(),
                  ErrorCode::not_found)
            << none;
    }
    input.changeset_id = set_of(2);
    EXPECT_EQ(error_of([&] { run(change_service().get_set("bob", input)); }).code(),
              ErrorCode::not_found);
}

TEST_F(ChangeService, takes_a_set_back_from_its_end)
{
    create("Milk");
    const store::User user = writer("ada");
    rename(1, "Oat milk", user);
    rename(1, "Soy milk", user);
    remove(1, user);
    const Undone undone = undo({.changeset_id = 2});
    EXPECT_EQ(undone.changeset_id, 5);
    EXPECT_THAT(lines_of(undone.changes),
                ElementsAre("5 restore 1", "6/5 update 1", "7/5 update 1"));
    EXPECT_THAT(undone.titles, ElementsAre("Milk", "Milk", "Milk"));
    for (const Change& change : undone.changes)
        EXPECT_EQ(change.undoes, 2);
    EXPECT_EQ(title_of(1), "Milk");
}

TEST_F(ChangeService, leaves_all_as_it_is_where_something_has_been_changed_since)
{
    create("Milk");
    create("Bread");
    const store::User user = writer("ada");
    rename(1, "Oat milk", user);
    rename(2, "Rye bread", user);
    rename(1, "Soy milk");
    const auto refused = refusal({.changeset_id = 3});
    EXPECT_EQ(refused.code(), ErrorCode::conflict);
    EXPECT_THAT(refused.message(), HasSubstr("Task 1 has been changed (title) since."));
    ASSERT_THAT(refused.members(), SizeIs(1));
    EXPECT_EQ(refused.members().front().name, "conflicts");
    const auto conflicts = boost::json::parse(refused.members().front().json);
    ASSERT_THAT(conflicts.as_array(), SizeIs(1));
    EXPECT_EQ(conflicts.at(0).at("task_number"), 1);
    EXPECT_EQ(conflicts.at(0).at("title"), "Soy milk");
    EXPECT_EQ(conflicts.at(0).at("fields"), boost::json::array{"title"});
    EXPECT_THAT(log(5), IsEmpty());

    const Undone tried = undo({.changeset_id = 3, .is_partial = true, .is_dry_run = true});
    EXPECT_EQ(tried.changeset_id, std::nullopt);
    EXPECT_THAT(tried.changes, SizeIs(1));
    EXPECT_THAT(log(5), IsEmpty());

    const Undone undone = undo({.changeset_id = 3, .is_partial = true});
    EXPECT_THAT(undone.conflicts, SizeIs(1));
    EXPECT_EQ(title_of(1), "Soy milk");
    EXPECT_EQ(title_of(2), "Bread");
}

TEST_F(ChangeService, names_a_task_once_that_a_set_has_changed_more_than_once)
{
    const store::User user = writer("ada");
    run(task_service().create(user, [] {
        types::CreateTask input;
        input.title = sent(std::string{"Milk"});
        return input;
    }()));
    rename(1, "Oat milk", user);
    rename(1, "Soy milk");
    const Undone undone = undo({.changeset_id = 1, .is_partial = true});
    ASSERT_THAT(undone.conflicts, SizeIs(1));
    EXPECT_THAT(undone.conflicts.front().fields, ElementsAre("title"));
    EXPECT_THAT(undone.changes, IsEmpty());
    EXPECT_EQ(undone.changeset_id, std::nullopt);
}

TEST_F(ChangeService, does_not_delete_for_who_may_not)
{
    create("Milk");
    rename(1, "Oat milk");
    const auto by_script = [&](std::int64_t id) {
        return run(change_service().undo(writer("ada"), {.changeset_id = id}, false));
    };
    EXPECT_EQ(error_of([&] { by_script(1); }).code(), ErrorCode::forbidden);
    EXPECT_THAT(by_script(2).changes, SizeIs(1));
    EXPECT_EQ(title_of(1), "Milk");
}

TEST_F(ChangeService, takes_back_nobody_elses_set)
{
    create("Milk");
    EXPECT_EQ(refusal({.changeset_id = 1}, writer("bob")).code(), ErrorCode::not_found);
    EXPECT_EQ(refusal({}, writer("bob")).code(), ErrorCode::not_found);
    EXPECT_EQ(title_of(1), "Milk");
}

TEST_F(ChangeService, takes_back_no_set_that_is_not_whole_any_more)
{
    const store::User user = writer("ada");
    create("Milk");
    rename(1, "Oat milk", user);
    rename(1, "Soy milk", user);
    execute("DELETE FROM changes WHERE version < 3");
    EXPECT_EQ(refusal({.changeset_id = 2}).code(), ErrorCode::not_found);
    EXPECT_EQ(title_of(1), "Soy milk");
}

TEST_F(ChangeService, takes_back_no_more_than_it_can_at_once)
{
    const store::User user = writer("ada");
    const auto write = [&](std::int64_t count) {
        types::Batch batch;
        for (std::int64_t i = 0; i < count; ++i) {
            auto& operation = batch.operations.emplace_back();
            operation.op = types::BatchOp::create;
            operation.task.given = true;
            operation.task.value.title = sent(std::string{"Milk"});
        }
        run(task_service().write(user, std::move(batch)));
    };
    constexpr std::int64_t at_once = 500;
    write(at_once);
    for (std::int64_t i = at_once; i < Changes::max_undone; i += at_once)
        write(at_once);
    EXPECT_EQ(undo({.changeset_id = 1, .is_dry_run = true}).changes.size(),
              static_cast<std::size_t>(Changes::max_undone));
    write(1);
    const auto refused = refusal({.changeset_id = 1});
    EXPECT_EQ(refused.code(), ErrorCode::conflict);
    EXPECT_THAT(refused.message(), HasSubstr("more than 10000 changes"));
}

// What undo takes back where it is not told.

TEST_F(ChangeService, goes_back_further_each_time)
{
    create("Milk");
    rename(1, "Oat milk");
    rename(1, "Soy milk");
    EXPECT_EQ(undo({}).undoes, 3);
    EXPECT_EQ(undo({}).undoes, 2);
    EXPECT_EQ(title_of(1), "Milk");
    EXPECT_EQ(undo({}).undoes, 1);
    EXPECT_EQ(refusal({}).code(), ErrorCode::not_found);
}

TEST_F(ChangeService, takes_back_again_what_was_done_again)
{
    create("Milk");
    rename(1, "Oat milk");
    undo({});
    EXPECT_EQ(undo({.changeset_id = 3}).undoes, 3);
    EXPECT_EQ(title_of(1), "Oat milk");
    EXPECT_EQ(undo({}).undoes, 2);
    EXPECT_EQ(title_of(1), "Milk");
    EXPECT_EQ(undo({}).undoes, 1);
}

TEST_F(ChangeService, takes_back_what_was_done_in_the_conversation)
{
    create("Milk");
    rename(1, "Oat milk", writer("ada", by_assistant(1)));
    rename(1, "Soy milk", writer("ada", by_assistant(2)));
    create("Bread");
    EXPECT_EQ(undo({}, writer("ada", by_assistant(2))).undoes, 3);
    EXPECT_EQ(undo({}, writer("ada", by_assistant(1))).undoes, 2);
    EXPECT_EQ(title_of(1), "Milk");
    EXPECT_EQ(refusal({}, writer("ada", by_assistant(1))).code(), ErrorCode::not_found);
    EXPECT_EQ(undo({}).undoes, 4) << "who is not the assistant takes back whatever was last";
}

TEST_F(ChangeService, takes_back_what_the_assistant_did_elsewhere_where_there_is_nothing_here)
{
    rename(create("Milk").number, "Oat milk", writer("ada", by_assistant(1)));
    create("Bread");
    EXPECT_EQ(undo({}, writer("ada", by_assistant(7))).undoes, 2);
    EXPECT_EQ(title_of(1), "Milk");
}

// The trash.

TEST_F(ChangeService, shows_the_trash_and_when_it_goes)
{
    create("Milk");
    remove(1);
    const auto trash = run(change_service().list_trash("ada", {}));
    ASSERT_THAT(trash, SizeIs(1));
    EXPECT_EQ(trash.front().deleted_at, now());
    EXPECT_EQ(trash.front().expires_at, now() + store::Retention{}.trash);
    EXPECT_THAT(run(change_service().list_trash("bob", {})), IsEmpty());
}

TEST_F(ChangeService, restores_and_purges_what_is_in_the_trash)
{
    create("Milk");
    EXPECT_EQ(error_of([&] { run(change_service().restore("ada", 1)); }).code(),
              ErrorCode::not_found);
    remove(1);
    EXPECT_THAT(run(change_service().preview_restore(writer("ada"), 1)).changes, SizeIs(1));
    EXPECT_EQ(run(change_service().restore("ada", 1)).version, 2);
    remove(1);
    EXPECT_EQ(run(change_service().preview_purge("ada", 1)).changes.front().kind,
              ChangeKind::purge);
    EXPECT_EQ(error_of([&] { run(change_service().purge("bob", 1)); }).code(),
              ErrorCode::not_found);
    run(change_service().purge("ada", 1));
    EXPECT_EQ(error_of([&] { run(change_service().restore("ada", 1)); }).code(),
              ErrorCode::not_found);
}

TEST_F(ChangeService, empties_the_trash_as_one_set_however_much_there_is)
{
    types::Batch makes;
    types::Batch removes;
    constexpr std::int64_t count = 1'100;  // more than it takes at a time
    for (std::int64_t i = 1; i <= count; ++i) {
        auto& make = makes.operations.emplace_back();
        make.op = types::BatchOp::create;
        make.task = {.given = true};
        make.task.value.title = sent(std::string{"Milk"});
        removes.operations.push_back({.op = types::BatchOp::remove, .task_id = i});
    }
    run(task_service().write("ada", makes));
    run(task_service().write("ada", removes));
    EXPECT_THAT(run(change_service().preview_empty_trash("ada")).changes,
                SizeIs(Changes::max_previewed));
    const store::User user = writer("ada");
    run(change_service().empty_trash(user));
    EXPECT_THAT(run(change_service().list_trash("ada", {})), IsEmpty());
    EXPECT_EQ(user.changes->changeset_id, (2 * count) + 1);
    EXPECT_EQ(run(change_service().list_sets("ada", {})).front().count, count);
}

TEST_F(ChangeService, finds_in_the_trash_by_words)
{
    for (const char* const title : {"Buy groceries", "Call Ann", "Call Bob", "Call"}) {
        remove(create(title).number);
    }
    const auto find = [&](std::string words) {
        return run(change_service().find_trashed("ada", std::move(words)));
    };
    EXPECT_EQ(find("groceries"), 1);
    EXPECT_EQ(find("BOB"), 3);
    EXPECT_EQ(find("call"), 4) << "what is called just that comes first";
    remove(create("Call Bob back").number);
    EXPECT_EQ(find("call bob"), 3);
    EXPECT_EQ(error_of([&] { find("bread"); }).code(), ErrorCode::not_found);
    EXPECT_EQ(error_of([&] { find("!?"); }).code(), ErrorCode::not_found) << "it has no words";
    remove(create("Buy bread").number);
    const auto several = error_of([&] { find("buy"); });
    EXPECT_EQ(several.code(), ErrorCode::conflict);
    EXPECT_THAT(several.message(), HasSubstr("task 1 'Buy groceries'"));
    EXPECT_THAT(several.message(), HasSubstr("task 6 'Buy bread'"));
}

}  // namespace
}  // namespace todod::services
