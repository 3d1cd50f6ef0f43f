#include "assistant/builtin/understand.hpp"

#include <algorithm>
#include <array>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin {

std::string_view to_string(Intent intent) noexcept
{
    static constexpr std::array<std::string_view, 16> names{
        "add",  "list",    "count",  "complete", "reopen",  "update", "delete", "undo",
        "redo", "restore", "choose", "confirm",  "decline", "help",   "greet",  "thank"};
    return names[static_cast<std::size_t>(intent)];
}

bool TaskReference::empty() const noexcept
{
    return numbers.empty() && !id && words.empty() && !position && !is_previous && !is_all;
}

namespace {

/// "cancel the dentist and move it to Friday", "… and set one for Friday": what is deleted cannot
/// be moved, so it is moved.
void join_moves(std::vector<Action>& actions)
{
    for (std::size_t i = 1; i < actions.size(); ++i) {
        Action& next = actions[i];
        const bool is_move = next.intent == Intent::update && next.task.is_previous;
        const bool is_anew = next.intent == Intent::add && next.title.empty() && next.due;
        if ((!is_move && !is_anew) || actions[i - 1].intent != Intent::remove) continue;
        next.intent = Intent::update;
        next.task = std::move(actions[i - 1].task);
        actions.erase(actions.begin() + static_cast<std::ptrdiff_t>(i) - 1);
    }
}

/// "Move what is due today to tomorrow": two dates, and no span of two days.
std::vector<TimeMention> part_moved(std::vector<TimeMention> times, std::span<const Token> tokens,
                                    const Moment& moment)
{
    const auto is_move = [](const Token& token) {
        const auto* const known = phrases::english_grammar().find(token.text);
        return known != nullptr && (known->classes & bit(phrases::Class::move)) != 0;
    };
    if (times.size() != 1 || !times.front().end) return times;
    const TimeMention& span = times.front();
    const auto words = tokens.subspan(span.first, span.last - span.first);
    const auto to = std::ranges::find(words, "to", &Token::text);
    const bool is_due =
        span.first > 0 && (tokens[span.first - 1].text == "due" ||
                           (span.grain >= Grain::day && tokens[span.first - 1].text == "from"));
    if (!is_due || to == words.end() || std::ranges::none_of(tokens.first(span.first), is_move)) {
        return times;
    }
    const auto at = span.first + static_cast<std::size_t>(to - words.begin());
    auto from = find_times(tokens.first(at), moment);
    auto until = find_times(tokens.subspan(at + 1), moment);
    if (from.size() != 1 || until.size() != 1) return times;
    for (std::size_t* const place :
         {&until.front().first, &until.front().last, &until.front().lead})
        *place += at + 1;
    return {from.front(), until.front()};
}

std::vector<Action> actions_of(const phrases::Sentence& sentence)
{
    std::vector<Action> actions;
    for (const phrases::Match& match : phrases::find_matches(sentence))
        phrases::append_actions(sentence, match, actions);
    join_moves(actions);
    return actions;
}

phrases::Sentence without(phrases::Sentence sentence, phrases::Range part)
{
    const auto begin = sentence.units.begin();
    sentence.units.erase(begin + static_cast<std::ptrdiff_t>(part.first),
                         begin + static_cast<std::ptrdiff_t>(part.last));
    return sentence;
}

/// Whether there is one about several tasks, of which some can be left out.
bool leave_out(std::vector<Action>& actions, const TaskReference& left_out)
{
    using types::StatusFilter;
    bool is_left_out = false;
    for (Action& action : actions) {
        const bool is_list = action.intent == Intent::list || action.intent == Intent::count;
        if (is_list && left_out.filter.status == StatusFilter::completed) {
            action.filter.status = StatusFilter::pending;
            is_left_out = true;
        }
        const bool is_change = action.intent == Intent::complete ||
                               action.intent == Intent::reopen || action.intent == Intent::update ||
                               action.intent == Intent::remove;
        const bool are_several = action.task.is_all || action.task.numbers.size() > 1;
        if (!is_change || !are_several) continue;
        action.task.except = {left_out};
        is_left_out = true;
    }
    return is_left_out;
}

}  // namespace

Understanding understand(std::string_view text, const Moment& moment)
{
    const auto tokens = tokenize(text);
    Understanding understood{.actions = {},
                             .offer = {},
                             .times = part_moved(find_times(tokens, moment), tokens, moment)};
    const auto sentence = phrases::to_sentence(text, tokens, understood.times, moment);
    if (const auto exception = phrases::find_exception(sentence)) {
        understood.actions = actions_of(without(sentence, exception->said));
        if (!leave_out(understood.actions, exception->left_out)) understood.actions.clear();
    }
    if (understood.actions.empty()) understood.actions = actions_of(sentence);
    if (understood.actions.empty()) understood.offer = phrases::find_offer(sentence);
    return understood;
}

}  // namespace todod::assistant::builtin
