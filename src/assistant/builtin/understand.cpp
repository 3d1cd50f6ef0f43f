#include "assistant/builtin/understand.hpp"

#include <array>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin {

std::string_view to_string(Intent intent) noexcept
{
    static constexpr std::array<std::string_view, 14> names{
        "add",  "list",   "count",   "complete", "reopen", "update", "delete",
        "undo", "choose", "confirm", "decline",  "help",   "greet",  "thank"};
    return names[static_cast<std::size_t>(intent)];
}

bool TaskReference::empty() const noexcept
{
    return numbers.empty() && !id && words.empty() && !position && !is_previous && !is_all;
}

Understanding understand(std::string_view text, const Moment& moment)
{
    const auto tokens = tokenize(text);
    Understanding understood{.actions = {}, .times = find_times(tokens, moment)};
    const auto sentence = phrases::to_sentence(text, tokens, understood.times, moment);
    for (const phrases::Match& match : phrases::find_matches(sentence))
        phrases::append_actions(sentence, match, understood.actions);
    return understood;
}

}  // namespace todod::assistant::builtin
