#include "operation/handler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "schema/builder.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::operation {
namespace {

struct Question {
    std::string about;
    std::int64_t times = 1;
};

struct Reaction {
    std::string what_was_said;
};

/// Fields of two words, each in another place.
struct Voucher {
    base::Instant not_after;
    std::string paid_by;
    std::vector<std::string> sold_to;
    base::Instant given_at;
};

}  // namespace
}  // namespace todod::operation

namespace todod::schema {

template <>
const Type& type_of<operation::Question>()
{
    using operation::Question;
    static const Type type =
        TypeBuilder<Question>{"Question", "What is asked."}
            .field<&Question::about>("about", "Of what.", {.place = Place::query})
            .field<&Question::times>("times", "How often.", {.limits = {.minimum = 1}})
            .done();
    return type;
}

template <>
const Type& type_of<operation::Reaction>()
{
    using operation::Reaction;
    static const Type type = TypeBuilder<Reaction>{"Reaction", "What is answered."}
                                 .field<&Reaction::what_was_said>("what_was_said", "Words.")
                                 .done();
    return type;
}

template <>
const Type& type_of<operation::Voucher>()
{
    using operation::Voucher;
    static const Type type =
        TypeBuilder<Voucher>{"Voucher", "What is paid for."}
            .field<&Voucher::not_after>("not_after", "Its end.", {.place = Place::query})
            .field<&Voucher::paid_by>("paid_by", "By whom.")
            .field<&Voucher::sold_to>("sold_to", "To whom.")
            .field<&Voucher::given_at>("given_at", "When.")
            .done();
    return type;
}

}  // namespace todod::schema

namespace todod::operation {
namespace {

using boost::json::parse;
using schema::Dialect;
using schema::NamedText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using todod::testing::error_of;
using todod::testing::kinds_of;
using todod::testing::lines_of;
using todod::testing::TestLoop;

Reply run(const Operation& operation, Call call)
{
    TestLoop loop;
    return loop.run(operation.run(std::move(call)));
}

base::Error refusal(const Operation& operation, Call call)
{
    return error_of([&] { run(operation, std::move(call)); });
}

/// Says what it was asked, as often as it was asked to.
Operation echo(Operation operation)
{
    return with_handler<Question, Reaction>(
        std::move(operation), [](Caller caller, Question input) -> base::Async<Answer<Reaction>> {
            Reaction reaction{caller.user_id + ':'};
            for (std::int64_t i = 0; i < input.times; ++i)
                reaction.what_was_said += input.about;
            co_return Answer<Reaction>{std::move(reaction)};
        });
}

/// Answers with `status`, where it is not 0.
Operation answer_with(int status, Operation operation = {})
{
    return with_handler<Nothing, Reaction>(
        std::move(operation), [status](Caller, Nothing) -> base::Async<Answer<Reaction>> {
            co_return Answer<Reaction>{{"hello"}, {{"X-One", "1"}}, status};
        });
}

TEST(WithHandler, fills_in_the_types)
{
    const Operation one = echo({.name = "echo"});
    EXPECT_EQ(one.name, "echo");
    EXPECT_EQ(one.input, &schema::type_of<Question>());
    EXPECT_EQ(one.output.type, &schema::type_of<Reaction>());
    EXPECT_FALSE(one.output.list);

    const Operation list = with_handler<Nothing, std::vector<Reaction>>(
        {}, [](Caller, Nothing) -> base::Async<Answer<std::vector<Reaction>>> {
            co_return Answer<std::vector<Reaction>>{{{"a"}, {"b"}}};
        });
    EXPECT_EQ(list.input, nullptr);
    EXPECT_EQ(list.output.type, &schema::type_of<Reaction>());
    EXPECT_TRUE(list.output.list);
    EXPECT_EQ(run(list, {.dialect = Dialect::own}).body,
              R"([{"whatWasSaid":"a"},{"whatWasSaid":"b"}])");

    const Operation nothing = with_handler<Nothing, Nothing>(
        {}, [](Caller, Nothing) -> base::Async<Answer<Nothing>> { co_return Answer<Nothing>{}; });
    EXPECT_EQ(nothing.output.type, nullptr);
}

TEST(WithHandler, reads_the_input_and_writes_the_answer_in_the_calls_dialect)
{
    const Operation operation = echo({});
    const auto body = parse(R"({"times": 2})");
    const std::vector<NamedText> query{{"about", "tea"}};
    Call call{.caller = {.user_id = "ada"}, .dialect = Dialect::scoped};
    call.input.query = query;
    call.input.body = &body;
    const Reply reply = run(operation, call);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, R"({"what_was_said":"ada:teatea"})");
    EXPECT_THAT(reply.headers, IsEmpty());

    call.dialect = Dialect::own;
    EXPECT_EQ(run(operation, call).body, R"({"whatWasSaid":"ada:teatea"})");
}

TEST(WithHandler, tells_the_handler_who_calls_and_how)
{
    const Operation operation = with_handler<Nothing, Reaction>(
        {}, [](Caller caller, Nothing) -> base::Async<Answer<Reaction>> {
            co_return Answer<Reaction>{{fmt::format("{} {} {}={}", caller.user_id, caller.path,
                                                    caller.query[0].name, caller.query[0].value)}};
        });
    const std::vector<NamedText> query{{"_x", "1"}};
    Call call{.caller = {.user_id = "ada"}, .path = "/api/x"};
    call.input.query = query;
    EXPECT_EQ(run(operation, call).body, R"({"what_was_said":"ada /api/x _x=1"})");
}

TEST(WithHandler, hands_over_where_events_go_and_how_it_is_told_to_stop)
{
    struct Sink final : operation::EventSink {
        base::Async<void> send(Event event) override
        {
            sent.emplace_back(fmt::format("{} {}", event.name, event.data));
            co_return;
        }
        std::vector<std::string> sent;
    };
    const Operation operation = with_handler<Nothing, Reaction>(
        {}, [](Caller caller, Nothing) -> base::Async<Answer<Reaction>> {
            if (caller.events != nullptr) co_await caller.events->send("delta", "{}");
            co_return Answer<Reaction>{{caller.stopped.stop_requested() ? "stopped" : "went on"}};
        });
    Sink sink;
    std::stop_source source;
    Call call;
    EXPECT_EQ(run(operation, call).body, R"({"what_was_said":"went on"})");
    call.events = &sink;
    call.stopped = source.get_token();
    source.request_stop();
    EXPECT_EQ(run(operation, call).body, R"({"what_was_said":"stopped"})");
    EXPECT_THAT(sink.sent, ElementsAre("delta {}"));
}

TEST(WithHandler, refuses_bad_input_before_the_handler_sees_it)
{
    bool called = false;
    const Operation operation = with_handler<Question, Nothing>(
        {}, [&called](Caller, Question) -> base::Async<Answer<Nothing>> {
            called = true;
            co_return Answer<Nothing>{};
        });
    const auto body = parse(R"({"times": 0, "colour": 1})");
    const std::vector<NamedText> query{{"abuot", "tea"}};
    Call call;
    call.input.query = query;
    call.input.body = &body;
    const auto error = refusal(operation, call);
    EXPECT_EQ(error.code(), base::ErrorCode::invalid);
    EXPECT_THAT(kinds_of(error.violations()),
                ElementsAre("query.abuot unknown_field", "body.times out_of_range",
                            "body.colour unknown_field"));
    EXPECT_FALSE(called);
}

TEST(WithHandler, passes_over_unknown_fields_when_the_call_says_so)
{
    const auto body = parse(R"({"times": 1, "colour": 1})");
    const std::vector<NamedText> query{{"about", "tea"}, {"page", "2"}};
    Call call{.ignore_unknown_fields = true};
    call.input.query = query;
    call.input.body = &body;
    EXPECT_EQ(run(echo({}), call).body, R"({"what_was_said":":tea"})");
}

TEST(WithHandler, takes_a_missing_body_only_where_it_is_optional)
{
    EXPECT_THAT(kinds_of(refusal(echo({}), {}).violations()), ElementsAre("body missing"));
    const Operation lenient = echo({.body_optional = true});
    EXPECT_EQ(run(lenient, {}).body, R"({"what_was_said":":"})");

    const auto bad = parse(R"({"times": 0})");
    Call call;
    call.input.body = &bad;
    EXPECT_THAT(kinds_of(refusal(lenient, call).violations()),
                ElementsAre("body.times out_of_range"));
    const auto null = parse("null");
    call.input.body = &null;
    EXPECT_THAT(kinds_of(refusal(lenient, call).violations()), ElementsAre("body object_type"));
}

TEST(WithHandler, knows_no_query_parameter_where_there_is_no_input)
{
    const std::vector<NamedText> known{{"_", "1"}};
    const std::vector<NamedText> unknown{{"page", "1"}};
    Call call;
    call.input.query = known;
    EXPECT_EQ(run(answer_with(0), call).status, 200);
    call.input.query = unknown;
    EXPECT_THAT(kinds_of(refusal(answer_with(0), call).violations()),
                ElementsAre("query.page unknown_field"));
}

TEST(WithHandler, answers_with_the_operations_status_unless_the_handler_has_another)
{
    const Reply created = run(answer_with(0, {.output = {.status = 201}}), {});
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(created.body, R"({"what_was_said":"hello"})");

    const Reply unavailable = run(answer_with(503, {.output = {.status = 201}}), {});
    EXPECT_EQ(unavailable.status, 503);
    EXPECT_EQ(unavailable.body, R"({"what_was_said":"hello"})");
    ASSERT_EQ(unavailable.headers.size(), 1U);
    EXPECT_EQ(unavailable.headers[0].name, "X-One");
}

TEST(WithHandler, writes_no_body_where_there_may_be_none)
{
    for (const int status : {204, 304}) {
        const Reply reply = run(answer_with(status), {});
        EXPECT_EQ(reply.status, status);
        EXPECT_EQ(reply.body, "");
        EXPECT_EQ(reply.headers.size(), 1U);
    }
    const Operation nothing = with_handler<Nothing, Nothing>(
        {.output = {.status = 204}},
        [](Caller, Nothing) -> base::Async<Answer<Nothing>> { co_return Answer<Nothing>{}; });
    EXPECT_EQ(run(nothing, {}).status, 204);
    EXPECT_EQ(run(nothing, {}).body, "");
}

TEST(WithHandler, lets_the_handlers_error_through)
{
    const Operation operation =
        with_handler<Nothing, Nothing>({}, [](Caller, Nothing) -> base::Async<Answer<Nothing>> {
            throw base::Error{base::ErrorCode::conflict, "It is there."};
            co_return Answer<Nothing>{};
        });
    EXPECT_EQ(refusal(operation, {}).code(), base::ErrorCode::conflict);
}

/// A handler that has this to say of whatever it is given.
Operation complain(std::vector<base::Violation> violations)
{
    return with_handler<Voucher, Nothing>(
        {}, [violations](Caller, Voucher) -> base::Async<Answer<Nothing>> {
            throw base::Error::invalid(violations);
            co_return Answer<Nothing>{};
        });
}

TEST(WithHandler, names_the_keys_of_the_handlers_error_as_they_were_sent)
{
    const Operation operation = complain({
        {{"query", "not_after"}, "not_after is over.", "past"},
        {{"body", "paid_by"}, "paid_by is not you.", "other"},
        {{"body", "sold_to", "0"}, "sold_to.0 is paid_by.", "same"},
        {{"body", "given_at"}, "That is not so.", "wrong"},
        {{"body"}, "The body is odd.", "odd"},
    });
    const auto body =
        parse(R"({"paidBy": "ada", "sold_to": ["ada"], "givenAt": "2026-01-01T00:00:00Z"})");
    const std::vector<NamedText> query{{"notAfter", "2026-01-01T00:00:00Z"}};
    Call call;
    call.input.query = query;
    call.input.body = &body;
    const auto error = refusal(operation, call);
    EXPECT_EQ(error.code(), base::ErrorCode::invalid);
    EXPECT_THAT(lines_of(error.violations()),
                ElementsAre("query.notAfter past: notAfter is over.",
                            "body.paidBy other: paidBy is not you.",
                            "body.sold_to.0 same: sold_to.0 is paid_by.",
                            "body.givenAt wrong: That is not so.", "body odd: The body is odd."));
    EXPECT_THAT(error.message(), ::testing::StartsWith("notAfter is over; paidBy is not you;"));
}

TEST(WithHandler, leaves_the_names_that_were_not_sent)
{
    const Operation operation = complain({
        {{"query", "not_after"}, "not_after is due.", "missing"},
        {{"body", "paid_by"}, "paid_by is due.", "missing"},
    });
    const auto body = parse("{}");
    Call call;
    call.input.body = &body;
    EXPECT_THAT(lines_of(refusal(operation, call).violations()),
                ElementsAre("query.not_after missing: not_after is due.",
                            "body.paid_by missing: paid_by is due."));
}

TEST(WithHandler, keeps_all_that_an_error_says_beside_its_violations)
{
    const Operation operation =
        with_handler<Nothing, Nothing>({}, [](Caller, Nothing) -> base::Async<Answer<Nothing>> {
            throw base::Error::unavailable("Later.", std::chrono::seconds{7});
            co_return Answer<Nothing>{};
        });
    const auto error = refusal(operation, {});
    EXPECT_EQ(error.message(), "Later.");
    EXPECT_EQ(error.retry_after(), std::chrono::seconds{7});
    const Operation terse =
        with_handler<Nothing, Nothing>({}, [](Caller, Nothing) -> base::Async<Answer<Nothing>> {
            throw base::Error{base::ErrorCode::invalid, "It will not do."};
            co_return Answer<Nothing>{};
        });
    EXPECT_EQ(refusal(terse, {}).message(), "It will not do.");
}

TEST(WithHandler, keeps_its_handler_for_one_call_after_another)
{
    Operation copy;
    {
        const Operation operation = answer_with(0);
        copy = operation;
    }
    EXPECT_EQ(run(copy, {}).body, run(copy, {}).body);
    EXPECT_NE(run(copy, {}).body, "");
}

}  // namespace
}  // namespace todod::operation
