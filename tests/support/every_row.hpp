#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/tokens.hpp"
#include "store/webhooks.hpp"
#include "support/changes.hpp"
#include "support/conversations.hpp"
#include "support/tasks.hpp"
#include "support/together.hpp"

namespace todod::testing {

/// Fills a database with every kind of row that it can have, and what is at the edge of each.
class EveryRow {
public:
    static constexpr int many_tasks = 2001;  ///< the last of which are indexed otherwise

    explicit EveryRow(TestConversations& database) : database_(database)
    {
        add_accounts();
        add_tasks();
        add_many_tasks();
        add_changes();
        add_kept_answers();
        add_api_keys();
        add_tokens();
        add_conversations();
        add_sessions();
        add_webhooks();
        database_.storage().keep_secret(random_);
    }

    static store::Idempotency request(std::string key, base::Instant now)
    {
        return {.operation = "create_task", .key = std::move(key), .fingerprint = "f", .now = now};
    }

private:
    base::Instant now() { return database_.clock().now(); }

    void add_accounts()
    {
        auto& accounts = database_.accounts();
        database_.run(accounts.create({.user_id = "ada",
                                       .name = "Ada \"Æ\" O'Brien",
                                       .email = "Ada.ÄSSET@Example.com",
                                       .password_hash = "$argon2id$of-ada",
                                       .created_at = now(),
                                       .tokens_valid_from = {}}));
        database_.clock().advance(std::chrono::milliseconds{1});
        database_.run(accounts.change_password("ada", 0, "$argon2id$new", now()));
        // Byte by byte these come before and after "ada".
        for (const char* const name :
             {"Zed", "bob", "empty", "ä user", "🦉", "many", "a\\b'c\"d\te"})
            database_.add_user(name);
        database_.add_user(std::string(255, 'u'));
        for (const char* const name : {"gone", "Gone too"}) {
            database_.add_user(name);
            database_.run(accounts.remove(name, now()));
        }
    }

    types::Task add(types::Task task)
    {
        return database_.run(create_task(database_.tasks(), std::move(task)));
    }

    void add_tasks()
    {
        auto task = new_task("ada", "Water the plants", now());
        task.due_date = types::Due{std::chrono::sys_days{std::chrono::year{2026} / 12 / 24}, true};
        add(task);
        task = new_task("ada", "STRASSE in Ķekava: Crème brûlée", now());
        task.due_date = types::Due{now() + std::chrono::milliseconds{1}, false};
        task.description = "";
        task.tags = {"home", "a \"quoted\" \\ tag", "ünï 🌱", "\u00a0x"};
        add(task);
        add(new_task("ada", "to be deleted", now()));
        std::string title;
        for (int i = 0; i < 200; ++i)
            title += "🌵";
        task = new_task("ada", title, base::Instant{});
        task.description = std::string(1000, 'd') + "\n\t\x7f";
        task.priority = types::Priority::urgent;
        task.due_date = types::Due{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}, true};
        add(task);
        add(new_task("ada", "done", now()));
        add(new_task("ada", "the last, deleted as well", now()));
        add(new_task("🦉", "hoot", now()));
        database_.run(database_.tasks().update("ada", std::int64_t{5}, std::nullopt,
                                               {.status = types::Status::completed}, now()));
        database_.run(database_.tasks().update("ada", std::int64_t{1}, std::nullopt,
                                               {.status = types::Status::in_progress}, now()));
        for (const std::int64_t number : {3, 6})
            database_.run(database_.tasks().remove("ada", number, std::nullopt, now()));
    }

    void add_many_tasks()
    {
        std::vector<base::Async<types::Task>> work;
        for (int i = 1; i <= many_tasks; ++i) {
            auto task = new_task("many", "task " + std::to_string(i), now());
            task.tags = {i % 2 == 0 ? "even" : "odd"};
            work.push_back(create_task(database_.tasks(), std::move(task)));
        }
        run_together(database_.loop(), std::move(work));
    }

    /// Of each kind, by somebody of whom all is known; of Bob's three tasks one is there then, one
    /// in the trash, and one nowhere.
    void add_changes()
    {
        store::User bob = writer("bob", {.via = types::Via::assistant,
                                         .is_service = true,
                                         .token_id = base::make_uuid_v7(now(), random_),
                                         .conversation_id = 3,
                                         .request_id = "a \"request\" 🦉"});
        auto task = new_task("bob", "Ünï \"quoted\" \\ \n🌱", now());
        task.description = std::string(1000, 'd');
        task.tags = {"home", "a \"quoted\" \\ tag"};
        task.due_date = types::Due{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}, true};
        const std::int64_t first = 1;
        const std::optional<std::string> nothing;
        write(bob, store::MakeTask{task}, store::MakeTask{new_task("bob", "second", now())},
              store::MakeTask{new_task("bob", "third", now())},
              store::ChangeTask{.task = first, .change = {.description = nothing}},
              store::TrashTask{.task = first}, store::RestoreTask{first},
              store::TrashTask{.task = first}, store::TrashTask{.task = std::int64_t{2}},
              store::PurgeTask{std::int64_t{2}});
        bob.changes.reset();
        auto request = request_of(
            now(), store::ChangeTask{.task = std::int64_t{3}, .change = {.toggle = true}});
        request.undoes = 1;
        database_.run(database_.tasks().write(bob, std::move(request)));
    }

    template <class... Writes>
    void write(const store::User& user, Writes... writes)
    {
        database_.run(database_.tasks().write(user, request_of(now(), std::move(writes)...)));
    }

    void add_kept_answers()
    {
        for (const char* const key : {"key", "another \"key\""}) {
            database_.run(database_.tasks().create_once("ada", new_task("ada", key, now()),
                                                        request(key, now())));
        }
        store::NewTurn turn{.title = "once", .content = "Hello", .now = now()};
        turn.idempotency = {
            .operation = "chat", .key = "chat-key", .fingerprint = "of chat", .now = now()};
        database_.run(database_.conversations().begin_turn("bob", std::move(turn)));
    }

    void add_api_keys()
    {
        auto& keys = database_.api_keys();
        database_.run(keys.put("ada", {{.provider = types::Provider::openai,
                                        .masked_key = "****abcd",
                                        .created_at = now(),
                                        .updated_at = now()},
                                       "sealed"}));
        database_.run(keys.put("ada", {{.provider = types::Provider::custom,
                                        .masked_key = "****",
                                        .base_url = "https://models.example.com/v1",
                                        .model = "a/model",
                                        .valid = false,
                                        .last_validated_at = now(),
                                        .created_at = now(),
                                        .updated_at = now()},
                                       "sealed too"}));
    }

    void add_tokens()
    {
        auto& tokens = database_.tokens();
        types::Token token{.id = base::make_uuid_v7(now(), random_),
                           .name = "agent 🤖",
                           .scopes = {types::Scope::read, types::Scope::remove},
                           .created_at = now(),
                           .expires_at = now() + std::chrono::hours{24},
                           .last_used_at = now()};
        database_.run(tokens.create("ada", token, "hash of ada's"));
        token = {.id = base::make_uuid_v7(now(), random_),
                 .name = "for ever",
                 .scopes = {types::Scope::write},
                 .created_at = now(),
                 .expires_at = {},
                 .last_used_at = {}};
        database_.run(tokens.create("bob", token, "hash of bob's"));
    }

    void add_conversations()
    {
        const auto first = database_.talk("ada", "Add \"milk\" 🥛");
        database_.talk("ada", "to be deleted");
        database_.run(database_.conversations().remove("ada", 2));
        const auto turn = database_.begin("ada", "Delete it", first.conversation_id);
        store::TurnAnswer answer{
            .content = "Which one?", .state = R"({"ask":[1,2]})", .now = now()};
        answer.tool_calls.json =
            R"([{"tool_name":"list_tasks","parameters":{"q":"\u0000é"},"result":null}])";
        database_.run(database_.conversations().end_turn("ada", turn.conversation_id, turn.position,
                                                         std::move(answer)));
        database_.begin("🦉", "without an answer");
    }

    /// One that has not begun, and one that has failed and is being delivered at the moment.
    void add_webhooks()
    {
        auto& hooks = database_.webhooks();
        types::SealedWebhook hook{.shown = {.id = base::make_uuid_v7(now(), random_)},
                                  .secret = "sealed"};
        hook.shown.url = "https://hooks.example.com/ä";
        hook.shown.events = {types::ChangeKind::create};
        hook.shown.created_at = now();
        hook.shown.updated_at = now();
        database_.run(hooks.create("empty", hook, {}));
        hook.shown.id = base::make_uuid_v7(now(), random_);
        database_.run(hooks.create("ada", hook, 1));
        const base::Instant later = now() + std::chrono::hours{24};
        database_.run(hooks.replace_secret("ada", hook.shown.id, "sealed too", later, now()));
        auto claimed = database_.run(
            hooks.claim({.limit = 1, .holder = hook.shown.id, .now = now(), .until = later}));
        auto lease = std::move(claimed.leases.at(0));
        store::WebhookProgress progress{.shown = lease.hook.shown};
        progress.shown.delivered_seq = 1;
        progress.shown.failing_since = now();
        progress.shown.last_status = 500;
        progress.shown.last_error = "It answered 500.";
        progress.shown.disabled_reason = "Nothing has arrived for days.";
        progress.dead_letter = {1, now(), 10, 500, "It answered 500."};
        progress.until = later;
        database_.run(hooks.keep(std::move(lease), std::move(progress)));
    }

    void add_sessions()
    {
        database_.execute(
            "INSERT INTO user_sessions (token, user_id, expires_at)"
            " VALUES ('hmac-1', 'ada', '2027-01-01T00:00:00.123Z'),"
            " ('HMAC-2', '🦉', '2026-06-30T12:00:00.000Z')");
    }

    TestConversations& database_;
    base::SecureRandom random_;
};

}  // namespace todod::testing
