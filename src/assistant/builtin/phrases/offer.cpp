#include <algorithm>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

/// Behind "please", "so", "I need to"; whether somebody said that they need it.
struct Beginning {
    std::size_t at = 0;
    bool is_needed = false;
};

Beginning find_beginning(const Sentence& sentence)
{
    constexpr Classes leads = bits(Class::lead, Class::need, Class::filler, Class::comma);
    Beginning beginning;
    while (beginning.at < sentence.units.size() && sentence.units[beginning.at].is(leads)) {
        beginning.is_needed = beginning.is_needed || sentence.units[beginning.at].is(Class::need);
        ++beginning.at;
    }
    return beginning;
}

bool is_question(const Sentence& sentence)
{
    return !sentence.tokens.empty() && sentence.tokens.back().text == "?";
}

}  // namespace

std::optional<Action> find_offer(const Sentence& sentence)
{
    const std::size_t size = sentence.units.size();
    const auto [first, is_needed] = find_beginning(sentence);
    if (first >= size || is_question(sentence)) return std::nullopt;
    // "Give me …" is asked of somebody.
    const bool is_asked = first + 1 < size && sentence.units[first + 1].is(Class::me);
    if (is_asked || (!is_needed && !sentence.units[first].is(Class::doing))) return std::nullopt;
    constexpr Classes doubts = bits(Class::negation, Class::remove, Class::clear);
    if (std::ranges::any_of(sentence.units, [](const Unit& unit) { return unit.is(doubts); }))
        return std::nullopt;
    std::vector<Action> actions;
    append_actions(sentence, {Intent::add, 0, {0, size}, {first, size}, {}, {}}, actions);
    if (actions.size() != 1 || actions.front().title.empty()) return std::nullopt;
    return std::move(actions.front());
}

}  // namespace todod::assistant::builtin::phrases
