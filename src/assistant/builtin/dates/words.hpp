#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace todod::assistant::builtin::dates {

/// What a word can be where dates are spoken of; its value says which of its kind.
enum class Class : std::uint8_t {  // at most 64
    number,
    ordinal,         ///< "third": 3
    ordinal_suffix,  ///< "rd"
    vague,           ///< "couple", "few": how many
    one,             ///< "a"
    the,
    half,
    more,
    unit,         ///< Unit
    unit_letter,  ///< Unit, after digits only: "h"
    hour_mark,    ///< "13h30"
    month,        ///< 1–12
    weak_month,   ///< as well another word or a name ("may", "mar"): only where the rest fits
    weekday,      ///< 0 is Sunday
    weak_weekday,
    weekdays,  ///< "Mondays"
    weekend,
    season,        ///< the month in which it begins
    relative_day,  ///< "tomorrow": 1
    tonight,
    now,
    just,      ///< "right" now
    part,      ///< its place in DateWords::parts
    moment,    ///< "noon": minutes after midnight
    meal,      ///< like moment, and only after "at" or a day
    meridian,  ///< "pm": 1
    meridian_letter,
    meridian_end,  ///< the "m" of "p m"
    oclock,
    approximately,
    shift,  ///< "next": 1, "this": 0
    upcoming,
    particle,   ///< Particle
    ago,        ///< after a duration; "ago": -1, "hence": 1
    every,      ///< "every": 1, "other": 2
    frequency,  ///< "daily": Unit
    edge,       ///< Edge
    edge_word,  ///< "eom": Unit at whose end it is
    ides,
    era,  ///< what is to be added to a year that is written so
    quarter_letter,
    date_mark,  ///< the T of ISO 8601
    zone,       ///< minutes east of UTC
    utc,        ///< as zone, and an offset may follow
    holiday,    ///< a holiday's name begins so
    linking,    ///< "is"
    counted,    ///< what is numbered but is no date: "task", "floor"
};

enum class Unit : std::uint8_t {
    second,
    minute,
    hour,
    day,
    business_day,
    week,
    fortnight,
    month,
    quarter,
    year,
    decade,
};

enum class Particle : std::uint8_t {
    on,
    at,
    in,
    by,
    from,
    to,
    until,
    between,
    conjunction,
    of,
    purpose,
    since,
    before,
    after,
    within,
    past,
    during,
    around,
    prior,
    starting,
    week_of,
    due,
    rest,
};

/// The first three are of something ("end of May"), the others stand before it ("late May").
enum class Edge : std::uint8_t { beginning, middle, end, early, mid, late };

struct DateWord {
    std::string_view text;
    Class kind;
    std::int16_t value;
};

/// "Morning": hours of a day, and the one that is meant where one is wanted.
struct PartOfDay {
    int from;
    int to;  ///< not included
    int at;
};

/// A holiday's day by rule: of a month, its nth weekday (negative: from its end), or by Easter.
struct Holiday {
    std::string_view name;
    int month;    ///< 0: by Easter
    int day;      ///< with a weekday: which one; by Easter: days after it
    int weekday;  ///< -1: none
};

/// A language's words.
struct DateWords {
    std::span<const DateWord> words;  ///< by text
    std::span<const PartOfDay> parts;
    std::span<const Holiday> holidays;

    /// All that `text` can be.
    std::span<const DateWord> find(std::string_view text) const noexcept;
};

const DateWords& english_date_words() noexcept;

}  // namespace todod::assistant::builtin::dates
