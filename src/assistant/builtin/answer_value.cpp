#include <algorithm>

#include "assistant/builtin/act.hpp"
#include "assistant/builtin/answers.hpp"
#include "assistant/builtin/contains.hpp"
#include "base/text.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

/// "Mark the milk task as done", and not "finish the report": that may be a title.
bool is_plain(const Action& action) noexcept
{
    constexpr double sure_enough = 0.9;
    const TaskReference& task = action.task;
    return action.score >= sure_enough && !task.is_previous &&
           (!task.words.empty() || task.position || task.is_all);
}

/// Whether the message is plainly something else than a text that was asked for.
bool is_command(const Scene& scene)
{
    using enum Intent;
    const auto& actions = scene.understood.actions;
    if (actions.empty()) return false;
    const auto tokens = tokenize(scene.turn.message);
    const auto begins_with = [&](std::span<const std::string_view> words) {
        return !tokens.empty() && contains(words, tokens.front().text);
    };
    const bool begins_as_one = begins_with(scene.replies.command_words);
    const bool begins_as_change = begins_with(scene.replies.change_words);
    return std::ranges::any_of(actions, [&](const Action& action) {
        switch (action.intent) {
            case list:
            case count:
            case undo:
            case restore:
            case help:
                return true;
            case add:
            case remove:
                return begins_as_one;
            case complete:
            case reopen:
            case update:
                return !action.task.numbers.empty() || action.task.id.has_value() ||
                       (begins_as_change && is_plain(action));
            default:
                return false;
        }
    });
}

/// Without quotes and the white space around.
std::string plain(std::string_view text)
{
    text = base::trim(text);
    const bool is_quoted = text.size() >= 2 && text.front() == text.back() &&
                           (text.front() == '"' || text.front() == '\'');
    return std::string{is_quoted ? base::trim(text.substr(1, text.size() - 2)) : text};
}

/// As titles begin that are understood in a sentence.
std::string with_capital(std::string title)
{
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') {
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
    }
    return title;
}

json::array tags_in(std::string_view text)
{
    json::array tags;
    std::string tag;
    const auto take = [&] {
        if (!tag.empty()) tags.emplace_back(std::exchange(tag, {}));
    };
    for (const Token& token : tokenize(text)) {
        if (token.text == "," || token.text == "#" || token.text == "and") {
            take();
        } else if (token.kind != Token::Kind::mark) {
            if (!tag.empty()) tag += ' ';
            tag += token.text;
        }
    }
    take();
    return tags;
}

/// What the message says that `field` is to be; nothing: it does not.
std::optional<json::value> value_in(const Scene& scene, std::string_view field)
{
    for (const Action& action : scene.understood.actions) {
        if (action.intent != Intent::update) continue;
        const json::object changes = changes_of(action);
        if (const json::value* const value = changes.if_contains(field)) return *value;
    }
    if (field == "title") return json::value(with_capital(plain(scene.turn.message)));
    if (field == "description") return json::value(plain(scene.turn.message));
    if (field == "due_date") {
        if (scene.understood.times.empty()) return std::nullopt;
        return to_json(to_due(scene.understood.times.front(), scene.moment.zone));
    }
    if (field == "priority") {
        const auto tokens = tokenize(scene.turn.message);
        for (const auto& known : schema::EnumNames<types::Priority>::values)
            if (contains(tokens, known.names.front(), &Token::text)) {
                return to_json(known.value);
            }
        return std::nullopt;
    }
    json::array tags = tags_in(scene.turn.message);
    return tags.empty() ? std::nullopt : std::optional{json::value(std::move(tags))};
}

/// Of "what should I change?": whatever the message sets.
json::object changes_in(const Scene& scene)
{
    json::object changes;
    for (const Action& action : scene.understood.actions)
        for (const auto& [key, value] : changes_of(action))
            if (action.intent == Intent::update) changes[key] = value;
    if (!changes.empty()) return changes;
    if (!scene.understood.times.empty()) changes["due_date"] = *value_in(scene, "due_date");
    if (const auto priority = value_in(scene, "priority")) changes["priority"] = *priority;
    return changes;
}

base::Async<void> take_value(Scene& scene, Question question)
{
    if (question.tasks.empty()) co_return co_await add(scene, std::move(question.order.changes));
    co_await carry_out(scene, std::move(question.order),
                       {.number = question.tasks.front().number, .is_known = false});
}

base::Async<bool> answer_any(Scene& scene, Question question)
{
    json::object changes = changes_in(scene);
    if (changes.empty()) {
        std::string field = field_in(scene);
        if (field.empty()) co_return false;
        co_await ask_value(scene, std::move(question.order), std::move(question.tasks),
                           std::move(field));
        co_return true;
    }
    question.order.changes = std::move(changes);
    co_await take_value(scene, std::move(question));
    co_return true;
}

}  // namespace

base::Async<bool> answer_value(Scene& scene, Question question)
{
    const auto& actions = scene.understood.actions;
    const bool is_declined = !actions.empty() && std::ranges::all_of(actions, [](const Action& a) {
        return a.intent == Intent::decline;
    });
    if (is_declined) {
        co_await say(scene, std::string{scene.replies.left_as_is});
        co_return true;
    }
    if (!actions.empty() && std::ranges::all_of(actions, is_aside)) {
        co_await ask_value(scene, std::move(question.order), std::move(question.tasks),
                           std::move(question.field));
        co_return true;
    }
    if (is_command(scene)) co_return false;
    if (question.field.empty()) co_return co_await answer_any(scene, std::move(question));
    auto value = value_in(scene, question.field);
    if (!value) {
        co_await say(scene, std::string{question.field == "priority" ? scene.replies.no_priority
                                                                     : scene.replies.no_date});
        scene.after.question = std::move(question);
        co_return true;
    }
    question.order.changes[question.field] = *std::move(value);
    co_await take_value(scene, std::move(question));
    co_return true;
}

}  // namespace todod::assistant::builtin
