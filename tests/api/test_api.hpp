#pragma once

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.hpp"
#include "base/text.hpp"
#include "support/errors.hpp"
#include "support/services.hpp"

namespace todod::testing {

/// What came back, its body parsed.
struct Answered {
    int status = 0;
    boost::json::value body{};  ///< null: none
    std::vector<operation::Header> headers{};

    /// Empty where there is none.
    std::string header(std::string_view name) const
    {
        for (const auto& known : headers) {
            if (known.name == name) return known.value;
        }
        return {};
    }
};

/// The operations over a database of their own, called as `http` calls them, without HTTP:
///
///     api.send("ada", "PATCH /api/ada/tasks/3/complete", R"({"completed": true})");
class TestApi : public TestServices {
public:
    TestApi()
        : operations_(api::all_operations({.tasks = &task_service(),
                                           .changes = &change_service(),
                                           .accounts = &account_service(),
                                           .api_keys = &api_key_service(),
                                           .conversations = &conversation_service(),
                                           .tokens = &token_service(),
                                           .clock = &clock(),
                                           .readiness = [this] { return read_readiness(); },
                                           .webhooks = &webhook_service(),
                                           .authenticate = &TestApi::authenticate},
                                          {.name = "todod", .version = "1.2.3"}))
    {
    }

    types::Readiness readiness{"ready", "connected"};
    bool ignore_unknown_fields = false;

    /// `request` is a method, a path and maybe a query. Throws what the operation throws.
    Answered send(std::string user_id, std::string_view request, std::string_view body = {},
                  std::vector<schema::NamedText> headers = {})
    {
        const auto space = request.find(' ');
        const auto target = request.substr(space + 1);
        const auto mark = std::min(target.find('?'), target.size());
        operation::Call call{.caller = {.user_id = std::move(user_id)},
                             .ignore_unknown_fields = ignore_unknown_fields,
                             .path = target.substr(0, mark)};
        std::vector<schema::NamedText> path;
        const auto& found = find(request.substr(0, space), call.path, path, call.dialect);
        std::vector<std::string> texts;
        const auto query = decode(target.substr(std::min(mark + 1, target.size())), texts);
        boost::json::value parsed;
        if (!body.empty()) {
            parsed = boost::json::parse(body);
            call.input.body = &parsed;
        }
        call.input.path = path;
        call.input.query = query;
        call.input.headers = headers;
        operation::Reply reply = run(found.run(call));
        return {reply.status,
                reply.body.empty() ? boost::json::value{} : boost::json::parse(reply.body),
                std::move(reply.headers)};
    }

    /// The error that the same gives. The test fails where it gives none.
    base::Error refuse(std::string user_id, std::string_view request, std::string_view body = {},
                       std::vector<schema::NamedText> headers = {})
    {
        SCOPED_TRACE(fmt::format("{} {}", request, body));
        return error_of([&] { send(std::move(user_id), request, body, std::move(headers)); });
    }

    const operation::Table& operations() const noexcept { return operations_; }

private:
    /// By a header that names the user.
    static base::Async<auth::Principal> authenticate(std::span<const schema::NamedText> headers)
    {
        for (const auto& [name, value] : headers) {
            if (name == "User") co_return auth::Principal{.user_id = std::string{value}};
        }
        throw base::Error{base::ErrorCode::unauthorized, "Not authenticated."};
    }

    base::Async<types::Readiness> read_readiness() { co_return readiness; }

    /// Fills in the path's parameters and the route's dialect.
    const operation::Operation& find(std::string_view method, std::string_view path,
                                     std::vector<schema::NamedText>& parameters,
                                     schema::Dialect& dialect) const
    {
        for (const auto& operation : operations_) {
            for (const auto& route : operation.routes) {
                parameters.clear();
                dialect = route.dialect;
                if (operation::to_string(route.method) != method) continue;
                if (fits(route.path, path, parameters)) return operation;
            }
        }
        throw std::logic_error{fmt::format("there is no {} {}", method, path)};
    }

    static std::string_view take_segment(std::string_view& path)
    {
        path.remove_prefix(1);
        const auto segment = path.substr(0, path.find('/'));
        path.remove_prefix(segment.size());
        return segment;
    }

    static bool fits(std::string_view pattern, std::string_view path,
                     std::vector<schema::NamedText>& parameters)
    {
        while (!pattern.empty() && !path.empty()) {
            const auto wanted = take_segment(pattern);
            const auto given = take_segment(path);
            const bool literal = !wanted.starts_with('{');
            // As the router has it: a literal segment wins, so that no user is called "tasks".
            if (literal ? wanted != given : given == "tasks") return false;
            if (!literal) parameters.push_back({wanted.substr(1, wanted.size() - 2), given});
        }
        return pattern.empty() && path.empty();
    }

    static std::vector<schema::NamedText> decode(std::string_view query,
                                                 std::vector<std::string>& texts)
    {
        texts.reserve(query.size());  // so that no text moves
        std::vector<schema::NamedText> decoded;
        const auto plain = [&](std::string_view text) -> std::string_view {
            return texts.emplace_back(base::percent_decode(text, true).value());
        };
        while (!query.empty()) {
            const auto pair = query.substr(0, query.find('&'));
            query.remove_prefix(std::min(pair.size() + 1, query.size()));
            const auto equals = std::min(pair.find('='), pair.size());
            decoded.push_back({plain(pair.substr(0, equals)),
                               plain(pair.substr(std::min(equals + 1, pair.size())))});
        }
        return decoded;
    }

    operation::Table operations_;
};

/// A test of tasks that holds on both surfaces, with two users.
class TaskApi : public ::testing::TestWithParam<schema::Dialect> {
protected:
    TaskApi()
    {
        api.add_user("ada");
        api.add_user("bob");
    }

    bool own() const { return GetParam() == schema::Dialect::own; }

    /// The path of a user's tasks, on this surface.
    std::string tasks(std::string_view user_id = "ada") const
    {
        return own() ? "/api/tasks" : fmt::format("/api/{}/tasks", user_id);
    }

    /// A key as this surface spells it.
    std::string key(std::string_view snake) const
    {
        return own() ? base::to_camel_case(snake) : std::string{snake};
    }

    Answered send(std::string_view method, std::string_view rest = "", std::string_view body = {},
                  std::vector<schema::NamedText> headers = {}, std::string user_id = "ada")
    {
        const auto request = fmt::format("{} {}{}", method, tasks(user_id), rest);
        return api.send(std::move(user_id), request, body, std::move(headers));
    }

    base::Error refuse(std::string_view method, std::string_view rest = "",
                       std::string_view body = {}, std::vector<schema::NamedText> headers = {},
                       std::string user_id = "ada")
    {
        const auto request = fmt::format("{} {}{}", method, tasks(user_id), rest);
        return api.refuse(std::move(user_id), request, body, std::move(headers));
    }

    boost::json::value create(std::string_view body, std::string user_id = "ada")
    {
        return send("POST", "", body, {}, std::move(user_id)).body;
    }

    /// A task of ada's, by its id or number.
    boost::json::value get(std::string_view task)
    {
        return send("GET", fmt::format("/{}", task)).body;
    }

    /// The titles of a list, in its order.
    std::vector<std::string> titles(std::string_view query,
                                    std::vector<schema::NamedText> headers = {},
                                    std::string user_id = "ada")
    {
        std::vector<std::string> texts;
        const auto list = send("GET", query, {}, std::move(headers), std::move(user_id));
        for (const auto& task : list.body.as_array())
            texts.emplace_back(task.at("title").as_string());
        return texts;
    }

    TestApi api;
};

inline std::string surface_name(const ::testing::TestParamInfo<schema::Dialect>& info)
{
    return info.param == schema::Dialect::own ? "own" : "scoped";
}

/// For INSTANTIATE_TEST_SUITE_P.
inline const auto both_surfaces = ::testing::Values(schema::Dialect::scoped, schema::Dialect::own);

}  // namespace todod::testing
