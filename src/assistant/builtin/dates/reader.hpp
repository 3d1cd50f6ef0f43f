#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "assistant/builtin/dates.hpp"
#include "assistant/builtin/dates/calendar.hpp"
#include "assistant/builtin/dates/words.hpp"

namespace todod::assistant::builtin::dates {

/// A token as the rules see it: what it can be.
struct Item {
    std::span<const DateWord> meanings{};
    std::string_view text;
    std::uint64_t kinds = 0;  ///< a bit for each Class that it can be
    std::uint32_t token = 0;
    std::int32_t number = -1;  ///< of digits
    std::uint8_t digits = 0;
    char mark = 0;
    bool is_joined = false;
    bool is_owner = false;  ///< "today's"
};

constexpr std::uint64_t bit_of(Class kind) noexcept
{
    return std::uint64_t{1} << static_cast<unsigned>(kind);
}

/// What a rule read, and the item after it.
template <typename T>
struct Found {
    T value;
    std::size_t next;
};

template <typename T>
using Maybe = std::optional<Found<T>>;

/// A text's items. Asking for one past its end, or before its begin, finds nothing there.
class Reader {
public:
    Reader(std::span<const Token> tokens, const DateWords& words);

    std::size_t size() const noexcept { return items_.size(); }
    const DateWords& words() const noexcept { return words_; }
    const Item& item(std::size_t at) const noexcept
    {
        return at < items_.size() ? items_[at] : none_;
    }
    bool can_begin(std::size_t at) const noexcept;  ///< a rule might take it first
    bool is_end(std::size_t at) const noexcept;     ///< of the text or of a clause

    std::optional<int> value(std::size_t at, Class kind) const noexcept;
    bool is(std::size_t at, Class kind) const noexcept
    {
        return (item(at).kinds & bit_of(kind)) != 0;
    }
    bool is(std::size_t at, Particle particle) const noexcept;
    bool is(std::size_t at, Edge edge) const noexcept;
    bool is_mark(std::size_t at, char mark) const noexcept { return item(at).mark == mark; }
    bool is_unknown(std::size_t at) const noexcept;  ///< a word that no rule knows
    bool is_joined(std::size_t at) const noexcept { return item(at).is_joined; }
    int number(std::size_t at) const noexcept { return item(at).number; }

    /// Whether a preposition that dates and times follow stands before `at`.
    bool is_led(std::size_t at) const noexcept;
    /// Whether one that clock times follow ("at 5") does.
    bool is_led_as_clock(std::size_t at) const noexcept;

    void set_now(Local now)
    {
        now_ = now;
        today_ = std::chrono::floor<std::chrono::days>(now);
    }
    Local now() const noexcept { return now_; }
    Day today() const noexcept { return today_; }

private:
    void add(const Token& token, std::uint32_t index);
    bool add_parts(const Token& token, std::uint32_t index);
    void add_word(std::string_view text, const Token& token, std::uint32_t index, bool is_joined);

    const DateWords& words_;
    std::vector<Item> items_;
    Item none_;
    Local now_{};
    Day today_{};
};

}  // namespace todod::assistant::builtin::dates
