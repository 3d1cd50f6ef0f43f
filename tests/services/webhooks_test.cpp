#include "services/webhooks.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "net/test_server.hpp"
#include "support/errors.hpp"
#include "support/services.hpp"
#include "support/tasks.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::lines_of;
using ::testing::Not;
using ::testing::SizeIs;
using types::ChangeKind;

class WebhookService : public ::testing::Test, public testing::TestServices {
protected:
    WebhookService()
    {
        add_user("ada");
        add_user("bob");
    }

    types::NewWebhook create(std::string url = "https://hooks.example.com/a")
    {
        return run(webhook_service().create("ada", {.url = std::move(url)}));
    }
    static types::NameWebhook name_of(const types::Webhook& hook)
    {
        return {base::to_string(hook.id)};
    }
    /// The same over the same database, under other rules.
    services::Webhooks service_with(WebhookRules rules, webhooks::Sender* sender)
    {
        return {webhooks(), changes(), sender, rules, loop(), clock(), random()};
    }
    /// A dead letter of the only change of ada's.
    void give_up(const types::Webhook& hook)
    {
        run(testing::create_task(tasks(), testing::new_task("ada", "a task")));
        auto claimed = run(webhooks().claim({.limit = 1,
                                             .holder = hook.id,
                                             .now = clock().now(),
                                             .until = clock().now() + std::chrono::minutes{1}}));
        auto lease = claimed.leases.at(0);
        store::WebhookProgress progress{.shown = lease.hook.shown};
        progress.shown.delivered_seq = 1;
        progress.dead_letter = {1, clock().now(), 10, 500, "It answered 500."};
        progress.until = clock().now() + std::chrono::minutes{1};
        ASSERT_TRUE(run(webhooks().keep(lease, progress)));
    }
    std::vector<types::WebhookDeadLetter> letters_of(const types::Webhook& hook)
    {
        return run(webhook_service().list_dead_letters("ada", {base::to_string(hook.id)}));
    }

    int status = 204;
    std::string request;
    testing::TestServer server{[this](const std::string& text) {
        request = text;
        return std::vector{fmt::format("HTTP/1.1 {} X\r\nContent-Length: 5\r\n\r\nwords", status)};
    }};
};

TEST_F(WebhookService, keeps_a_secret_sealed_and_tells_it_once)
{
    const auto made = create();
    EXPECT_THAT(made.secret, ::testing::StartsWith("whsec_"));
    EXPECT_EQ(made.created_at, clock().now());
    EXPECT_EQ(made.events, types::all_change_kinds());
    EXPECT_EQ(run(webhook_service().get("ada", name_of(made))), made);
    EXPECT_THAT(run(webhook_service().list("ada")), SizeIs(1));
    const auto kept = run(webhooks().find("ada", made.id)).value();
    EXPECT_THAT(kept.secret, Not(HasSubstr(made.secret.substr(6))));
    EXPECT_EQ(keyring().open(kept.secret, clock().now())->plaintext.view(), made.secret);
}

TEST_F(WebhookService, takes_the_kinds_of_changes_in_their_order)
{
    const auto made = run(webhook_service().create(
        "ada", {.url = "https://a.example", .events = {{ChangeKind::purge, ChangeKind::create}}}));
    EXPECT_THAT(made.events, ElementsAre(ChangeKind::create, ChangeKind::purge));
}

TEST_F(WebhookService, takes_no_url_that_leads_where_it_must_not)
{
    auto strict = service_with({.https_only = true, .public_only = true}, &sender());
    const std::pair<const char*, const char*> table[] = {
        {"hooks.example.com", "an https or http URL"},
        {"ftp://hooks.example.com", "an https or http URL"},
        {"https://ada:secret@hooks.example.com", "without a user"},
        {"https://hooks.example.com/#a", "a fragment"},
        {"http://hooks.example.com", "begin with https"},
        {"https://127.0.0.1", "a public address"},
        {"https://[::1]", "a public address"},
        {"https://[::ffff:10.0.0.1]", "a public address"},
        {"https://2130706433", "a public address"},
        {"https://169.254.169.254/latest", "a public address"},
        {"https://localhost:8443", "a public address"},
        {"https://metadata.google.internal", "a public address"},
        {"https://intranet", "a public address"},
    };
    const auto good = run(strict.create("ada", {.url = "https://hooks.example.com:8443/a?b=c"}));
    for (const auto& [url, fault] : table) {
        SCOPED_TRACE(url);
        const auto error = error_of([&] { run(strict.create("ada", {.url = url})); });
        EXPECT_EQ(error.code(), ErrorCode::invalid);
        EXPECT_THAT(lines_of(error.violations()), ElementsAre(HasSubstr(fault)));
        types::WebhookChange change{.webhook_id = base::to_string(good.id)};
        change.url = {true, url};
        EXPECT_EQ(error_of([&] { run(strict.change("ada", change)); }).code(), ErrorCode::invalid);
    }
    EXPECT_THAT(run(strict.list("ada")), SizeIs(1));
}

TEST_F(WebhookService, changes_what_is_given_and_nothing_where_nothing_is)
{
    const auto made = create();
    clock().advance(std::chrono::minutes{1});
    types::WebhookChange change{.webhook_id = base::to_string(made.id)};
    EXPECT_EQ(run(webhook_service().change("ada", change)), made);
    change.is_active = {true, false};
    const auto changed = run(webhook_service().change("ada", change));
    EXPECT_FALSE(changed.is_active);
    EXPECT_EQ(changed.updated_at, clock().now());
}

TEST_F(WebhookService, finds_nobody_else_s_and_none_that_is_not_there)
{
    const auto made = create();
    auto& service = webhook_service();
    const auto expect_none = [&](const std::string& user_id, const std::string& id) {
        const types::NameWebhook name{id};
        types::WebhookChange change{.webhook_id = id};
        change.is_active = {true, false};
        EXPECT_EQ(error_of([&] { run(service.get(user_id, name)); }).code(), ErrorCode::not_found);
        EXPECT_EQ(error_of([&] { run(service.change(user_id, change)); }).code(),
                  ErrorCode::not_found);
        EXPECT_EQ(error_of([&] { run(service.remove(user_id, name)); }).code(),
                  ErrorCode::not_found);
        EXPECT_EQ(error_of([&] { run(service.replace_secret(user_id, name)); }).code(),
                  ErrorCode::not_found);
        EXPECT_EQ(error_of([&] { run(service.test(user_id, name)); }).code(), ErrorCode::not_found);
        EXPECT_EQ(error_of([&] { run(service.list_dead_letters(user_id, {id})); }).code(),
                  ErrorCode::not_found);
        EXPECT_EQ(error_of([&] { run(service.retry(user_id, {id, 1})); }).code(),
                  ErrorCode::not_found);
    };
    expect_none("bob", base::to_string(made.id));
    expect_none("ada", "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e");
    expect_none("ada", "1");
    EXPECT_EQ(run(service.get("ada", name_of(made))), made);
    run(service.remove("ada", name_of(made)));
    EXPECT_THAT(run(service.list("ada")), IsEmpty());
}

TEST_F(WebhookService, is_off_without_a_key_to_seal_with)
{
    const auto made = create();
    auto off = service_with({}, nullptr);
    const auto code_of = [&](auto work) {
        const auto error = error_of([&] { run(std::move(work)); });
        EXPECT_THAT(error.message(), HasSubstr("ENCRYPTION_KEY"));
        return error.code();
    };
    EXPECT_EQ(code_of(off.list("ada")), ErrorCode::unavailable);
    EXPECT_EQ(code_of(off.get("ada", name_of(made))), ErrorCode::unavailable);
    EXPECT_EQ(code_of(off.create("ada", {.url = "https://a.example"})), ErrorCode::unavailable);
    EXPECT_EQ(code_of(off.change("ada", {.webhook_id = "1"})), ErrorCode::unavailable);
    EXPECT_EQ(code_of(off.remove("ada", name_of(made))), ErrorCode::unavailable);
    EXPECT_EQ(code_of(off.replace_secret("ada", name_of(made))), ErrorCode::unavailable);
    EXPECT_EQ(code_of(off.test("ada", name_of(made))), ErrorCode::unavailable);
}

TEST_F(WebhookService, tries_a_hook_and_says_what_became_of_it)
{
    const auto made = create(server.url("/hook?a=b"));
    auto outcome = run(webhook_service().test("ada", name_of(made)));
    EXPECT_TRUE(outcome.is_delivered);
    EXPECT_EQ(outcome.status, 204);
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_THAT(request, HasSubstr("POST /hook?a=b HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("webhook-signature: v1,"));
    EXPECT_THAT(request, HasSubstr("\"type\":\"todod.ping\""));
    status = 302;
    outcome = run(webhook_service().test("ada", name_of(made)));
    EXPECT_FALSE(outcome.is_delivered);
    EXPECT_EQ(outcome.error, "It answered 302: redirects are not followed.");
    status = 500;
    EXPECT_EQ(run(webhook_service().test("ada", name_of(made))).error, "It answered 500.");
    EXPECT_EQ(run(webhook_service().get("ada", name_of(made))), made);
}

TEST_F(WebhookService, signs_with_the_secret_before_as_well_for_a_day)
{
    const auto made = create(server.url());
    const auto signatures = [&] {
        run(webhook_service().test("ada", name_of(made)));
        const auto from = request.find("webhook-signature: ");
        const auto line = request.substr(from, request.find('\r', from) - from);
        return std::ranges::count(line, ',');
    };
    EXPECT_EQ(signatures(), 1);
    const auto replaced = run(webhook_service().replace_secret("ada", name_of(made)));
    EXPECT_NE(replaced.secret, made.secret);
    EXPECT_EQ(replaced.old_secret_until, clock().now() + std::chrono::hours{24});
    EXPECT_EQ(signatures(), 2);
    clock().advance(std::chrono::hours{24});
    EXPECT_EQ(signatures(), 1);
}

TEST_F(WebhookService, seals_anew_what_an_older_key_sealed_when_it_is_used)
{
    const auto made = create(server.url());
    const std::vector<std::string> keys{testing::older_fernet_key, testing::fernet_key};
    const auth::Fernet turned{keys};
    base::Metrics metrics;
    net::HttpClient client;
    webhooks::Sender newer{client, turned, false, clock(), random(), metrics};
    auto service = service_with({}, &newer);
    EXPECT_TRUE(run(service.test("ada", name_of(made))).is_delivered);
    const auto kept = run(webhooks().find("ada", made.id)).value();
    const auto opened = auth::Fernet{std::span{keys}.first(1)}.open(kept.secret, clock().now());
    ASSERT_TRUE(opened) << "the older key may go";
    EXPECT_EQ(opened->plaintext.view(), made.secret);
}

TEST_F(WebhookService, sends_a_dead_letter_again_until_it_arrives)
{
    const auto made = create(server.url());
    give_up(made);
    ASSERT_THAT(letters_of(made), SizeIs(1));
    const types::NameDeadLetter name{base::to_string(made.id), 1};
    status = 503;
    clock().advance(std::chrono::minutes{1});
    EXPECT_FALSE(run(webhook_service().retry("ada", name)).is_delivered);
    EXPECT_EQ(letters_of(made)[0],
              (types::WebhookDeadLetter{1, clock().now(), 11, 503, "It answered 503."}));
    EXPECT_THAT(request, HasSubstr(fmt::format("webhook-id: msg_{}_1\r\n", name.webhook_id)));
    status = 200;
    EXPECT_TRUE(run(webhook_service().retry("ada", name)).is_delivered);
    EXPECT_THAT(letters_of(made), IsEmpty());
    EXPECT_EQ(error_of([&] { run(webhook_service().retry("ada", name)); }).code(),
              ErrorCode::not_found);
}

TEST_F(WebhookService, cannot_send_again_what_the_log_has_forgotten)
{
    const auto made = create(server.url());
    give_up(made);
    execute("DELETE FROM changes");
    const types::NameDeadLetter name{base::to_string(made.id), 1};
    EXPECT_EQ(error_of([&] { run(webhook_service().retry("ada", name)); }).code(),
              ErrorCode::conflict);
    EXPECT_THAT(letters_of(made), SizeIs(1));
}

TEST_F(WebhookService, cannot_sign_with_a_secret_that_cannot_be_opened)
{
    const auto made = create(server.url());
    execute("UPDATE webhooks SET secret = 'gAAAAAB'");
    const auto error = error_of([&] { run(webhook_service().test("ada", name_of(made))); });
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_THAT(error.message(), HasSubstr("ENCRYPTION_KEY"));
    EXPECT_THAT(request, IsEmpty());
}

}  // namespace
}  // namespace todod::services
