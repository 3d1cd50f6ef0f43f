#include "mcp/completion.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <map>

#include "base/text.hpp"
#include "mcp/prompts.hpp"
#include "mcp/resources.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

/// As the specification has it.
constexpr std::size_t max_values = 100;
/// Of the newest open tasks, so many pages are looked at for their tags.
constexpr int max_pages = 5;
constexpr int tasks_of_page = 100;
constexpr int days_ahead = 7;
/// As long as a tag can be, and more.
constexpr std::size_t max_value_bytes = 256;

struct Completion {
    std::vector<std::string> values{};  ///< the best first
    bool is_all = true;
};

Completion complete_day(const TaskView& view, const Sender& sender, std::string_view begin)
{
    Completion completion;
    const auto today = find_here(view, sender).today;
    for (int i = 0; i < days_ahead; ++i) {
        auto day = base::to_string(today + std::chrono::days{i});
        if (day.starts_with(begin)) completion.values.push_back(std::move(day));
    }
    return completion;
}

/// Those of most tasks first.
std::vector<std::string> in_order(const std::map<std::string, int>& counts)
{
    std::vector<std::pair<int, std::string>> ordered;
    ordered.reserve(counts.size());
    for (const auto& [tag, count] : counts)
        ordered.emplace_back(-count, tag);
    std::ranges::sort(ordered);
    std::vector<std::string> tags;
    tags.reserve(ordered.size());
    for (auto& [count, tag] : ordered)
        tags.push_back(std::move(tag));
    return tags;
}

base::Async<Completion> complete_tag(const TaskView& view, const Sender& sender,
                                     std::string_view begin)
{
    const std::string folded = base::fold_case(begin);
    std::map<std::string, int> counts;
    json::object query = open_tasks(tasks_of_page);
    bool is_all = false;
    for (int page = 0; page < max_pages && !is_all; ++page) {
        const json::object list = co_await use(view, sender, "list_tasks", query);
        for (const auto& task : list.at("tasks").as_array()) {
            for (const auto& tag : task.at("tags").as_array()) {
                const std::string_view text = tag.as_string();
                if (base::fold_case(text).starts_with(folded)) ++counts[std::string{text}];
            }
        }
        const auto* const next = list.if_contains("next_cursor");
        is_all = next == nullptr || next->is_null();
        if (!is_all) query["cursor"] = *next;
    }
    co_return Completion{.values = in_order(counts), .is_all = is_all};
}

base::Async<Completion> complete_number(const TaskView& view, const Sender& sender,
                                        std::string_view begin)
{
    const json::object list = co_await use(view, sender, "list_tasks", open_tasks(tasks_of_page));
    const auto& tasks = list.at("tasks").as_array();
    Completion completion;
    for (const auto& task : tasks) {
        auto number = fmt::to_string(task.at("task_id").as_int64());
        if (number.starts_with(begin)) completion.values.push_back(std::move(number));
    }
    completion.is_all = list.at("total").as_int64() == std::ssize(tasks);
    co_return completion;
}

Result write(Completion completion)
{
    completion.is_all = completion.is_all && completion.values.size() <= max_values;
    json::object written;
    if (completion.is_all) written["total"] = completion.values.size();
    if (completion.values.size() > max_values) completion.values.resize(max_values);
    written["values"] = json::value_from(completion.values);
    written["hasMore"] = !completion.is_all;
    return {.members = R"("completion":)" + json::serialize(written)};
}

/// What is to be completed.
struct Asked {
    const json::object* reference = nullptr;
    std::string_view name;
    std::string_view begin;
};

base::Async<Answer> complete_prompt(const TaskView& view, const Sender& sender, const Asked& asked)
{
    const auto* const name = find_text(asked.reference, "name");
    if (name == nullptr) co_return refuse_params("`ref.name` must be a text.");
    const auto prompt = find_prompt(*name);
    if (const auto* const fault = std::get_if<Fault>(&prompt)) co_return *fault;
    const auto argument = find_argument(*std::get<const Prompt*>(prompt), asked.name);
    if (const auto* const fault = std::get_if<Fault>(&argument)) co_return *fault;
    switch (std::get<const PromptArgument*>(argument)->kind) {
        case ArgumentKind::day:
            co_return write(complete_day(view, sender, asked.begin));
        case ArgumentKind::tag:
            co_return write(co_await complete_tag(view, sender, asked.begin));
        case ArgumentKind::hours:
            break;
    }
    co_return write({});
}

base::Async<Answer> complete_resource(const TaskView& view, const Sender& sender,
                                      const Asked& asked)
{
    const auto* const uri = find_text(asked.reference, "uri");
    if (uri == nullptr) co_return refuse_params("`ref.uri` must be a text.");
    if (*uri != task_template) {
        co_return refuse_params(fmt::format("The only template is '{}'.", task_template));
    }
    if (asked.name != "id")
        co_return refuse_params("There is no such argument: did you mean 'id'?");
    co_return write(co_await complete_number(view, sender, asked.begin));
}

std::variant<Asked, Fault> read(const json::object* params)
{
    const auto object = [params](std::string_view name) -> const json::object* {
        const auto* const found = params != nullptr ? params->if_contains(name) : nullptr;
        return found != nullptr ? found->if_object() : nullptr;
    };
    const auto* const reference = object("ref");
    const auto* const argument = object("argument");
    const auto* const name = find_text(argument, "name");
    const auto* const begin = find_text(argument, "value");
    if (reference == nullptr) return refuse_params("`ref` must be an object.");
    if (name == nullptr || begin == nullptr) {
        return refuse_params("`argument` must be an object with the texts `name` and `value`.");
    }
    if (begin->size() > max_value_bytes) {
        return refuse_params(
            fmt::format("`argument.value` must be at most {} bytes.", max_value_bytes));
    }
    return Asked{reference, *name, *begin};
}

base::Async<Answer> complete(const TaskView& view, const Request& request)
{
    const auto asked = read(request.message.params);
    if (const auto* const fault = std::get_if<Fault>(&asked)) co_return *fault;
    co_await begin_view(request.sender);
    const Asked& what = std::get<Asked>(asked);
    const auto* const type = find_text(what.reference, "type");
    if (type != nullptr && *type == "ref/prompt") {
        co_return co_await complete_prompt(view, request.sender, what);
    }
    if (type != nullptr && *type == "ref/resource") {
        co_return co_await complete_resource(view, request.sender, what);
    }
    co_return refuse_params("`ref.type` must be 'ref/prompt' or 'ref/resource'.");
}

}  // namespace

Method completion_method(TaskView view)
{
    return {.name = "completion/complete",
            .handle = [view](const Request& request) { return complete(view, request); }};
}

}  // namespace todod::mcp
