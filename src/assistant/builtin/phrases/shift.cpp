#include <algorithm>
#include <array>
#include <charconv>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

using namespace std::chrono_literals;

struct Length {
    std::string_view word;
    Shift of_one;
};

constexpr Length lengths[]{
    {"minute", {0, 1min}}, {"minutes", {0, 1min}}, {"min", {0, 1min}}, {"mins", {0, 1min}},
    {"hour", {0, 1h}},     {"hours", {0, 1h}},     {"day", {1, 0ms}},  {"days", {1, 0ms}},
    {"week", {7, 0ms}},    {"weeks", {7, 0ms}},
};
constexpr std::array<std::string_view, 3> earlier_words{"earlier", "sooner", "up"};
constexpr std::array<std::string_view, 7> later_words{"later", "back", "out",    "by",
                                                      "for",   ".",    "forward"};
constexpr std::array<std::string_view, 3> articles{"a", "an", "another"};
constexpr std::int64_t most = 10'000;

bool is_one_of(std::string_view word, std::span<const std::string_view> words)
{
    return std::ranges::find(words, word) != words.end();
}

std::optional<std::int64_t> to_count(const Token& token)
{
    if (is_one_of(token.text, articles)) return 1;
    if (token.kind == Token::Kind::number) {
        std::int64_t value = 0;
        const char* const end = token.text.data() + token.text.size();
        const bool is_read = std::from_chars(token.text.data(), end, value).ec == std::errc{};
        return is_read && value > 0 && value <= most ? std::optional{value} : std::nullopt;
    }
    const Grammar::Known* const known = english_grammar().find(token.text);
    const bool is_number = known != nullptr && (known->classes & bit(Class::number)) != 0;
    return is_number ? std::optional{known->value} : std::nullopt;
}

}  // namespace

std::optional<Shift> to_shift(std::span<const Token> tokens)
{
    std::optional<std::int64_t> count;
    std::optional<Shift> shift;
    bool is_earlier = false;
    for (const Token& token : tokens) {
        const auto* const length = std::ranges::find(lengths, token.text, &Length::word);
        if (is_one_of(token.text, earlier_words)) {
            is_earlier = true;
        } else if (count && !shift && length != std::end(lengths)) {
            shift = {*count * length->of_one.days, *count * length->of_one.time};
        } else if (!count && !is_one_of(token.text, later_words)) {
            count = to_count(token);
            if (!count) return std::nullopt;
        } else if (!is_one_of(token.text, later_words)) {
            return std::nullopt;
        }
    }
    if (shift && is_earlier) return Shift{-shift->days, -shift->time};
    return shift;
}

}  // namespace todod::assistant::builtin::phrases
