#include "assistant/consent.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "assistant/builtin/match.hpp"
#include "assistant/builtin/replies.hpp"
#include "assistant/task_filter.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace todod::assistant {

namespace json = boost::json;
using builtin::Action;
using builtin::Intent;
using builtin::TaskReference;

namespace {

/// How many tasks one question is about; the rest is asked about when these are done.
constexpr std::size_t max_asked_about = 20;

/// Of a title in a question.
constexpr std::size_t max_title_bytes = 100;

constexpr std::string_view asked_key = "asked_to_delete";

/// "Yes", where nothing else is understood of a message.
constexpr std::array<std::string_view, 16> yes_words{"ano", "da", "evet", "hai", "igen", "ja",
                                                     "jo",  "ok", "oui",  "si",  "sim",  "tak",
                                                     "ya",  "да", "はい", "是"};
static_assert(std::ranges::is_sorted(yes_words));

/// "No" and "not" in other languages than English.
constexpr std::array<std::string_view, 30> no_words{
    "aucune", "bez", "ei",  "garde", "geen", "hayir", "iie",  "inte",  "jamais", "kein",
    "keine",  "nao", "ne",  "nee",   "nein", "nej",   "nem",  "nicht", "nie",    "niet",
    "nikdy",  "no",  "non", "nunca", "ohne", "pas",   "sans", "не",    "нет",    "不"};
static_assert(std::ranges::is_sorted(no_words));

/// Whether the telling words of `part`, of which there are some, are all among those of `text`.
bool has_all(std::string_view text, std::string_view part)
{
    const auto empty_words = builtin::english_replies().empty_words;
    return builtin::fit(builtin::telling_words(part, empty_words),
                        builtin::telling_words(text, empty_words)) >= builtin::Fit::plural;
}

/// By its number or by its title, in whatever language.
bool names(std::string_view text, const json::object& task)
{
    const auto tokens = builtin::tokenize(text);
    const std::string number = std::to_string(number_of(task));
    return std::ranges::find(tokens, number, &builtin::Token::text) != tokens.end() ||
           has_all(text, text_of(task, "title"));
}

/// A yes and nothing else, or a yes to all.
bool is_yes(std::string_view message)
{
    const auto words = base::words_of(message);
    return words.size() == 1 &&
           std::ranges::binary_search(yes_words, std::string_view{words.front()});
}

/// Whether `message`, which is not understood, says no more than which task, and nothing against
/// it: "Nummer 2", but neither "not task 2" nor "nein, nicht 2" nor a sentence about it.
bool picks(std::string_view message, const json::object& task)
{
    constexpr std::size_t max_words_beside = 2;
    const auto words = base::words_of(message);
    if (words.size() > base::words_of(text_of(task, "title")).size() + max_words_beside) {
        return false;
    }
    const auto english = builtin::english_replies().negation_words;
    const auto negates = [&](const std::string& word) {
        return std::ranges::find(english, word) != english.end() ||
               std::ranges::binary_search(no_words, std::string_view{word});
    };
    return std::ranges::none_of(words, negates) && names(message, task);
}

const Said* last_answer(const Turn& turn)
{
    const auto last =
        std::ranges::find(turn.history.rbegin(), turn.history.rend(), false, &Said::by_user);
    return last != turn.history.rend() ? &*last : nullptr;
}

/// The numbers of the tasks that the last answer has asked about, in its order.
std::vector<std::int64_t> asked_about(const Turn& turn)
{
    std::vector<std::int64_t> numbers;
    const Said* const answer = last_answer(turn);
    if (answer == nullptr) return numbers;
    boost::system::error_code failed;
    const json::value state = json::parse(answer->state, failed);
    const json::object* const object = failed ? nullptr : state.if_object();
    const json::value* const list = object != nullptr ? object->if_contains(asked_key) : nullptr;
    if (list == nullptr || !list->is_array()) return numbers;
    for (const json::value& number : list->get_array()) {
        if (number.is_int64()) numbers.push_back(number.get_int64());
    }
    return numbers;
}

/// What the data of `use`, if it went well, has under `key`.
const json::value* find_data(const ToolUse& use, std::string_view key)
{
    const json::value* const data = use.result.if_contains("data");
    return data != nullptr && data->is_object() ? data->get_object().if_contains(key) : nullptr;
}

std::optional<std::int64_t> at_position(int position, const std::vector<std::int64_t>& numbers)
{
    const auto size = static_cast<int>(numbers.size());
    const int index = position > 0 ? position - 1 : size + position;
    if (index < 0 || index >= size) return std::nullopt;
    return numbers[static_cast<std::size_t>(index)];
}

/// The numbers of the tasks in the list that the assistant has shown last.
std::vector<std::int64_t> last_shown(const Turn& turn)
{
    std::vector<std::int64_t> numbers;
    const Said* const answer = last_answer(turn);
    if (answer == nullptr) return numbers;
    // What the model has not said the user has not seen.
    const auto is_shown = [&](const json::object& task) { return names(answer->text, task); };
    for (const auto& use : answer->tools) {
        const json::value* const list = find_data(use, "tasks");
        if (list == nullptr || !list->is_array()) continue;
        numbers.clear();
        for (const json::value& row : list->get_array()) {
            if (row.is_object() && is_shown(row.get_object())) {
                numbers.push_back(number_of(row.get_object()));
            }
        }
    }
    return numbers;
}

/// Whether the assistant's last answer was about that one task.
bool was_spoken_of(const Turn& turn, const json::object& task)
{
    const Said* const answer = last_answer(turn);
    if (answer == nullptr || answer->tools.empty()) return false;
    const json::value* const number = find_data(answer->tools.back(), "task_id");
    return number != nullptr && number->is_int64() && number->get_int64() == number_of(task) &&
           names(answer->text, task);
}

}  // namespace

bool Consent::was_asked_about(const json::object& task) const
{
    const auto numbers = asked_about(turn_);
    return std::ranges::find(numbers, number_of(task)) != numbers.end();
}

bool Consent::refers_to(const TaskReference& reference, const json::object& task,
                        bool is_changed) const
{
    const std::int64_t number = number_of(task);
    if (std::ranges::find(reference.numbers, number) != reference.numbers.end()) return true;
    if (reference.id && base::to_string(*reference.id) == text_of(task, "id")) return true;
    if (reference.empty()) return was_asked_about(task);
    // "both", "all of them": those that the question was about.
    if (reference.is_previous) {
        return was_asked_about(task) || (!reference.is_all && was_spoken_of(turn_, task));
    }
    if (is_changed) return false;
    if (reference.is_all) return passes(reference.filter, task, turn_.now, turn_.zone);
    if (reference.position) {
        const auto asked = asked_about(turn_);
        return at_position(*reference.position, asked.empty() ? last_shown(turn_) : asked) ==
               number;
    }
    return has_all(text_of(task, "title"), reference.words);
}

bool Consent::is_asked_for(const json::object& task, bool is_changed)
{
    if (!understood_) {
        understood_ = builtin::understand(turn_.message, {.now = turn_.now, .zone = turn_.zone});
    }
    for (const Action& action : understood_->actions) {
        switch (action.intent) {
            case Intent::remove:
                if (refers_to(action.task, task, is_changed)) return true;
                break;
            case Intent::confirm:
                if (was_asked_about(task)) return true;
                break;
            case Intent::choose:
                if (was_asked_about(task) && refers_to(action.task, task, is_changed)) return true;
                break;
            default:
                break;
        }
    }
    // Of an answer in another language: only to the question.
    return understood_->actions.empty() && was_asked_about(task) &&
           (is_yes(turn_.message) || picks(turn_.message, task));
}

bool Consent::covers(const json::object& task, bool is_changed)
{
    if (is_asked_for(task, is_changed)) return true;
    const std::int64_t number = number_of(task);
    const bool is_noted = std::ranges::find(refused_, number, &Refused::number) != refused_.end();
    if (is_noted) return false;
    if (refused_.size() < max_asked_about) {
        refused_.push_back(
            {number, std::string{base::cut(text_of(task, "title"), max_title_bytes)}});
    } else {
        has_more_ = true;
    }
    return false;
}

std::string Consent::question() const
{
    std::string tasks;
    for (std::size_t i = 0; i < refused_.size(); ++i) {
        if (i != 0) tasks += i + 1 == refused_.size() ? " and " : ", ";
        tasks += fmt::format("task {} '{}'", refused_[i].number, refused_[i].title);
    }
    return fmt::format(
        "Nothing has been deleted that you did not ask for{}. Shall I delete {}? (yes/no)",
        has_more_ ? ", and there is more than I can ask about at once" : "", tasks);
}

std::string Consent::state() const
{
    json::array numbers;
    for (const Refused& refused : refused_)
        numbers.emplace_back(refused.number);
    return json::serialize(json::object{{asked_key, std::move(numbers)}});
}

}  // namespace todod::assistant
