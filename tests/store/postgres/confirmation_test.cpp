#include <gtest/gtest.h>

#include <functional>

#include "base/error.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/shard.hpp"
#include "support/tasks.hpp"
#include "support/together.hpp"

namespace todod::store {
namespace {

using base::Async;
using base::ErrorCode;
using testing::all;
using testing::create_task;
using testing::error_of;
using testing::new_task;
using testing::run_together;
using types::Task;
using types::TaskChange;

constexpr std::int64_t number = 1;

Async<Task> create(Tasks& tasks, User user, std::string title = "another")
{
    Task task = new_task(user.id, std::move(title));
    co_return co_await tasks.create(std::move(user), std::move(task));
}

Async<MadeTask> create_once(Tasks& tasks, User user, std::string key = "key")
{
    Task task = new_task(user.id, "another");
    Idempotency idempotency{
        .operation = "create_task", .key = std::move(key), .fingerprint = "another", .now = {}};
    co_return co_await tasks.create_once(std::move(user), std::move(task), std::move(idempotency));
}

Async<Task> update(Tasks& tasks, User user, TaskChange change, types::TaskRef task = number)
{
    co_return co_await tasks.update(std::move(user), task, std::nullopt, std::move(change), {});
}

template <class T>
Async<void> drop(Async<T> work)
{
    co_await std::move(work);
}

/// One of the ways to ask for something of the user's first task. Reads throw when they do not see
/// it, so that nobody takes an empty answer for a served one.
struct Request {
    std::string_view name;
    std::function<Async<void>(Tasks&, User)> ask;
    bool is_write = false;
};

base::Error unseen()
{
    return {ErrorCode::internal, "The task was not seen."};
}

Async<void> find(Tasks& tasks, User user, types::TaskRef task)
{
    if (!co_await tasks.find(std::move(user), task)) throw unseen();
}

Async<void> list(Tasks& tasks, User user, TaskQuery query)
{
    const TaskPage page = co_await tasks.list(std::move(user), std::move(query));
    if (page.tasks.empty() || page.total == 0) throw unseen();
}

std::vector<Request> requests_for(base::Uuid id)
{
    const auto listed = [](TaskQuery query) {
        return [query](Tasks& tasks, User user) { return list(tasks, std::move(user), query); };
    };
    const auto found = [](types::TaskRef task) {
        return [task](Tasks& tasks, User user) { return find(tasks, std::move(user), task); };
    };
    const auto updated = [](TaskChange change, types::TaskRef task = number) {
        return [change, task](Tasks& tasks, User user) {
            return drop(update(tasks, user, change, task));
        };
    };
    return {
        {"find by number", found(number)},
        {"find by id", found(id)},
        {"list", listed({})},
        {"list, oldest first", listed({.sort = {.reversed = true}})},
        {"list by status", listed({.filter = {.status = types::StatusFilter::todo}})},
        {"list by words", listed({.filter = {.words = "groceries"}})},
        {"list by title", listed({.sort = {.key = types::SortKey::title}})},
        {"create", [](Tasks& tasks, User user) { return drop(create(tasks, user)); }, true},
        {"create once", [](Tasks& tasks, User user) { return drop(create_once(tasks, user)); },
         true},
        {"update", updated({.title = "changed"}), true},
        {"complete", updated({.toggle = true}), true},
        {"complete by id", updated({.toggle = true}, id), true},
        {"remove",
         [](Tasks& tasks, User user) {
             return tasks.remove(std::move(user), number, std::nullopt, {});
         },
         true},
    };
}

/// Users and their tokens. Ada has one task, and her account is at generation 0.
class Confirmation : public ::testing::Test, public testing::TestDatabase {
protected:
    Confirmation() : TestDatabase(testing::DatabaseKind::postgres)
    {
        add_user("ada");
        task_ = run(create_task(tasks(), new_task("ada", "groceries")));
        requests_ = requests_for(task_.id);
    }

    /// With a token of todod's own: it names the generation.
    static User seen_at(std::int64_t generation, std::string user_id = "ada")
    {
        return {std::move(user_id),
                User::Sighting{generation, {.generation = generation, .at = {}}}};
    }

    /// With a token of another service, seen at generation 0.
    static User issued_at(base::Instant at)
    {
        return {"ada", User::Sighting{0, {.generation = {}, .at = at}}};
    }

    void end_tokens(std::int64_t generation = 0)
    {
        clock().advance(std::chrono::hours{1});
        ASSERT_TRUE(run(accounts().change_password("ada", generation, "new", clock().now())));
    }

    /// Everything that a request may change.
    std::string all_there_is() const
    {
        return ask(
            "SELECT concat((SELECT string_agg(t::text, ';' ORDER BY user_id, number) FROM tasks t),"
            " '|', (SELECT string_agg(u::text, ';' ORDER BY user_id) FROM users u))");
    }

    void expect_served(const User& user)
    {
        for (const Request& request : requests_) {
            SCOPED_TRACE(request.name);
            const std::string before = all_there_is();
            EXPECT_NO_THROW(run(request.ask(tasks(), user)));
            EXPECT_EQ(all_there_is() != before, request.is_write);
        }
    }

    void expect_refused(const User& user)
    {
        const std::string before = all_there_is();
        for (const Request& request : requests_) {
            SCOPED_TRACE(request.name);
            const auto error = error_of([&] { run(request.ask(tasks(), user)); });
            EXPECT_EQ(error.code(), ErrorCode::unauthorized) << error.what();
            EXPECT_EQ(all_there_is(), before);
        }
    }

    Task task_;
    std::vector<Request> requests_;
};

TEST_F(Confirmation, who_was_seen_as_the_account_is_is_served)
{
    expect_served(seen_at(0));
}

TEST_F(Confirmation, who_is_seen_anew_after_a_change_is_served)
{
    end_tokens();
    expect_served(seen_at(1));
}

TEST_F(Confirmation, whose_token_names_an_older_generation_is_refused)
{
    end_tokens();
    expect_refused(seen_at(0));
}

TEST_F(Confirmation, whose_token_was_issued_before_the_change_is_refused)
{
    const User user = issued_at(clock().now());
    end_tokens();
    expect_refused(user);
}

TEST_F(Confirmation, whose_token_was_issued_after_the_change_is_looked_at_again_and_served)
{
    end_tokens();
    expect_served(issued_at(clock().now()));
}

TEST_F(Confirmation, whose_account_has_been_deleted_is_refused)
{
    add_user("bob");
    run(create_task(tasks(), new_task("bob", "his")));
    run(accounts().remove("ada", clock().now()));
    expect_refused(seen_at(0));
}

TEST_F(Confirmation, a_name_alone_is_not_confirmed)
{
    end_tokens();
    expect_served("ada");
}

TEST_F(Confirmation, a_name_alone_of_who_has_gone_finds_nothing)
{
    run(accounts().remove("ada", clock().now()));
    EXPECT_FALSE(run(tasks().find("ada", number)));
    EXPECT_EQ(run(tasks().list("ada", {})).total, 0);
    EXPECT_EQ(run(tasks().list("ada", {.filter = {.words = "groceries"}})).total, 0);
    const auto code_of = [&](auto work) { return error_of([&] { run(std::move(work)); }).code(); };
    EXPECT_EQ(code_of(create(tasks(), "ada")), ErrorCode::unauthorized);
    EXPECT_EQ(code_of(update(tasks(), "ada", {.toggle = true})), ErrorCode::not_found);
    EXPECT_EQ(code_of(tasks().remove("ada", number, std::nullopt, {})), ErrorCode::not_found);
}

/// Two who ask for the same account in one batch.
struct Pair {
    std::string_view name;
    User older;
    User newer;
    bool both_served;
};

class ConfirmationInABatch : public Confirmation {
protected:
    ConfirmationInABatch() { add_user("bob"); }

    /// Of Ada's, by expect_told_apart: each pair in both orders.
    static constexpr int served = 2 * (1 + 2 + 1 + 2);

    /// After the tokens of generation 0 have ended.
    std::vector<Pair> pairs()
    {
        const User still_good = issued_at(clock().now());
        return {
            {"ended and new", seen_at(0), seen_at(1), false},
            {"still good and new", still_good, seen_at(1), true},
            {"ended and a name alone", seen_at(0), "ada", false},
            {"still good and a name alone", still_good, "ada", true},
        };
    }

    /// Runs what `ask` makes of a user for both and for Bob at once, in both orders.
    template <class Ask>
    void expect_told_apart(Ask ask)
    {
        for (const auto& [name, older, newer, both_served] : pairs()) {
            for (const bool older_first : {true, false}) {
                SCOPED_TRACE(fmt::format("{}, {} first", name, older_first ? "older" : "newer"));
                const auto outcomes =
                    run_together(loop(), all(ask(older_first ? older : newer),
                                             ask(older_first ? newer : older), ask("bob")));
                const auto& of_older = outcomes[older_first ? 0 : 1];
                const auto& of_newer = outcomes[older_first ? 1 : 0];
                EXPECT_TRUE(of_newer.value);
                EXPECT_TRUE(outcomes[2].value);
                if (both_served) {
                    EXPECT_TRUE(of_older.value);
                } else {
                    EXPECT_EQ(of_older.code(), ErrorCode::unauthorized);
                }
            }
        }
    }
};

TEST_F(ConfirmationInABatch, creates_what_the_ones_ask_for_who_may)
{
    end_tokens();
    run(create(tasks(), "bob"));
    expect_told_apart([&](User user) { return create(tasks(), std::move(user)); });
    constexpr int made = 1 + served;
    EXPECT_EQ(ask("SELECT format('%s %s', task_count, last_number) FROM users"
                  " WHERE user_id = 'ada'"),
              fmt::format("{0} {0}", made));
    EXPECT_EQ(ask("SELECT format('%s %s', count(*), max(number)) FROM tasks"
                  " WHERE user_id = 'ada'"),
              fmt::format("{0} {0}", made));
}

TEST_F(ConfirmationInABatch, creates_once_what_the_ones_ask_for_who_may)
{
    end_tokens();
    run(create(tasks(), "bob"));
    int keys = 0;
    expect_told_apart(
        [&](User user) { return create_once(tasks(), std::move(user), std::to_string(++keys)); });
    EXPECT_EQ(ask("SELECT format('%s %s', task_count, last_number) FROM users"
                  " WHERE user_id = 'ada'"),
              fmt::format("{0} {0}", 1 + served));
    EXPECT_EQ(ask("SELECT count(*) FROM idempotency_keys WHERE user_id = 'ada'"),
              std::to_string(served));
}

TEST_F(Confirmation, what_was_kept_for_a_key_is_told_to_nobody_who_is_refused)
{
    run(create_once(tasks(), seen_at(0)));
    EXPECT_TRUE(run(create_once(tasks(), seen_at(0))).is_replayed);
    end_tokens();
    EXPECT_EQ(error_of([&] { run(create_once(tasks(), seen_at(0))); }).code(),
              ErrorCode::unauthorized);
    EXPECT_TRUE(run(create_once(tasks(), seen_at(1))).is_replayed);
}

TEST_F(ConfirmationInABatch, changes_what_the_ones_ask_for_who_may)
{
    end_tokens();
    run(create(tasks(), "bob"));
    const std::int64_t before = run(tasks().find("ada", number))->version;
    expect_told_apart(
        [&](User user) { return update(tasks(), std::move(user), {.toggle = true}); });
    EXPECT_EQ(run(tasks().find("ada", number))->version, before + served);
}

TEST_F(ConfirmationInABatch, finds_for_the_ones_who_may)
{
    end_tokens();
    run(create(tasks(), "bob"));
    expect_told_apart([&](User user) { return tasks().find(std::move(user), number); });
    expect_told_apart([&](User user) { return tasks().list(std::move(user), {}); });
}

TEST_F(ConfirmationInABatch, removes_for_the_one_who_may)
{
    end_tokens();
    const auto remove = [&](User user) {
        return tasks().remove(std::move(user), number, std::nullopt, {});
    };
    const auto outcomes = run_together(loop(), all(remove(seen_at(0)), remove(seen_at(1))));
    EXPECT_EQ(outcomes[0].code(), ErrorCode::unauthorized);
    EXPECT_TRUE(outcomes[1].value);
    EXPECT_EQ(ask("SELECT task_count FROM users WHERE user_id = 'ada'"), "0");
}

TEST_F(Confirmation, what_was_found_of_an_account_is_recalled_by_its_own_thread)
{
    testing::Shard one{*this};
    testing::Shard other{*this};
    EXPECT_FALSE(one.accounts().recall_standing("ada"));
    EXPECT_EQ(one.run(one.accounts().find_standing("ada"))->generation, 0);
    ASSERT_TRUE(one.accounts().recall_standing("ada"));
    EXPECT_EQ(one.accounts().recall_standing("ada")->generation, 0);
    EXPECT_FALSE(other.accounts().recall_standing("ada"));
    other.run(other.accounts().ensure("ada", clock().now()));
    EXPECT_TRUE(other.accounts().recall_standing("ada"));
    EXPECT_FALSE(run(accounts().find_standing("nobody")));
    EXPECT_FALSE(accounts().recall_standing("nobody"));
}

TEST_F(Confirmation, what_is_recalled_is_put_right_by_whoever_is_refused_or_looked_at_again)
{
    testing::Shard other{*this};
    run(accounts().find_standing("ada"));
    clock().advance(std::chrono::hours{1});
    ASSERT_TRUE(other.run(other.accounts().change_password("ada", 0, "new", clock().now())));
    ASSERT_TRUE(accounts().recall_standing("ada"));
    EXPECT_EQ(accounts().recall_standing("ada")->generation, 0);
    EXPECT_TRUE(run(tasks().find(issued_at(clock().now()), number)));
    EXPECT_EQ(accounts().recall_standing("ada")->generation, 1);
    EXPECT_EQ(accounts().recall_standing("ada")->tokens_valid_from, clock().now());

    other.run(other.accounts().remove("ada", clock().now()));
    EXPECT_TRUE(accounts().recall_standing("ada"));
    error_of([&] { run(tasks().find(seen_at(1), number)); });
    EXPECT_FALSE(accounts().recall_standing("ada"));
}

}  // namespace
}  // namespace todod::store
