#include <gmock/gmock.h>

#include <functional>
#include <utility>

#include "services/changes.hpp"
#include "services/task_service.hpp"
#include "support/changes.hpp"
#include "support/errors.hpp"
#include "types/change_tools.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using testing::error_of;
using ::testing::IsEmpty;
using testing::writer;
using types::Undone;

std::string in_json(const std::vector<types::Change>& changes)
{
    std::string json;
    schema::Codec<std::vector<types::Change>>::write(changes, json, schema::Dialect::tool);
    return json;
}

/// An undo with an Idempotency-Key.
class UndoOnce : public TaskService {
protected:
    void rename(types::TaskRef task, std::string title, store::User user = "ada")
    {
        types::UpdateTask input = update_of(task);
        input.title = sent(std::move(title));
        run(task_service().update(std::move(user), std::move(input)));
    }
    Undone undo(UndoRequest request)
    {
        return run(change_service().undo(writer("ada"), std::move(request)));
    }
    base::Error refusal(UndoRequest request)
    {
        return error_of([&] { undo(std::move(request)); });
    }
    std::string title_of(types::TaskRef task) { return get(task).title; }
};

TEST_F(UndoOnce, takes_back_once_what_is_asked_for_with_a_key)
{
    create("Milk");
    rename(1, "Oat milk");
    rename(1, "Soy milk");
    const UndoRequest tried{.is_dry_run = true, .idempotency_key = "key"};
    EXPECT_EQ(undo(tried).undoes, 3);
    const UndoRequest once{.idempotency_key = "key"};
    const Undone first = undo(once);
    EXPECT_EQ(first.undoes, 3);
    for (int again = 0; again < 2; ++again) {
        const Undone told = undo(once);
        EXPECT_EQ(told.undoes, 3);
        EXPECT_EQ(told.changeset_id, 4);
        EXPECT_EQ(in_json(told.changes), in_json(first.changes));
        EXPECT_EQ(told.titles, first.titles);
        EXPECT_THAT(told.conflicts, IsEmpty());
    }
    EXPECT_EQ(title_of(1), "Oat milk");
    EXPECT_EQ(refusal({.changeset_id = 2, .idempotency_key = "key"}).code(), ErrorCode::invalid);
    EXPECT_EQ(undo({.idempotency_key = "another"}).undoes, 2);
    EXPECT_EQ(undo(once).undoes, 3);
    EXPECT_EQ(title_of(1), "Milk");
}

TEST_F(UndoOnce, tells_again_what_was_left)
{
    create("Milk");
    create("Bread");
    const store::User user = writer("ada");
    rename(1, "Oat milk", user);
    rename(2, "Rye bread", user);
    rename(1, "Soy milk");
    const UndoRequest once{.changeset_id = 3, .is_partial = true, .idempotency_key = "key"};
    const Undone first = undo(once);
    EXPECT_EQ(first.changes.size(), 1U);
    const Undone told = undo(once);
    EXPECT_EQ(in_json(told.changes), in_json(first.changes));
    EXPECT_EQ(told.titles, first.titles);
    ASSERT_EQ(told.conflicts.size(), 1U);
    EXPECT_EQ(told.conflicts[0].task_id, first.conflicts[0].task_id);
    EXPECT_EQ(told.conflicts[0].fields, std::vector<std::string>{"title"});
    EXPECT_EQ(types::to_report(told).message, types::to_report(first).message);
    EXPECT_EQ(told.conflicts[0].title, "Soy milk");
    EXPECT_EQ(told.conflicts[0].detail, first.conflicts[0].detail);
    EXPECT_EQ(
        TestDatabase::ask(
            "SELECT count(*) FROM idempotency_keys WHERE CAST(answer AS text) LIKE '%created_at%'"),
        "0")
        << "titles are kept, and no tasks";
    EXPECT_EQ(title_of(1), "Soy milk");
    EXPECT_EQ(title_of(2), "Bread");

    const UndoRequest whole{.changeset_id = 1, .idempotency_key = "refused"};
    EXPECT_EQ(refusal(whole).code(), ErrorCode::conflict);
    EXPECT_EQ(refusal(whole).code(), ErrorCode::conflict) << "what is refused is not kept";
}

TEST_F(UndoOnce, tells_again_what_it_was_where_the_set_has_grown_since)
{
    create("Milk");
    create("Bread");
    const store::User user = writer("ada");
    rename(1, "Oat milk", user);
    const UndoRequest once{.changeset_id = 3, .idempotency_key = "key"};
    const Undone first = undo(once);
    rename(2, "Rye bread", user);
    const Undone told = undo(once);
    EXPECT_EQ(in_json(told.changes), in_json(first.changes));
    EXPECT_EQ(told.titles, first.titles);
    EXPECT_THAT(told.conflicts, IsEmpty());
    EXPECT_EQ(title_of(2), "Rye bread");
}

TEST_F(UndoOnce, tells_again_what_it_was_where_the_set_is_forgotten)
{
    create("Milk");
    rename(1, "Oat milk");
    const UndoRequest once{.changeset_id = 2, .idempotency_key = "key"};
    const Undone first = undo(once);
    TestDatabase::execute("DELETE FROM changes WHERE changeset_id <= 2");
    const Undone told = undo(once);
    EXPECT_EQ(told.undoes, 2);
    EXPECT_EQ(in_json(told.changes), in_json(first.changes));
}

TEST_F(UndoOnce, takes_back_nothing_later_where_there_was_nothing)
{
    const UndoRequest once{.idempotency_key = "key"};
    EXPECT_EQ(refusal(once).code(), ErrorCode::not_found);
    create("Milk");
    EXPECT_EQ(refusal(once).code(), ErrorCode::not_found);
    EXPECT_EQ(title_of(1), "Milk");
    EXPECT_EQ(refusal({.changeset_id = 1, .idempotency_key = "key"}).code(), ErrorCode::invalid);
}

/// Lets somebody else in once nothing has been found for a key.
class Meanwhile : public store::Changes {
public:
    Meanwhile(store::Changes& changes, std::function<base::Async<void>()> other)
        : changes_(changes), other_(std::move(other))
    {
    }

    base::Async<std::optional<store::KeptOutcome>> find_outcome(store::User user,
                                                                store::Idempotency once) override
    {
        auto kept = co_await changes_.find_outcome(std::move(user), std::move(once));
        if (auto other = std::exchange(other_, nullptr)) co_await other();
        co_return kept;
    }

    base::Async<store::ChangePage> list(store::User user, std::int64_t since,
                                        std::int64_t limit) override
    {
        return changes_.list(std::move(user), since, limit);
    }
    base::Async<std::vector<types::Change>> list_set(store::User user, std::int64_t changeset_id,
                                                     std::int64_t since,
                                                     std::int64_t limit) override
    {
        return changes_.list_set(std::move(user), changeset_id, since, limit);
    }
    base::Async<std::vector<types::ChangeSet>> list_sets(store::User user, std::int64_t before,
                                                         std::int64_t limit) override
    {
        return changes_.list_sets(std::move(user), before, limit);
    }
    base::Async<std::vector<types::Change>> history(store::User user, types::TaskRef task,
                                                    std::int64_t before,
                                                    std::int64_t limit) override
    {
        return changes_.history(std::move(user), task, before, limit);
    }
    base::Async<std::vector<types::TrashedTask>> list_trash(store::User user, std::int64_t before,
                                                            std::int64_t limit) override
    {
        return changes_.list_trash(std::move(user), before, limit);
    }
    base::Async<std::vector<std::int64_t>> last_seqs(std::vector<std::string> user_ids) override
    {
        return changes_.last_seqs(std::move(user_ids));
    }

private:
    store::Changes& changes_;
    std::function<base::Async<void>()> other_;
};

TEST_F(UndoOnce, tells_what_was_done_for_the_same_key_meanwhile)
{
    create("Milk");
    const UndoRequest once{.idempotency_key = "key"};
    std::optional<Undone> first;
    Meanwhile changes{TestDatabase::changes(), [&]() -> base::Async<void> {
                          first = co_await change_service().undo(writer("ada"), once);
                      }};
    Changes service{changes, tasks(), clock(), std::chrono::days{30}};
    // By then there is nothing left to take back.
    const Undone told = run(service.undo(writer("ada"), once));
    ASSERT_TRUE(first);
    EXPECT_EQ(told.undoes, 1);
    EXPECT_EQ(told.changeset_id, first->changeset_id);
    EXPECT_EQ(in_json(told.changes), in_json(first->changes));
    EXPECT_EQ(refusal({}).code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace todod::services
