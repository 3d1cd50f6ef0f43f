#pragma once

#include "assistant/builtin/dates/reader.hpp"

// The rules: each reads what it knows at an item, or finds nothing there. `at` is where the words
// themselves begin; prepositions stand before it (Reader::is_led).
namespace todod::assistant::builtin::dates {

/// A recursion ("a week after the day before …") goes no deeper.
constexpr int max_depth = 2;

struct Quantity {
    double value = 0;
    bool is_article = false;  ///< "a", "the": too weak to be a duration by itself
    bool is_digits = false;
};

Maybe<int> read_integer(const Reader& r, std::size_t at);
Maybe<Quantity> read_quantity(const Reader& r, std::size_t at);
Maybe<int> read_ordinal(const Reader& r, std::size_t at);  ///< "third", "3rd", "twenty-first"

struct Duration {
    Length length;
    bool is_weak = false;  ///< "a day"
};

Maybe<Duration> read_duration(const Reader& r, std::size_t at);

/// A time of day. Without `meridian` and `is_24`, hours up to 12 may be those of either half.
struct Clock {
    int hour = 0;
    int minute = 0;
    int second = 0;
    Grain grain = Grain::minute;
    std::optional<int> meridian{};  ///< 0: am
    bool is_24 = false;
};

/// `is_after_day`: a day stands right before, which makes a bare hour less likely something else.
Maybe<Clock> read_clock(const Reader& r, std::size_t at);
Maybe<Clock> read_full_clock(const Reader& r, std::size_t at);  ///< that needs no preposition
Maybe<Clock> read_bare_clock(const Reader& r, std::size_t at);  ///< "5", "nine thirty", "1030"
Maybe<int> read_meridian(const Reader& r, std::size_t at);
Maybe<int> read_zone(const Reader& r, std::size_t at);  ///< minutes east of UTC

/// "This evening".
struct PartRead {
    int part = 0;
    std::optional<int> day{};  ///< by today, where it says so: "last night" is -1
};

Maybe<PartRead> read_part(const Reader& r, std::size_t at, bool is_after_day);

/// What is said of a day; 0 (-1 of the weekday) is what is not.
struct Fields {
    int year = 0;
    int month = 0;
    int day = 0;
    int last_day = 0;  ///< "July 13-15"
    int weekday = -1;

    bool empty() const noexcept { return !year && !month && !day && weekday < 0; }
};

struct Dates {
    std::optional<Span> span{};
    Fields fields{};
    std::optional<std::chrono::seconds> elapsed{};  ///< from now
    bool is_year_offset = false;                    ///< "in 1 year": says only which year
    bool repeats = false;
    std::optional<Length> period{};  ///< of what repeats without a day of its own
};

Maybe<Dates> read_dates(const Reader& r, std::size_t at, bool is_first, int depth);
Maybe<Dates> read_offset(const Reader& r, std::size_t at, int depth);
Maybe<Dates> read_repeat(const Reader& r, std::size_t at);
Maybe<Fields> read_numeric_date(const Reader& r, std::size_t at);
Maybe<Fields> read_named_date(const Reader& r, std::size_t at, bool is_first);
Maybe<Fields> read_weekday(const Reader& r, std::size_t at);
Maybe<int> read_year(const Reader& r, std::size_t at);  ///< 4 digits, or "'13"
Maybe<Span> read_shift(const Reader& r, std::size_t at);
Maybe<Span> read_nth(const Reader& r, std::size_t at);
Maybe<Span> read_edge(const Reader& r, std::size_t at);
Maybe<Span> read_quarter(const Reader& r, std::size_t at);
Maybe<Span> read_range(const Reader& r, std::size_t at);  ///< what an "of" may follow
Maybe<Span> read_holiday(const Reader& r, std::size_t at, bool is_first);
std::optional<Day> holiday_by(const Reader& r, const Holiday& holiday, int shift);
Maybe<const Holiday*> find_holiday(const Reader& r, std::size_t at);

/// The span that fields mean when they are said now.
std::optional<Span> resolve(const Fields& fields, Day today);

/// A mention as far as its words go, before it is put into a zone.
struct When {
    Dates dates{};
    bool has_dates = false;
    std::optional<Clock> clock{};
    std::optional<PartRead> part{};
    std::optional<int> zone{};
    std::optional<Length> lasts{};  ///< "for two hours" after a time
    bool is_duration = false;
};

/// What a When comes to on the wall.
struct Resolved {
    Local start;
    std::optional<Local> end{};
    Local at;
    Grain grain = Grain::day;
    std::optional<std::chrono::seconds> elapsed{};  ///< from now: overrides `at` and `start`
    std::optional<int> zone{};
};

Maybe<When> read_when(const Reader& r, std::size_t at, int depth);
std::optional<Resolved> resolve(const When& when, const Reader& r);

/// "From 3 to 5": what follows the first half, which may change what that one means.
struct Interval {
    When first;
    When last;
};

Maybe<Interval> read_interval(const Reader& r, std::size_t at, const Found<When>& first);

}  // namespace todod::assistant::builtin::dates
