#include "mcp/resources.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "schema/json_text.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

/// A task may have changed since.
constexpr CacheHint read_cache{};

constexpr std::string_view json_type = "application/json";
constexpr std::string_view task_prefix = "todo://tasks/";
/// A UUID's, which is longer than any number.
constexpr std::size_t max_id_bytes = 36;
/// What is not there is echoed.
constexpr std::size_t max_uri_bytes = 2048;
/// Of a list: what list_tasks gives at most.
constexpr int max_rows = 100;
/// Of a result: what stands around the rows.
constexpr std::size_t bytes_around_rows = 2'000;

enum class Showing : std::uint8_t { today, overdue, open };

struct Listed {
    std::string_view uri;
    Showing showing;
    std::string_view name;
    std::string_view title;
    std::string_view description;
    double priority;  ///< of MCP's annotations
};

constexpr std::array<Listed, 3> all_listed{{
    {"todo://today", Showing::today, "today", "Due today",
     "The tasks due today that are not completed, earliest first.", 0.9},
    {"todo://overdue", Showing::overdue, "overdue", "Overdue",
     "The tasks past due that are not completed, oldest first.", 0.8},
    {"todo://open", Showing::open, "open", "Open tasks",
     "The tasks that are not completed, newest first.", 0.5},
}};

/// What a URI names: a list, or else a task.
struct Named {
    const Listed* list = nullptr;
    std::string_view task_id{};
};

bool is_task_id(std::string_view text)
{
    constexpr std::string_view known = "0123456789abcdefABCDEF-";
    return !text.empty() && text.size() <= max_id_bytes &&
           text.find_first_not_of(known) == std::string_view::npos;
}

std::optional<Named> find_named(std::string_view uri)
{
    const auto* const found = std::ranges::find(all_listed, uri, &Listed::uri);
    if (found != all_listed.end()) return Named{.list = found};
    if (!uri.starts_with(task_prefix)) return std::nullopt;
    uri.remove_prefix(task_prefix.size());
    if (!is_task_id(uri)) return std::nullopt;
    return Named{.task_id = uri};
}

json::object annotations(double priority)
{
    return {{"audience", {"user", "assistant"}}, {"priority", priority}};
}

std::string describe(const Listed& listed)
{
    return json::serialize(json::object{{"uri", listed.uri},
                                        {"name", listed.name},
                                        {"title", listed.title},
                                        {"description", listed.description},
                                        {"mimeType", json_type},
                                        {"annotations", annotations(listed.priority)}});
}

std::string describe_template()
{
    return json::serialize(
        json::object{{"uriTemplate", task_template},
                     {"name", "task"},
                     {"title", "A task"},
                     {"description", "One task, by its number, as in todo://tasks/3, or its id."},
                     {"mimeType", json_type},
                     {"annotations", annotations(0.5)}});
}

json::object query_of(Showing showing, const Here& here)
{
    json::object query = open_tasks(max_rows);
    switch (showing) {
        case Showing::today:
            query["due_after"] = base::to_string(here.today);
            query["due_before"] = base::to_string(here.today + std::chrono::days{1});
            query["sort"] = "due_date";
            break;
        case Showing::overdue:
            query["overdue"] = true;
            query["sort"] = "due_date";
            break;
        case Showing::open:
            break;
    }
    return query;
}

/// Its text: a JSON object.
base::Async<std::string> show_list(const TaskView& view, const Sender& sender, Here here,
                                   Showing showing)
{
    const RowStyle style{",", [](const json::object& task) { return json::serialize(task); }};
    const Rows rows = co_await list_rows(view, sender, query_of(showing, here),
                                         max_view_bytes - bytes_around_rows, style);
    std::string text = "{";
    if (showing == Showing::today) {
        text += fmt::format(R"("date":"{}","time_zone":)", base::to_string(here.today));
        schema::write_string(text, here.zone.name());
        text += ',';
    }
    text += fmt::format(R"("count":{},"total":{},"more":{},"tasks":[{}]}})", rows.shown, rows.total,
                        rows.total - rows.shown, rows.json);
    co_return text;
}

/// Nothing: there is no such task.
base::Async<std::optional<std::string>> show_task(const TaskView& view, const Sender& sender,
                                                  std::string_view id)
{
    try {
        co_return json::serialize(co_await use(view, sender, "get_task", {{"task_id", id}}));
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::invalid) throw;
    }
    co_return std::nullopt;
}

base::Async<std::optional<std::string>> show(const TaskView& view, const Sender& sender,
                                             const Named& named)
{
    const Here here = find_here(view, sender);
    if (named.list == nullptr) co_return co_await show_task(view, sender, named.task_id);
    co_return co_await show_list(view, sender, here, named.list->showing);
}

Fault not_found(const Request& request, std::string_view uri)
{
    std::vector<std::string_view> uris;
    uris.reserve(all_listed.size());
    for (const Listed& listed : all_listed)
        uris.push_back(listed.uri);
    std::string message{"There is no such resource."};
    if (const auto nearest = base::find_nearest(uri, uris)) {
        message = fmt::format("There is no such resource: did you mean '{}'?", *nearest);
    }
    return {.code = is_modern(request.revision) ? FaultCode::invalid_params
                                                : FaultCode::legacy_resource_not_found,
            .message = std::move(message),
            .data = {{"uri", uri}}};
}

base::Async<Answer> read(const TaskView& view, const Request& request)
{
    const auto* const uri = find_text(request.message.params, "uri");
    if (uri == nullptr || uri->size() > max_uri_bytes) {
        co_return refuse_params(
            fmt::format("`uri` must be a text of at most {} bytes.", max_uri_bytes));
    }
    co_await begin_view(request.sender);
    const auto named = find_named(*uri);
    const auto text =
        named ? co_await show(view, request.sender, *named) : std::optional<std::string>{};
    if (!text) co_return not_found(request, *uri);
    Result result{.members = R"("contents":[{"uri":)", .cache = read_cache};
    schema::write_string(result.members, *uri);
    result.members += fmt::format(R"(,"mimeType":"{}","text":)", json_type);
    schema::write_string(result.members, *text);
    result.members += "}]";
    co_return result;
}

/// A list that who may see no tasks finds empty.
Handler list(std::string_view name, const std::string& items)
{
    return [begin = fmt::format(R"("{}":[)", name),
            items](const Request& request) -> base::Async<Answer> {
        co_return Result{.members = begin + (may_see(request.sender) ? items : "") + ']',
                         .cache = list_cache};
    };
}

}  // namespace

std::vector<Method> resource_methods(TaskView view)
{
    std::string shown;
    for (const Listed& listed : all_listed)
        shown += (shown.empty() ? "" : ",") + describe(listed);
    std::vector<Method> methods;
    methods.push_back({.name = "resources/list", .handle = list("resources", shown)});
    methods.push_back({.name = "resources/templates/list",
                       .handle = list("resourceTemplates", describe_template())});
    methods.push_back({.name = "resources/read",
                       .handle = [view](const Request& request) { return read(view, request); },
                       .named_by = "uri"});
    return methods;
}

ResourceWatch watch_resources(TaskView view)
{
    return {.takes = [](std::string_view uri) { return find_named(uri).has_value(); },
            .look = [view](const Sender& sender, std::string uri) -> base::Async<std::string> {
                if (!may_see(sender)) {
                    throw base::Error{base::ErrorCode::forbidden,
                                      "The token's scopes do not cover this."};
                }
                const auto text = co_await show(view, sender, find_named(uri).value());
                co_return text ? base::sha256(*text) : std::string{};
            }};
}

}  // namespace todod::mcp
