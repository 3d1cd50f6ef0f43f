#include <algorithm>
#include <array>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

constexpr std::array<std::string_view, 7> exceptions{"except", "excepting", "excluding", "besides",
                                                     "but",    "apart",     "other"};
/// What goes with them: "except for", "but not", "apart from", "other than", "but keep".
constexpr std::array<std::string_view, 6> companions{"for", "not", "from", "than", "keep", "leave"};

bool is_one_of(const Sentence& sentence, std::size_t at, std::span<const std::string_view> words)
{
    return at < sentence.units.size() &&
           std::ranges::find(words, sentence.units[at].text) != words.end();
}

/// "… but move the rest": something else that is to be done.
bool begins_request(const Unit& unit)
{
    return unit.is(bits(Class::add, Class::create, Class::remove, Class::clear, Class::show,
                        Class::finish, Class::mark, Class::reopen, Class::change, Class::rename,
                        Class::move, Class::remind, Class::lead, Class::need));
}

/// "Apart" and "other" only as "apart from" and "other than".
std::size_t find_end_of_words(const Sentence& sentence, std::size_t at)
{
    const std::string_view word = sentence.units[at].text;
    const std::string_view next =
        at + 1 < sentence.units.size() ? sentence.units[at + 1].text : std::string_view{};
    if ((word == "apart" && next != "from") || (word == "other" && next != "than")) return at;
    ++at;
    while (is_one_of(sentence, at, companions))
        ++at;
    return at;
}

/// Where something else is asked for: ", and move …".
std::size_t find_end(const Sentence& sentence, std::size_t at)
{
    const std::vector<Unit>& units = sentence.units;
    constexpr Classes ties = bits(Class::comma, Class::link);
    for (; at < units.size(); ++at) {
        const std::size_t tie = at;
        while (at < units.size() && units[at].is(ties))
            ++at;
        if (at > tie && at < units.size() && begins_request(units[at])) return tie;
    }
    return units.size();
}

}  // namespace

std::optional<Exception> find_exception(const Sentence& sentence)
{
    constexpr std::size_t max_tries = 8;
    const std::size_t size = sentence.units.size();
    std::size_t tries = 0;
    for (std::size_t at = 0; at < size && tries < max_tries; ++at) {
        if (!is_one_of(sentence, at, exceptions)) continue;
        const std::size_t first = find_end_of_words(sentence, at);
        if (first == at || first >= size || begins_request(sentence.units[first])) continue;
        const std::size_t last = find_end(sentence, first);
        // "Except for rent, complete all."
        if (at == 0 && last == size) return std::nullopt;
        Remains remains{sentence, {first, last}};
        TaskReference left_out = to_reference(remains, {first, last});
        if (!left_out.empty()) return Exception{{at, last}, std::move(left_out)};
        ++tries;
    }
    return std::nullopt;
}

}  // namespace todod::assistant::builtin::phrases
