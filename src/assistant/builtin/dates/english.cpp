#include <algorithm>
#include <array>

#include "assistant/builtin/dates/english_holidays.hpp"
#include "assistant/builtin/dates/words.hpp"

namespace todod::assistant::builtin::dates {

namespace {

using enum Class;

constexpr std::int16_t of(Unit unit)
{
    return static_cast<std::int16_t>(unit);
}

constexpr std::int16_t of(Particle particle)
{
    return static_cast<std::int16_t>(particle);
}

constexpr std::int16_t of(Edge edge)
{
    return static_cast<std::int16_t>(edge);
}

/// Words that mean the same, with spaces between.
struct Row {
    Class kind;
    std::int16_t value;
    std::string_view words;
};

consteval std::size_t count_words(std::span<const Row> rows)
{
    std::size_t count = 0;
    for (const Row& row : rows)
        count += static_cast<std::size_t>(std::ranges::count(row.words, ' ')) + 1;
    return count;
}

template <std::size_t n>
consteval auto expanded(std::span<const Row> rows)
{
    std::array<DateWord, n> words{};
    std::size_t at = 0;
    for (const Row& row : rows) {
        std::string_view rest = row.words;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            words[at++] = {rest.substr(0, end), row.kind, row.value};
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    std::ranges::sort(words, {}, &DateWord::text);
    return words;
}

constexpr std::int16_t morning = 0;
constexpr std::int16_t afternoon = 1;
constexpr std::int16_t evening = 2;
constexpr std::int16_t night = 3;

constexpr std::array parts{
    PartOfDay{.from = 6, .to = 12, .at = 6},
    PartOfDay{.from = 12, .to = 18, .at = 15},
    PartOfDay{.from = 18, .to = 24, .at = 20},
    PartOfDay{.from = 18, .to = 24, .at = 20},
};

constexpr auto rows = std::to_array<Row>({
    {number, 0, "zero oh"},
    {number, 1, "one"},
    {number, 2, "two"},
    {number, 3, "three"},
    {number, 4, "four"},
    {number, 5, "five"},
    {number, 6, "six"},
    {number, 7, "seven"},
    {number, 8, "eight"},
    {number, 9, "nine"},
    {number, 10, "ten"},
    {number, 11, "eleven"},
    {number, 12, "twelve"},
    {number, 13, "thirteen"},
    {number, 14, "fourteen"},
    {number, 15, "fifteen"},
    {number, 16, "sixteen"},
    {number, 17, "seventeen"},
    {number, 18, "eighteen"},
    {number, 19, "nineteen"},
    {number, 20, "twenty"},
    {number, 30, "thirty"},
    {number, 40, "forty fourty"},
    {number, 50, "fifty"},
    {number, 60, "sixty"},
    {number, 70, "seventy"},
    {number, 80, "eighty"},
    {number, 90, "ninety"},
    {number, 100, "hundred"},
    {ordinal, 1, "first"},
    {ordinal, 2, "second"},
    {ordinal, 3, "third"},
    {ordinal, 4, "fourth"},
    {ordinal, 5, "fifth"},
    {ordinal, 6, "sixth"},
    {ordinal, 7, "seventh"},
    {ordinal, 8, "eighth"},
    {ordinal, 9, "ninth"},
    {ordinal, 10, "tenth"},
    {ordinal, 11, "eleventh"},
    {ordinal, 12, "twelfth"},
    {ordinal, 13, "thirteenth"},
    {ordinal, 14, "fourteenth"},
    {ordinal, 15, "fifteenth"},
    {ordinal, 16, "sixteenth"},
    {ordinal, 17, "seventeenth"},
    {ordinal, 18, "eighteenth"},
    {ordinal, 19, "nineteenth"},
    {ordinal, 20, "twentieth"},
    {ordinal, 30, "thirtieth"},
    {ordinal, 100, "hundredth"},
    {ordinal_suffix, 1, "st"},
    {ordinal_suffix, 2, "nd"},
    {ordinal_suffix, 3, "rd"},
    {ordinal_suffix, 4, "th"},
    {vague, 2, "couple pair"},
    {vague, 3, "few several"},
    {vague, 12, "dozen"},
    {one, 1, "a an another"},
    {the, 0, "the"},
    {half, 0, "half"},
    {more, 0, "more additional"},
    {unit, of(Unit::second), "second seconds sec secs"},
    {unit, of(Unit::minute), "minute minutes min mins minuets"},
    {unit, of(Unit::hour), "hour hours hr hrs"},
    {unit, of(Unit::day), "day days night nights"},
    {unit, of(Unit::business_day), "weekday workday workdays weekdays"},
    {unit, of(Unit::week), "week weeks wk wks"},
    {unit, of(Unit::fortnight), "fortnight fortnights"},
    {unit, of(Unit::month), "month months mth mths"},
    {unit, of(Unit::quarter), "quarter quarters qtr qtrs"},
    {unit, of(Unit::year), "year years yr yrs"},
    {unit, of(Unit::decade), "decade decades"},
    {unit_letter, of(Unit::hour), "h"},
    {unit_letter, of(Unit::minute), "m"},
    {unit_letter, of(Unit::second), "s"},
    {unit_letter, of(Unit::day), "d"},
    {unit_letter, of(Unit::week), "w"},
    {unit_letter, of(Unit::year), "y"},
    {unit_letter, of(Unit::month), "mo"},
    {hour_mark, 0, "h"},
    {month, 1, "january"},
    {month, 2, "february febuary"},
    {month, 7, "july"},
    {month, 9, "september"},
    {month, 10, "october"},
    {month, 11, "november"},
    {month, 12, "december decmeber"},
    {weak_month, 3, "march mar"},
    {weak_month, 4, "april apr"},
    {weak_month, 5, "may"},
    {weak_month, 6, "june jun"},
    {weak_month, 8, "august aug"},
    {weak_month, 1, "jan"},
    {weak_month, 2, "feb"},
    {weak_month, 7, "jul"},
    {weak_month, 9, "sep sept"},
    {weak_month, 10, "oct"},
    {weak_month, 11, "nov"},
    {weak_month, 12, "dec"},
    {weekday, 0, "sunday"},
    {weekday, 1, "monday"},
    {weekday, 2, "tuesday tue tues"},
    {weekday, 3, "wednesday wensday wednsday weds"},
    {weekday, 4, "thursday thu thur thurs"},
    {weekday, 5, "friday fri"},
    {weekday, 6, "saturday"},
    {weak_weekday, 0, "sun"},
    {weak_weekday, 1, "mon"},
    {weak_weekday, 3, "wed"},
    {weak_weekday, 6, "sat"},
    {weekdays, 0, "sundays"},
    {weekdays, 1, "mondays"},
    {weekdays, 2, "tuesdays"},
    {weekdays, 3, "wednesdays"},
    {weekdays, 4, "thursdays"},
    {weekdays, 5, "fridays"},
    {weekdays, 6, "saturdays"},
    {weekend, 1, "weekend wkend week-end"},
    {weekend, 2, "weekends"},
    {season, 3, "spring"},
    {season, 6, "summer"},
    {season, 9, "fall autumn"},
    {season, 12, "winter"},
    {relative_day, 0, "today todays"},
    {relative_day, 1, "tomorrow tomorrows tomorow tommorow tommorrow tmrw tmr tmw"},
    {relative_day, -1, "yesterday"},
    {tonight, night, "tonight tonite"},
    {now, 0, "now"},
    {now, 1, "atm"},
    {just, 0, "right just"},
    {part, morning, "morning mornings"},
    {part, afternoon, "afternoon afternoons"},
    {part, evening, "evening evenings eve"},
    {part, night, "night nite"},
    {moment, 720, "noon midday mid-day noontime lunchtime"},
    {moment, 1440, "midnight"},
    {moment, 1140, "dinnertime"},
    {meal, 720, "lunch"},
    {meal, 480, "breakfast"},
    {meal, 1140, "dinner sunset"},
    {meal, 360, "sunrise"},
    {meridian, 0, "am"},
    {meridian, 1, "pm"},
    {meridian_letter, 0, "a"},
    {meridian_letter, 1, "p"},
    {meridian_end, 0, "m"},
    {oclock, 0, "o'clock oclock"},
    {approximately, 0, "approximately approx roughly exactly sharp precisely sometime"},
    {approximately, 1, "ish"},
    {shift, 1, "next following"},
    {shift, -1, "last past previous"},
    {shift, 0, "this current"},
    {upcoming, 1, "coming upcoming"},
    {particle, of(Particle::on), "on"},
    {particle, of(Particle::at), "at"},
    {particle, of(Particle::in), "in"},
    {particle, of(Particle::by), "by"},
    {particle, of(Particle::from), "from"},
    {particle, of(Particle::to), "to"},
    {particle, of(Particle::until), "til till until untill through thru"},
    {particle, of(Particle::between), "between"},
    {particle, of(Particle::conjunction), "and"},
    {particle, of(Particle::of), "of"},
    {particle, of(Particle::purpose), "for"},
    {particle, of(Particle::since), "since"},
    {particle, of(Particle::before), "before"},
    {particle, of(Particle::after), "after"},
    {particle, of(Particle::within), "within"},
    {particle, of(Particle::past), "past"},
    {particle, of(Particle::during), "during"},
    {particle, of(Particle::around), "around about"},
    {particle, of(Particle::prior), "prior"},
    {particle, of(Particle::starting), "starting"},
    {particle, of(Particle::due), "due"},
    {particle, of(Particle::rest), "rest remainder"},
    {ago, -1, "ago earlier"},
    {ago, -2, "back"},
    {ago, 1, "hence later"},
    {ago, 2, "out"},
    {every, 1, "every each"},
    {every, 2, "other"},
    {frequency, of(Unit::hour), "hourly"},
    {frequency, of(Unit::day), "daily nightly everyday"},
    {frequency, of(Unit::week), "weekly"},
    {frequency, of(Unit::fortnight), "fortnightly biweekly"},
    {frequency, of(Unit::month), "monthly"},
    {frequency, of(Unit::quarter), "quarterly"},
    {frequency, of(Unit::year), "yearly annually"},
    {edge, of(Edge::end), "end close"},
    {edge, of(Edge::late), "late"},
    {edge, of(Edge::middle), "middle"},
    {edge, of(Edge::mid), "mid"},
    {edge, of(Edge::beginning), "beginning start"},
    {edge, of(Edge::early), "early"},
    {edge_word, of(Unit::day), "eod cob"},
    {edge_word, of(Unit::week), "eow"},
    {edge_word, of(Unit::month), "eom"},
    {edge_word, of(Unit::year), "eoy"},
    {ides, 0, "ides"},
    {era, -543, "be"},
    {era, 0, "ad ce"},
    {quarter_letter, 0, "q"},
    {date_mark, 0, "t"},
    {utc, 0, "utc gmt"},
    {zone, 0, "z wet"},
    {zone, 60, "bst west cet"},
    {zone, 120, "cest eet"},
    {zone, 180, "eest msk"},
    {zone, 330, "ist"},
    {zone, 540, "jst kst"},
    {zone, 480, "sgt hkt awst"},
    {zone, 600, "aest"},
    {zone, 660, "aedt"},
    {zone, 570, "acst"},
    {zone, 720, "nzst"},
    {zone, 780, "nzdt"},
    {zone, -300, "est cdt"},
    {zone, -240, "edt"},
    {zone, -360, "cst mdt"},
    {zone, -420, "mst pdt"},
    {zone, -480, "pst akdt"},
    {zone, -540, "akst"},
    {zone, -600, "hst"},
    {zone, -180, "brt art"},
    {holiday, 0,
     "christmas xmas x-mas new valentine valentines halloween thanksgiving "
     "easter good independence labor labour memorial veterans columbus "
     "presidents president mother mothers father fathers groundhog black cyber "
     "boxing st saint mlk martin earth april boss ash palm pentecost ascension "
     "mardi tax flag all epiphany juneteenth may shrove pi patriot election "
     "women armistice remembrance"},
    {counted, 0,
     "task tasks item items number numbers no todo todos id room page pages "
     "chapter chapters version step floor street avenue grade place time times "
     "anniversary birthday round list attempt draft gate flight episode season "
     "level size route exit percent people person ones dollars bucks euros "
     "pounds degrees miles copies cup cups pieces points kids eggs bottles "
     "things main kg km lbs gb teaspoon tablespoon pound"},
    {linking, 0, "is are was were"},
});

constexpr auto words_of_english = expanded<count_words(rows)>(rows);

constexpr DateWords english{
    .words = words_of_english, .parts = parts, .holidays = holidays_in_english};

}  // namespace

const DateWords& english_date_words() noexcept
{
    return english;
}

std::span<const DateWord> DateWords::find(std::string_view text) const noexcept
{
    const auto [first, last] = std::ranges::equal_range(words, text, {}, &DateWord::text);
    return {first, last};
}

}  // namespace todod::assistant::builtin::dates
