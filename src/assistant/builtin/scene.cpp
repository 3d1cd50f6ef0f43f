#include "assistant/builtin/scene.hpp"

#include <algorithm>
#include <boost/json/value_from.hpp>

#include "assistant/builtin/contains.hpp"
#include "assistant/builtin/match.hpp"
#include "base/text.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

base::Async<void> say(Scene& scene, std::string line)
{
    std::string piece = scene.text.empty() ? std::move(line) : '\n' + line;
    scene.text += piece;
    co_await scene.listener.hear(std::move(piece));
}

bool Outcome::is_not_found() const noexcept
{
    return error == "Task not found.";
}

base::Async<Outcome> use(Scene& scene, std::string tool, json::object arguments)
{
    json::object result = co_await scene.tools.use(std::move(tool), std::move(arguments));
    Outcome outcome;
    if (json::value* const data = result.if_contains("data"); data && data->is_object()) {
        outcome.data = std::move(data->get_object());
    } else {
        const json::value* const error = result.if_contains("error");
        outcome.error = error != nullptr && error->is_string() ? error->get_string() : "?";
    }
    co_return outcome;
}

std::size_t uses_left(const Scene& scene) noexcept
{
    return Toolbox::max_uses - std::min(Toolbox::max_uses, scene.tools.uses().size());
}

TaskName name_of(const TaskView& task)
{
    return {.number = task.number,
            .title = std::string{base::cut(task.title, TaskName::max_title_bytes)}};
}

std::vector<TaskName> names_of(const std::vector<TaskView>& tasks)
{
    std::vector<TaskName> names;
    std::ranges::transform(tasks, std::back_inserter(names), name_of);
    return names;
}

std::string name_in_words(const Scene& scene, const TaskName& task)
{
    return fill(scene.replies.name, fmt::arg("number", task.number), fmt::arg("title", task.title));
}

std::string failure_in_words(const Scene& scene, const Outcome& outcome, std::int64_t number)
{
    if (outcome.is_not_found()) {
        return fill(scene.replies.no_task, fmt::arg("number", number));
    }
    return fill(scene.replies.failed, fmt::arg("why", outcome.error));
}

std::optional<Work> work_of(Intent intent) noexcept
{
    switch (intent) {
        case Intent::complete:
            return Work::complete;
        case Intent::reopen:
            return Work::reopen;
        case Intent::update:
            return Work::update;
        case Intent::remove:
            return Work::remove;
        default:
            return std::nullopt;
    }
}

bool is_aside(const Action& action) noexcept
{
    using enum Intent;
    return action.intent == greet || action.intent == thank || action.intent == confirm ||
           action.intent == decline;
}

json::object changes_of(const Action& action)
{
    json::object changes;
    if (!action.title.empty()) changes["title"] = action.title;
    if (action.description) {
        changes["description"] =
            action.description->empty() ? json::value() : json::value(*action.description);
    }
    if (action.clears_due) changes["due_date"] = nullptr;
    if (action.due) changes["due_date"] = to_json(*action.due);
    if (action.is_due_time) changes[keeps_day] = true;
    if (action.repeats) changes[repeats] = true;
    if (action.priority) changes["priority"] = to_json(*action.priority);
    if (!action.tags.empty()) changes["tags"] = json::value_from(action.tags);
    if (!action.dropped_tags.empty()) {
        changes[dropped_tags] = json::value_from(action.dropped_tags);
    } else if (action.drops_all_tags) {
        changes[dropped_tags] = true;
    }
    if (action.shift) {
        changes[shifted_by] = {{"days", action.shift->days}, {"ms", action.shift->time.count()}};
    }
    if (action.status) changes["status"] = to_json(*action.status);
    return changes;
}

json::object listing_of(const Filter& filter)
{
    const auto instant = [](base::Instant at) {
        return to_json(types::Due{.at = at, .whole_day = false});
    };
    json::object listing;
    if (filter.status) {
        listing["status"] =
            schema::Codec<types::StatusFilter>::name(*filter.status, schema::Dialect::tool);
    }
    if (filter.priority) listing["priority"] = to_json(*filter.priority);
    if (!filter.tags.empty()) listing["tags"] = json::value_from(filter.tags);
    if (!filter.is_by_completion) {
        if (filter.due_after) listing["due_after"] = instant(*filter.due_after);
        if (filter.due_before) listing["due_before"] = instant(*filter.due_before);
    }
    if (filter.is_overdue) listing["overdue"] = true;
    if (!filter.words.empty()) listing["q"] = filter.words;
    return listing;
}

bool is_set(const Filter& filter) noexcept
{
    return filter.status || filter.priority || !filter.tags.empty() || filter.due_after ||
           filter.due_before || filter.is_overdue || filter.is_undated || filter.is_untagged ||
           !filter.words.empty();
}

std::string time_in_words(const Scene& scene, const Filter& filter)
{
    if (scene.understood.times.size() != 1) return {};
    const TimeMention& mention = scene.understood.times.front();
    const bool is_of_filter =
        filter.due_after ? *filter.due_after == mention.start : filter.due_before == mention.end;
    if (!is_of_filter || !filter.due_before) return {};
    const auto tokens = tokenize(scene.turn.message);
    if (mention.first >= mention.last || mention.last > tokens.size()) return {};
    const std::size_t begin = tokens[mention.first].begin;
    return scene.turn.message.substr(begin, tokens[mention.last - 1].end - begin);
}

bool says_one_of(const Scene& scene, std::span<const std::string_view> words)
{
    const auto tokens = tokenize(scene.turn.message);
    return std::ranges::any_of(
        words, [&](std::string_view word) { return contains(tokens, word, &Token::text); });
}

std::vector<std::string> telling_words(const Scene& scene)
{
    auto words = telling_words(scene.turn.message, scene.replies.empty_words);
    std::erase_if(words, [&](const std::string& word) {
        return contains(scene.replies.correction_words, word);
    });
    return words;
}

}  // namespace todod::assistant::builtin
