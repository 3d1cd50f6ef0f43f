#include "assistant/builtin/match.hpp"

#include <algorithm>
#include <array>

#include "assistant/builtin/contains.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace todod::assistant::builtin {

namespace {

constexpr std::size_t max_words = 16;

bool is_vowel(char c) noexcept
{
    return std::string_view{"aeiou"}.contains(c);
}

/// What is left of "-ing" and "-ed": without a doubled consonant, and without the "e" that may
/// have stood there.
std::string_view bare(std::string_view stem) noexcept
{
    const std::size_t size = stem.size();
    const bool is_doubled = size > 3 && stem[size - 1] == stem[size - 2] && !is_vowel(stem.back());
    return is_doubled ? stem.substr(0, size - 1) : stem;
}

/// English: good enough to see that two words are forms of one.
std::string stem_of(std::string_view word)
{
    constexpr std::size_t shortest = 3;
    const auto ends = [&](std::string_view end) {
        return word.size() >= shortest + end.size() && word.ends_with(end);
    };
    const auto without = [&](std::size_t count) { return word.substr(0, word.size() - count); };
    if (ends("ies")) return std::string{without(3)} + 'y';
    if (ends("ing")) return std::string{bare(without(3))};
    if (ends("ed")) return std::string{bare(without(2))};
    if (ends("ches") || ends("shes") || ends("xes") || ends("sses")) return std::string{without(2)};
    if (word.size() > shortest && word.ends_with('s') && !word.ends_with("ss")) word = without(1);
    if (ends("e")) word = without(1);
    return std::string{bare(word)};
}

/// One letter more, less, other, or two that have changed places.
bool is_one_edit_away(std::string_view a, std::string_view b) noexcept
{
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > 1) return false;
    const auto [left, right] = std::ranges::mismatch(a, b);
    const auto at = static_cast<std::size_t>(left - a.begin());
    const auto rest_a = a.substr(at);
    const auto rest_b = b.substr(at);
    if (a.size() < b.size()) return rest_a == rest_b.substr(1);
    if (rest_a.empty() || rest_a.substr(1) == rest_b.substr(1)) return true;
    return rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] && rest_a.substr(2) == rest_b.substr(2);
}

bool is_near(std::string_view wanted, std::string_view word)
{
    constexpr std::size_t shortest_start = 3;
    constexpr std::size_t shortest_typed = 4;  // of shorter ones, too many are words of their own
    constexpr std::size_t shortest_long = 8;
    if (wanted.size() >= shortest_start && word.starts_with(wanted)) return true;
    const std::size_t size = std::min(wanted.size(), word.size());
    if (size >= shortest_typed && is_one_edit_away(wanted, word)) return true;
    if (size < shortest_long) return false;
    return base::find_nearest(wanted, std::array{word}).has_value();
}

/// English.
bool is_plural_of(std::string_view many, std::string_view one)
{
    if (one.size() < 2 || many.size() <= one.size()) return false;
    const auto with = [&](std::string_view stem, std::string_view end) {
        return many.size() == stem.size() + end.size() && many.starts_with(stem) &&
               many.ends_with(end);
    };
    if (one.ends_with('y') && !is_vowel(one[one.size() - 2])) {
        return with(one.substr(0, one.size() - 1), "ies");
    }
    const bool hisses =
        std::ranges::any_of(std::array<std::string_view, 6>{"s", "x", "z", "ch", "sh", "o"},
                            [&](std::string_view end) { return one.ends_with(end); });
    return (hisses && with(one, "es")) || (!one.ends_with('s') && with(one, "s"));
}

Fit fit_of_word(std::string_view wanted, std::string_view word)
{
    if (wanted == word) return Fit::exact;
    if (is_plural_of(wanted, word) || is_plural_of(word, wanted)) return Fit::plural;
    if (stem_of(wanted) == stem_of(word)) return Fit::inflected;
    return is_near(wanted, word) ? Fit::near : Fit::none;
}

Fit fit_of_word(std::string_view wanted, std::span<const std::string> title)
{
    Fit best = Fit::none;
    for (const std::string& word : title)
        best = std::max(best, fit_of_word(wanted, word));
    return best;
}

}  // namespace

std::vector<std::string> telling_words(std::string_view text,
                                       std::span<const std::string_view> empty_words)
{
    std::vector<std::string> words = base::words_of(text);
    std::vector<std::string> telling;
    std::ranges::copy_if(words, std::back_inserter(telling), [&](const std::string& word) {
        return !contains(empty_words, std::string_view{word});
    });
    std::vector<std::string>& chosen = telling.empty() ? words : telling;
    if (chosen.size() > max_words) chosen.resize(max_words);
    return std::move(chosen);
}

Fit fit(std::span<const std::string> wanted, std::span<const std::string> title)
{
    if (wanted.empty()) return Fit::none;
    Fit worst = Fit::exact;
    std::size_t found = 0;
    for (const std::string& word : wanted) {
        const Fit one = fit_of_word(word, title);
        found += one >= Fit::inflected ? 1 : 0;
        worst = std::min(worst, one);
    }
    if (worst == Fit::exact && wanted.size() == title.size()) return Fit::whole;
    if (worst != Fit::none) return worst;
    return found > 0 && found * 2 >= wanted.size() ? Fit::some : Fit::none;
}

}  // namespace todod::assistant::builtin
