#include <gmock/gmock.h>

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "base/error.hpp"
#include "db/postgres/settings.hpp"
#include "store/postgres/filling.hpp"
#include "store/postgres/task_terms.hpp"
#include "store/storage.hpp"
#include "support/database.hpp"
#include "support/plan_log.hpp"
#include "support/tasks.hpp"

namespace todod::store::postgres {
namespace {

using base::Async;
using boost::json::object;
using testing::create_task;
using testing::DatabaseKind;
using testing::for_each_node;
using testing::new_task;
using testing::Plan;
using testing::text_of;
using types::SortKey;
using types::Task;

constexpr std::string_view user = "busy";

/// Where a plan goes through a whole table, or through all of an index, which is no better.
std::vector<std::string> long_ways_of(const Plan& plan)
{
    std::vector<std::string> faults;
    for_each_node(plan.root, [&](const object& node) {
        const std::string type = text_of(node, "Node Type");
        const std::string condition = text_of(node, "Index Cond");
        const bool is_narrow = condition.contains("user_id =") ||
                               condition.contains("user_id >") ||  // the next one alone
                               condition.contains("terms @@") ||
                               condition.contains("email_folded =") ||
                               condition.contains("token =") || condition.contains("hash =");
        if (type == "Seq Scan" || (type.contains("Index") && !is_narrow)) {
            faults.push_back(fmt::format("{} on {}{} ({})", type, text_of(node, "Relation Name"),
                                         text_of(node, "Index Name"), condition));
        }
    });
    return faults;
}

/// Whether a plan goes through a user's first tasks, and finds the rest by the index of terms.
bool searches_terms(const Plan& plan)
{
    int first_parts = 0;
    int searches = 0;
    int fetches = 0;
    int others = 0;
    for_each_node(plan.root, [&](const object& node) {
        if (!text_of(node, "Node Type").contains("Index")) return;
        const std::string condition{text_of(node, "Index Cond")};
        if (condition.contains("number <= 2000")) {
            ++first_parts;
        } else if (condition.contains("number = ")) {
            ++fetches;
        } else {
            ++(condition.contains("terms @@") ? searches : others);
        }
    });
    return first_parts == 1 && searches == 1 && fetches == 1 && others == 0;
}

/// A database, and its stores on connections whose plans the server writes down.
class Plans : public ::testing::Test, public testing::TestDatabase {
protected:
    Plans() : TestDatabase(DatabaseKind::postgres), log_(url())
    {
        const auto settings = db::postgres::parse_url(testing::PlanLog::explained(url()));
        storage_ = open_storage(settings, 1);
        database_ = storage_->connect(loop());
        tasks_ = database_->tasks();
        accounts_ = database_->accounts();
        api_keys_ = database_->api_keys();
        conversations_ = database_->conversations();
        tokens_ = database_->tokens();
        changes_ = database_->changes();
        add_user(std::string{user});
    }

    /// As many tasks of many users as make the server think of going through all of them. Each has
    /// the word "task" and the tag "home", and one of both that is its own.
    void fill()
    {
        constexpr int others = 2000;
        std::string users = row_of(user, 20'000);
        for (int i = 0; i < others; ++i)
            users += ", " + row_of(fmt::format("user{}", i), 10);
        ask(filling(users));
    }

    /// What the server was asked by `work`.
    std::vector<Plan> plans_of(Async<void> work)
    {
        log_.take();
        run(std::move(work));
        return log_.take();
    }

    std::vector<Plan> plans_of_list(TaskQuery query) { return plans_of(list(std::move(query))); }

    void expect_short_ways(std::string_view what, Async<void> work)
    {
        const auto plans = plans_of(std::move(work));
        EXPECT_FALSE(plans.empty()) << what;
        for (const Plan& plan : plans)
            EXPECT_THAT(long_ways_of(plan), ::testing::IsEmpty()) << what << ": " << plan.sql;
    }

    void expect_short_ways_of_tasks();
    void expect_short_ways_of_changes();
    void expect_short_ways_of_lists();
    void expect_short_ways_of_accounts();
    void expect_short_ways_of_api_keys();
    void expect_short_ways_of_tokens();
    void expect_short_ways_of_conversations();

private:
    Async<void> list(TaskQuery query)
    {
        co_await tasks_->list(std::string{user}, std::move(query));
    }
    Async<void> find(types::TaskRef task) { co_await tasks_->find(std::string{user}, task); }
    Async<void> create(Task task) { co_await create_task(*tasks_, std::move(task)); }
    Async<void> create_once(Task task, base::Instant::duration later = {})
    {
        task.id = new_task(task.user_id, "another").id;
        Idempotency idempotency{.operation = "create_task",
                                .key = "key",
                                .fingerprint = "once",
                                .now = clock().now() + later};
        co_await tasks_->create_once(std::string{user}, std::move(task), std::move(idempotency));
    }
    Async<void> forget_answers() { co_await database_->forget_answers("", clock().now()); }
    Async<void> create_again(Task task)
    {
        try {
            co_await create_task(*tasks_, std::move(task));
            ADD_FAILURE() << "an id was taken twice";
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), base::ErrorCode::conflict);
        }
    }
    Async<void> update(types::TaskRef task, types::TaskChange change)
    {
        co_await tasks_->update(std::string{user}, task, std::nullopt, std::move(change), {});
    }

    Async<void> write(TaskWrite write)
    {
        WriteRequest request{.now = clock().now()};
        request.writes.push_back(std::move(write));
        co_await tasks_->write(std::string{user}, std::move(request));
    }

    testing::PlanLog log_;
    std::unique_ptr<Storage> storage_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<store::Tasks> tasks_;
    std::unique_ptr<store::Accounts> accounts_;
    std::unique_ptr<store::ApiKeys> api_keys_;
    std::unique_ptr<store::Conversations> conversations_;
    std::unique_ptr<store::Tokens> tokens_;
    std::unique_ptr<store::Changes> changes_;
};

void Plans::expect_short_ways_of_tasks()
{
    const Task task = new_task(std::string{user}, "milk");
    expect_short_ways("create", create(task));
    expect_short_ways("create again", create_again(task));
    const Task once = new_task(std::string{user}, "once");
    expect_short_ways("create once", create_once(once));
    expect_short_ways("create once again", create_once(once));
    expect_short_ways("create once, long after", create_once(once, KeptAnswer::lifetime));
    expect_short_ways("forget answers", forget_answers());
    expect_short_ways("find by id", find(task.id));
    expect_short_ways("find by number", find(std::int64_t{1}));
    expect_short_ways("complete", update(task.id, {.toggle = true}));
    expect_short_ways("complete by number", update(std::int64_t{1}, {.toggle = true}));
    expect_short_ways("rename", update(task.id, {.title = "bread"}));
    const std::string owner{user};
    expect_short_ways("remove", tasks_->remove(owner, task.id, std::nullopt, clock().now()));
    expect_short_ways("restore by id", write(RestoreTask{task.id}));
    expect_short_ways("remove by number", write(TrashTask{std::int64_t{7}}));
    expect_short_ways("restore by number", write(RestoreTask{std::int64_t{7}}));
    expect_short_ways("purge", write(PurgeTask{std::int64_t{100'003}}));
    expect_short_ways("make by a write", write(MakeTask{new_task(owner, "eggs")}));
}

void Plans::expect_short_ways_of_changes()
{
    const auto ignore = [](auto work) -> Async<void> { co_await std::move(work); };
    const std::string owner{user};
    store::Changes& changes = *changes_;
    constexpr std::int64_t far = 15'000;
    expect_short_ways("list changes", ignore(changes.list(owner, far, 100)));
    expect_short_ways("list a set", ignore(changes.list_set(owner, 11, 0, 100)));
    expect_short_ways("list sets", ignore(changes.list_sets(owner, far, 100)));
    expect_short_ways("history by number",
                      ignore(changes.history(owner, std::int64_t{1}, far, 100)));
    const Task task = new_task(owner, "history");
    expect_short_ways("create for its history", create(task));
    expect_short_ways("history by id", ignore(changes.history(owner, task.id, far, 100)));
    expect_short_ways("list the trash", ignore(changes.list_trash(owner, 0, 100)));
    expect_short_ways("list more of it", ignore(changes.list_trash(owner, far, 100)));
    expect_short_ways("last changes", ignore(changes.last_seqs({owner, "user1"})));
    const base::Instant now = clock().now() + std::chrono::days{10'000};
    expect_short_ways("forget changes", ignore(database_->forget_changes("bus", now, now)));
}

void Plans::expect_short_ways_of_lists()
{
    const base::Instant now = clock().now();
    const DueBound bound{now, std::chrono::floor<std::chrono::days>(now)};
    const TaskFilter filters[] = {
        {},
        {.status = types::StatusFilter::pending},
        {.priority = types::Priority::high},
        {.tags = {"home"}},
        {.tags = {"tag777", "home"}},
        {.words = "777"},
        {.words = "task"},
        {.due_before = bound},
        {.due_after = bound, .not_completed = true},
    };
    const std::pair<SortKey, decltype(TaskPosition::key)> sorts[] = {
        {SortKey::created, {}},
        {SortKey::updated, std::int64_t{1'700'000'000'000}},
        {SortKey::title, "task 5"},
        {SortKey::priority, std::int64_t{2}},
        {SortKey::due_date, std::int64_t{1'700'000'000'000}},
        {SortKey::due_date, {}},
    };
    for (const TaskFilter& filter : filters) {
        for (const auto& [sort, key] : sorts) {
            for (const bool reversed : {false, true}) {
                const std::string what = fmt::format("list, filter {}, sort {} {}",
                                                     &filter - filters, int(sort), reversed);
                TaskQuery query{.filter = filter, .sort = {sort, reversed}, .limit = 20};
                expect_short_ways(what, list(query));
                query.after = TaskPosition{key, 5000};
                expect_short_ways(what + ", further on", list(query));
            }
        }
    }
}

void Plans::expect_short_ways_of_accounts()
{
    const auto ignore = [](auto work) -> Async<void> { co_await std::move(work); };
    const types::Account account{.user_id = "ada",
                                 .name = {},
                                 .email = "ada@example.net",
                                 .password_hash = "hash",
                                 .created_at = clock().now(),
                                 .tokens_valid_from = {}};
    store::Accounts& accounts = *accounts_;
    expect_short_ways("ensure", ignore(accounts.ensure("bob", {})));
    expect_short_ways("register", accounts.create(account));
    expect_short_ways("find an account", ignore(accounts.find("ada")));
    expect_short_ways("sign in", ignore(accounts.find_by_email("ADA@example.net")));
    expect_short_ways("whether a token is valid", ignore(accounts.find_standing("ada")));
    const auto sessions = database_->sessions();
    expect_short_ways("whether a session is there", ignore(sessions->find({"a token"})));
    expect_short_ways("replace a hash", accounts.replace_hash("ada", "hash", "other"));
    expect_short_ways("change a password",
                      ignore(accounts.change_password("ada", 0, "new", clock().now())));
    expect_short_ways("remove an account", accounts.remove("ada", clock().now()));
    expect_short_ways("remove one with tasks", accounts.remove(std::string{user}, {}));
}

void Plans::expect_short_ways_of_api_keys()
{
    const auto ignore = [](auto work) -> Async<void> { co_await std::move(work); };
    const types::SealedApiKey key{.shown = {.masked_key = "****"}, .token = "token"};
    const auto provider = key.shown.provider;
    store::ApiKeys& keys = *api_keys_;
    for (const char* what : {"set a key", "replace a key"})
        expect_short_ways(what, ignore(keys.put(std::string{user}, key)));
    expect_short_ways("list keys", ignore(keys.list(std::string{user})));
    expect_short_ways("find a key", ignore(keys.find(std::string{user}, provider)));
    expect_short_ways("update a key", ignore(keys.update(std::string{user}, "token", key)));
    expect_short_ways("remove a key", ignore(keys.remove(std::string{user}, provider)));
}

void Plans::expect_short_ways_of_tokens()
{
    const auto ignore = [](auto work) -> Async<void> { co_await std::move(work); };
    const types::Token token{.id = new_task("x", "x").id,
                             .name = "agent",
                             .scopes = {types::Scope::read},
                             .created_at = clock().now(),
                             .expires_at = {},
                             .last_used_at = {}};
    const auto use = [](store::Tokens& tokens, base::Uuid id) -> Async<void> {
        tokens.note_use(std::string{user}, id, {});
        for (bool is_noted = false; !is_noted;) {
            const auto list = co_await tokens.list(std::string{user});
            is_noted = std::ranges::find(list, id, &types::Token::id)->last_used_at.has_value();
        }
    };
    store::Tokens& tokens = *tokens_;
    expect_short_ways("make a token", tokens.create(std::string{user}, token, "hash"));
    expect_short_ways("what a token gives", ignore(tokens.find("hash")));
    expect_short_ways("list tokens and note a use", use(tokens, token.id));
    expect_short_ways("revoke a token", ignore(tokens.remove(std::string{user}, token.id)));
}

void Plans::expect_short_ways_of_conversations()
{
    const auto ignore = [](auto work) -> Async<void> { co_await std::move(work); };
    const std::string owner{user};
    store::Conversations& conversations = *conversations_;
    NewTurn turn{.title = "About", .content = "Hello", .now = clock().now()};
    const auto begin = [&](const char* what) {
        expect_short_ways(what, ignore(conversations.begin_turn(owner, turn)));
    };
    begin("a new conversation");
    turn.conversation_id = 1;
    begin("a turn");
    turn.idempotency =
        Idempotency{.operation = "chat", .key = "key", .fingerprint = "f", .now = clock().now()};
    begin("a turn with a key");
    begin("a turn that is taken over");
    TurnAnswer answer{.content = "Hello", .now = clock().now(), .kept = "{}"};
    expect_short_ways("an answer", ignore(conversations.end_turn(owner, 1, 1, answer)));
    answer.idempotency = turn.idempotency;
    expect_short_ways("an answer with a key", ignore(conversations.end_turn(owner, 1, 3, answer)));
    expect_short_ways("a turn that is left",
                      conversations.leave_turn(owner, *turn.idempotency, {}));
    turn.conversation_id.reset();
    begin("a turn that is replayed");
    turn.idempotency->key = "another";
    begin("a new conversation with a key");
    expect_short_ways("list conversations", ignore(conversations.list(owner, {})));
    expect_short_ways("list messages", ignore(conversations.history(owner, {})));
    expect_short_ways("those of one", ignore(conversations.history(owner, {.conversation_id = 1})));
    expect_short_ways("remove a conversation", ignore(conversations.remove(owner, 1)));
    expect_short_ways("remove all", conversations.clear(owner));
}

TEST_F(Plans, an_empty_database_that_was_never_analysed_is_asked_by_its_indexes)
{
    expect_short_ways_of_tasks();
    expect_short_ways_of_changes();
    expect_short_ways_of_lists();
    expect_short_ways_of_api_keys();
    expect_short_ways_of_tokens();
    expect_short_ways_of_conversations();
    expect_short_ways_of_accounts();
}

TEST_F(Plans, a_full_database_is_asked_by_its_indexes)
{
    fill();
    expect_short_ways_of_tasks();
    expect_short_ways_of_changes();
    expect_short_ways_of_lists();
    expect_short_ways_of_api_keys();
    expect_short_ways_of_tokens();
    expect_short_ways_of_conversations();
    expect_short_ways_of_accounts();
}

TEST_F(Plans, rare_words_and_tags_among_many_tasks_are_found_by_the_index_of_terms)
{
    fill();
    const TaskFilter filters[] = {
        {.tags = {"tag777"}},
        {.tags = {"home", "tag777"}},
        {.words = "777"},
        {.words = "task 777"},
    };
    constexpr SortKey sorts[] = {SortKey::created, SortKey::updated, SortKey::title,
                                 SortKey::priority, SortKey::due_date};
    for (const TaskFilter& filter : filters) {
        for (const SortKey sort : sorts) {
            int searches = 0;
            for (const Plan& plan : plans_of_list({.filter = filter, .sort = {sort}})) {
                if (!plan.sql.contains(" tasks t ")) continue;
                ++searches;
                EXPECT_TRUE(searches_terms(plan)) << plan.sql << plan.root;
            }
            EXPECT_EQ(searches, 1) << "the page, and how many there are";
        }
    }
}

}  // namespace
}  // namespace todod::store::postgres
