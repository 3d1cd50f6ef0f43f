#include "http/problem.hpp"

#include "schema/json_text.hpp"

namespace todod::http {

namespace {

constexpr std::chrono::seconds default_wait{1};

void write_errors(std::string& out, const std::vector<base::Violation>& errors)
{
    const char* between = "";
    for (const auto& error : errors) {
        out += between;
        out += R"({"loc":[)";
        between = "";
        for (const auto& step : error.loc) {
            out += between;
            schema::write_string(out, step);
            between = ",";
        }
        out += R"(],"msg":)";
        schema::write_string(out, error.msg);
        out += R"(,"type":)";
        schema::write_string(out, error.type);
        out += '}';
        between = ",";
    }
}

/// Nothing where trying again is of no use.
std::optional<std::chrono::seconds> time_to_wait(const Problem& problem)
{
    if (problem.retry_after) return problem.retry_after;
    if (problem.status == 429 || problem.status == 503) return default_wait;
    return std::nullopt;
}

}  // namespace

std::string_view reason_phrase(int status) noexcept
{
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 302:
            return "Found";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

Problem to_problem(const base::Error& error)
{
    Problem problem{operation::status_of(error.code()), error.message(), error.violations(),
                    error.retry_after(), error.members()};
    if (error.code() == base::ErrorCode::internal) problem.detail = "Something went wrong here.";
    return problem;
}

std::string write_problem(const Problem& problem, std::string_view request_id)
{
    std::string out = R"({"type":"about:blank","title":)";
    schema::write_string(out, reason_phrase(problem.status));
    fmt::format_to(std::back_inserter(out), R"(,"status":{},"detail":)", problem.status);
    schema::write_string(out, problem.detail);
    out += R"(,"request_id":)";
    schema::write_string(out, request_id);
    if (!problem.errors.empty()) {
        out += R"(,"errors":[)";
        write_errors(out, problem.errors);
        out += ']';
    }
    for (const auto& [name, json] : problem.members) {
        out += ',';
        schema::write_string(out, name);
        out += ':';
        out += json;
    }
    out += '}';
    return out;
}

std::string write_problem_event(const Problem& problem, std::string_view request_id)
{
    std::string out = write_problem(problem, request_id);
    if (const auto wait = time_to_wait(problem)) {
        out.pop_back();
        fmt::format_to(std::back_inserter(out), R"(,"retry_after":{}}})", wait->count());
    }
    return out;
}

std::vector<operation::Header> problem_headers(const Problem& problem)
{
    std::vector<operation::Header> headers;
    if (const auto wait = time_to_wait(problem)) {
        headers.push_back({"Retry-After", fmt::to_string(wait->count())});
    }
    return headers;
}

}  // namespace todod::http
