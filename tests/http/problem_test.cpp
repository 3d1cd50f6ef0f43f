#include "http/problem.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

namespace todod::http {

namespace {

using base::Error;
using base::ErrorCode;

std::string header(const Problem& problem, std::string_view name)
{
    for (const auto& each : problem_headers(problem)) {
        if (each.name == name) return each.value;
    }
    return {};
}

}  // namespace

TEST(Problem, has_a_status_for_each_kind_of_error)
{
    const std::vector<std::pair<ErrorCode, int>> statuses{
        {ErrorCode::bad_request, 400}, {ErrorCode::unauthorized, 401},
        {ErrorCode::forbidden, 403},   {ErrorCode::not_found, 404},
        {ErrorCode::conflict, 409},    {ErrorCode::precondition_failed, 412},
        {ErrorCode::too_large, 413},   {ErrorCode::unsupported_media_type, 415},
        {ErrorCode::invalid, 422},     {ErrorCode::too_many_requests, 429},
        {ErrorCode::internal, 500},    {ErrorCode::unavailable, 503},
        {ErrorCode::bad_gateway, 502}, {ErrorCode::gone, 410},
    };
    for (const auto& [code, status] : statuses) {
        EXPECT_EQ(to_problem(Error{code, "why"}).status, status);
        EXPECT_NE(reason_phrase(status), "Status") << status;
    }
}

TEST(Problem, is_written_as_rfc_9457_has_it)
{
    EXPECT_EQ(write_problem(to_problem(Error{ErrorCode::not_found, "No \"such\" task."}), "r1"),
              R"({"type":"about:blank","title":"Not Found","status":404,)"
              R"("detail":"No \"such\" task.","request_id":"r1"})");
}

TEST(Problem, names_everything_that_is_wrong_with_an_input)
{
    const auto error = Error::invalid({{{"body", "title"}, "is missing.", "missing"},
                                       {{"body", "tags", "0"}, "is too \"long\".", "too_long"}});
    const auto body = boost::json::parse(write_problem(to_problem(error), "r1")).as_object();
    EXPECT_EQ(body.at("status"), 422);
    EXPECT_EQ(body.at("errors"), boost::json::parse(R"([
        {"loc": ["body", "title"], "msg": "is missing.", "type": "missing"},
        {"loc": ["body", "tags", "0"], "msg": "is too \"long\".", "type": "too_long"}])"));
}

TEST(Problem, has_the_members_of_its_error)
{
    const auto error =
        Error{ErrorCode::conflict, "changed since"}.with("conflicts", R"([{"task_number":3}])");
    const auto body = boost::json::parse(write_problem(to_problem(error), "r1")).as_object();
    EXPECT_EQ(body.at("conflicts"), boost::json::parse(R"([{"task_number": 3}])"));
    EXPECT_EQ(body.at("detail"), "changed since");
}

TEST(Problem, says_nothing_of_an_internal_error)
{
    const auto body = write_problem(to_problem(Error{ErrorCode::internal, "secret"}), "r1");
    EXPECT_EQ(body.find("secret"), std::string::npos);
}

TEST(Problem, tells_when_to_try_again)
{
    using std::chrono::seconds;
    EXPECT_EQ(header(to_problem(Error::unavailable("busy", seconds{7})), "Retry-After"), "7");
    EXPECT_EQ(header(to_problem(Error{ErrorCode::unavailable, "busy"}), "Retry-After"), "1");
    EXPECT_EQ(header(to_problem(Error{ErrorCode::too_many_requests, "x"}), "Retry-After"), "1");
    EXPECT_EQ(header(to_problem(Error{ErrorCode::conflict, "x"}), "Retry-After"), "");
}

}  // namespace todod::http
