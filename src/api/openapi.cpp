#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "api/api.hpp"
#include "base/text.hpp"
#include "types/change_output.hpp"

namespace todod::api {

using boost::json::array;
using boost::json::object;
using operation::Method;
using operation::Needs;
using operation::Operation;
using operation::Route;
using schema::Dialect;
using schema::Place;

namespace {

/// What every operation may answer beside its own problems.
constexpr int common_problems[] = {400, 422, 500};

std::string schema_name(const schema::Type& type, Dialect dialect)
{
    return fmt::format("{}{}", dialect == Dialect::own ? "Own" : "", type.name);
}

object reference(std::string_view kind, std::string_view name)
{
    return {{"$ref", fmt::format("#/components/{}/{}", kind, name)}};
}

/// Puts the type among the components, and gives a reference to it.
object use_schema(object& schemas, const schema::Type& type, Dialect dialect, bool input)
{
    const std::string name = schema_name(type, dialect);
    if (!schemas.contains(name)) {
        schemas[name] = schema::object_schema(type, dialect, Place::body, input);
    }
    return reference("schemas", name);
}

object json_content(object schema)
{
    return {{"application/json", object{{"schema", std::move(schema)}}}};
}

/// What is sent to who asks for it by Accept.
object events_content(const operation::Stream& stream)
{
    constexpr std::string_view of_an_answer =
        "The answer while it is being made. Each `data` is JSON on one line: `event: delta` has a "
        "piece of text, `tool_call` and `tool_result` tell what is done meanwhile; last comes "
        "`done` with what application/json would have been, or `error` with a Problem, which has "
        "`retry_after` (seconds) where an answer would have Retry-After. Where nothing is sent for "
        "15 seconds comes a comment. What goes wrong before the first event has its own status. A "
        "client that closes the connection, or its side of it, stops what "
        "it has asked for.";
    const auto doc = stream.doc.empty() ? of_an_answer : stream.doc;
    return {{"schema", object{{"type", "string"}, {"description", doc}}}};
}

constexpr int ok = 200;
constexpr int too_many_requests = 429;

std::string_view problem_title(int status)
{
    switch (status) {
        case 400:
            return "The request cannot be understood.";
        case 401:
            return "No credentials, or they do not hold.";
        case 403:
            return "Not allowed to the caller.";
        case 404:
            return "There is no such thing of the caller's.";
        case 409:
            return "It exists already, or has been changed meanwhile; `conflicts` names what keeps "
                   "an "
                   "undo from being done.";
        case 410:
            return "It was there, and is not kept any more.";
        case 412:
            return "If-Match does not hold.";
        case 413:
            return "The body is too large.";
        case 415:
            return "The body is not JSON.";
        case 422:
            return "Something in the request breaks a rule; `errors` names each.";
        case too_many_requests:
            return "Too many requests. Try again after Retry-After.";
        case 503:
            return "Try again after Retry-After.";
        default:
            return "Something went wrong here.";
    }
}

object problem_response(int status)
{
    return {{"description", problem_title(status)},
            {"content", object{{"application/problem+json",
                                object{{"schema", reference("schemas", "Problem")}}}}}};
}

/// What a limit says of itself, on each answer that it has let through as well.
object limit_response()
{
    object response = problem_response(too_many_requests);
    const auto header = [](std::string_view type, std::string_view doc) {
        return object{{"description", doc}, {"schema", object{{"type", type}}}};
    };
    response["headers"] =
        object{{"RateLimit-Policy", header("string", "The limit: its name, quota and seconds.")},
               {"RateLimit", header("string",
                                    "What is left of it, and in how many seconds there is "
                                    "more.")},
               {"X-RateLimit-Limit", header("integer", "The quota.")},
               {"X-RateLimit-Remaining", header("integer", "What is left of it.")},
               {"X-RateLimit-Reset", header("integer", "When there is more, in Unix seconds.")},
               {"Retry-After", header("integer", "In seconds.")}};
    return response;
}

object problem_schema()
{
    const object text{{"type", "string"}};
    const object error{{"type", "object"},
                       {"properties", object{{"loc", object{{"type", "array"}, {"items", text}}},
                                             {"msg", text},
                                             {"type", text}}},
                       {"required", array{"loc", "msg", "type"}}};
    const object conflict = schema::object_schema(schema::type_of<types::UndoConflict>(),
                                                  Dialect::scoped, Place::body, false);
    return {{"type", "object"},
            {"description", "What went wrong (RFC 9457)."},
            {"properties", object{{"type", text},
                                  {"title", text},
                                  {"status", object{{"type", "integer"}}},
                                  {"detail", text},
                                  {"request_id", text},
                                  {"errors", object{{"type", "array"}, {"items", error}}},
                                  {"conflicts", object{{"type", "array"}, {"items", conflict}}},
                                  {"last_seq", object{{"type", "integer"}}}}},
            {"required", array{"type", "title", "status", "detail", "request_id"}}};
}

array parameters_of(const Operation& operation, const Route& route)
{
    array parameters;
    if (route.path.contains("{user_id}")) {
        parameters.push_back(object{{"name", "user_id"},
                                    {"in", "path"},
                                    {"required", true},
                                    {"description", "The caller's own user_id; else 403."},
                                    {"schema", object{{"type", "string"}}},
                                    {"example", "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e"}});
    }
    if (operation.input == nullptr) return parameters;
    for (const schema::Field& field : operation.input->fields) {
        if (field.place == Place::body) continue;
        const bool in_path = field.place == Place::path;
        object parameter{// A path's parameter is named by the route, whatever the dialect.
                         {"name", in_path ? field.name : field.key(route.dialect)},
                         {"in", in_path                       ? "path"
                                : field.place == Place::query ? "query"
                                                              : "header"},
                         {"required", field.required},
                         {"description", field.doc}};
        object described;
        field.describe(described, field, route.dialect);
        parameter["schema"] = std::move(described);
        if (!field.example.empty()) parameter["example"] = boost::json::parse(field.example);
        parameters.push_back(std::move(parameter));
    }
    return parameters;
}

object response_with_headers(std::string_view description, const Operation& operation)
{
    object response{{"description", description}};
    object headers;
    for (const auto& header : operation.output.headers) {
        headers[header.name] =
            object{{"description", header.doc}, {"schema", object{{"type", "string"}}}};
    }
    if (!headers.empty()) response["headers"] = std::move(headers);
    return response;
}

object success_response(object& schemas, const Operation& operation, Dialect dialect)
{
    object response = response_with_headers(operation.summary, operation);
    object content;
    if (operation.output.type != nullptr) {
        object schema = use_schema(schemas, *operation.output.type, dialect, false);
        if (operation.output.list) schema = {{"type", "array"}, {"items", std::move(schema)}};
        if (operation.output.preview != nullptr && operation.output.status == ok) {
            object preview = use_schema(schemas, *operation.output.preview, dialect, false);
            schema = {{"oneOf", array{std::move(schema), std::move(preview)}}};
        }
        content = json_content(std::move(schema));
    }
    if (operation.stream) content["text/event-stream"] = events_content(*operation.stream);
    if (!content.empty()) response["content"] = std::move(content);
    return response;
}

object preview_response(object& schemas, const Operation& operation, Dialect dialect)
{
    return {
        {"description", "With `dry_run`: what would change. Nothing has been changed."},
        {"content", json_content(use_schema(schemas, *operation.output.preview, dialect, false))}};
}

object responses_of(object& schemas, const Operation& operation, const Route& route)
{
    std::set<int> problems{operation.problems.begin(), operation.problems.end()};
    problems.insert(std::begin(common_problems), std::end(common_problems));
    // Who the user is the database says, and it may be away.
    if (operation.needs != Needs::nobody) problems.insert({401, 403, 503});
    // Whatever takes parameters refuses those that it does not know.
    if (operation.input != nullptr) problems.insert(422);
    const bool has_body = operation.input != nullptr && operation.input->has(Place::body);
    if (has_body) problems.insert({413, 415});
    object responses;
    responses[std::to_string(operation.output.status)] =
        success_response(schemas, operation, route.dialect);
    if (operation.output.preview != nullptr && operation.output.status != ok) {
        responses[std::to_string(ok)] = preview_response(schemas, operation, route.dialect);
    }
    if (operation.input != nullptr && operation.input->find("If-None-Match", Place::header)) {
        responses["304"] = response_with_headers("It is the same as the caller's.", operation);
    }
    if (operation.limit != operation::Limit::none) problems.insert(too_many_requests);
    for (const int status : problems) {
        responses[std::to_string(status)] =
            status == too_many_requests ? limit_response() : problem_response(status);
    }
    if (operation.needs == Needs::person) {
        responses["403"].as_object()["description"] =
            "Not allowed to the caller; never to one who comes with a token that a program was "
            "given (`tdd_`, or with scopes of an authorisation server's).";
    }
    // A readiness that says no has the shape of one that says yes.
    if (operation.needs == Needs::nobody && operation.input == nullptr && problems.contains(503)) {
        responses["503"] = success_response(schemas, operation, route.dialect);
    }
    return responses;
}

/// Unique: the operation's name, and what tells this route from its first.
std::string operation_id(const Operation& operation, const Route& route, std::size_t index)
{
    std::string id{operation.name};
    if (route.dialect == Dialect::own) id += "_own";
    if (route.method == Method::put) id += "_put";
    const bool plain = route.dialect != Dialect::own && route.method != Method::put;
    if (plain && index > 0) id += fmt::format("_{}", index + 1);
    return id;
}

object describe(object& schemas, const Operation& operation, std::size_t index)
{
    const Route& route = operation.routes[index];
    object described{{"operationId", operation_id(operation, route, index)},
                     {"summary", operation.summary},
                     {"description", operation.doc},
                     {"tags", array{operation.tag}}};
    if (array parameters = parameters_of(operation, route); !parameters.empty()) {
        described["parameters"] = std::move(parameters);
    }
    if (operation.input != nullptr && operation.input->has(Place::body)) {
        object schema = use_schema(schemas, *operation.input, route.dialect, true);
        described["requestBody"] = object{{"required", !operation.body_optional},
                                          {"content", json_content(std::move(schema))}};
    }
    described["responses"] = responses_of(schemas, operation, route);
    if (operation.needs == Needs::nobody) described["security"] = array{};
    if (operation.needs == Needs::person) described["x-needs"] = "person";
    return described;
}

object header_scheme(std::string_view name, std::string_view description)
{
    return {{"type", "apiKey"}, {"in", "header"}, {"name", name}, {"description", description}};
}

object security_schemes(auth::SessionCookie cookie)
{
    return {{"bearer", object{{"type", "http"},
                              {"scheme", "bearer"},
                              {"bearerFormat", "JWT"},
                              {"description",
                               "A token from /api/auth/login; one that begins with `tdd_` "
                               "from /api/auth/tokens; a JWT with the user in `sub`, "
                               "signed with AUTH_SECRET; an Auth.js session; or one of the "
                               "configured auth server."}}},
            {"service", header_scheme("X-Service-Auth",
                                      "SERVICE_AUTH_TOKEN, of a service that speaks for a user.")},
            {"serviceUser", header_scheme("X-User-ID", "The user that the service speaks for.")},
            {"cookie", object{{"type", "apiKey"},
                              {"in", "cookie"},
                              {"name", cookie.name()},
                              {"description",
                               "Given by /api/auth/session to a browser, where there is no "
                               "Authorization. Only a page that todod itself serves may use it: "
                               "any other is refused with 403."}}}};
}

}  // namespace

std::string openapi(const operation::Table& operations, const About& about,
                    auth::SessionCookie cookie)
{
    object schemas{{"Problem", problem_schema()}};
    object paths;
    array tags;
    std::set<std::string_view> known_tags;
    for (const Operation& operation : operations) {
        if (!operation.is_documented) continue;
        if (known_tags.insert(operation.tag).second) {
            tags.push_back(object{{"name", operation.tag}});
        }
        for (std::size_t index = 0; index < operation.routes.size(); ++index) {
            const Route& route = operation.routes[index];
            auto& path = paths[route.path];
            if (!path.is_object()) path.emplace_object();
            path.as_object()[base::to_lower(operation::to_string(route.method))] =
                describe(schemas, operation, index);
        }
    }
    const object document{
        {"openapi", "3.1.0"},
        {"info", object{{"title", about.name},
                        {"version", about.version},
                        {"description",
                         "A task backend for people and their agents. Tasks are served on "
                         "two surfaces: `/api/{user_id}/tasks` in snake_case, and "
                         "`/api/tasks` in camelCase."},
                        {"license", object{{"name", "MIT"}, {"identifier", "MIT"}}}}},
        {"servers", array{object{{"url", "/"}}}},
        {"security",
         array{object{{"bearer", array{}}}, object{{"service", array{}}, {"serviceUser", array{}}},
               object{{"cookie", array{}}}}},
        {"tags", std::move(tags)},
        {"paths", std::move(paths)},
        {"components",
         object{{"schemas", std::move(schemas)}, {"securitySchemes", security_schemes(cookie)}}}};
    return boost::json::serialize(document);
}

}  // namespace todod::api
