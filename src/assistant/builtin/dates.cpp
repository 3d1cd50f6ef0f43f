#include "assistant/builtin/dates.hpp"

#include <algorithm>
#include <array>

#include "assistant/builtin/dates/rules.hpp"

namespace todod::assistant::builtin {

namespace {

using dates::Class;
using dates::Found;
using dates::Maybe;
using dates::Particle;
using dates::Reader;
using dates::Resolved;
using dates::When;

constexpr std::size_t max_lead = 4;

/// A mention, with items for tokens.
struct Read {
    Resolved start;
    std::optional<Resolved> end{};
    bool is_duration = false;
    bool repeats = false;
    bool has_dates = false;
    bool is_clock = false;  ///< and nothing else
};

bool leads(const Reader& r, std::size_t at)
{
    if (r.is(at, Class::the) || r.is_mark(at, '@')) return true;
    const auto found = r.value(at, Class::particle);
    if (!found) return false;
    switch (static_cast<Particle>(*found)) {
        case Particle::to:
        case Particle::conjunction:
        case Particle::of:
        case Particle::past:
        case Particle::prior:
        case Particle::week_of:
        case Particle::rest:
            return false;
        default:
            return true;
    }
}

/// Where the prepositions before `at` begin, not before `floor`.
std::size_t lead_of(const Reader& r, std::size_t at, std::size_t floor)
{
    std::size_t lead = at;
    for (std::size_t i = at; i > floor && at - i < max_lead && leads(r, i - 1); --i)
        if (!r.is(i - 1, Class::the)) lead = i - 1;
    if (lead == at && at > floor && r.is(at - 1, Class::the)) return at - 1;
    return lead;
}

Maybe<Read> read_how_long(const Reader& r, std::size_t at)
{
    const auto duration = dates::read_duration(r, at);
    if (!duration) return std::nullopt;
    const bool is_for = r.is(at - 1, Particle::purpose);
    const bool is_some_day = r.value(at, Class::number) == 1 && r.value(at + 1, Class::unit) &&
                             duration->value.length.days == 1;  // "one day I will"
    if ((duration->value.is_weak || is_some_day) && !is_for) return std::nullopt;
    const auto end = dates::add(r.now(), duration->value.length, 1);
    if (!end) return std::nullopt;
    Read read{.start = {.start = *end, .end = {}, .at = *end, .grain = Grain::minute},
              .end = {},
              .is_duration = true};
    if (duration->value.length.is_elapsed()) {
        read.start.elapsed = std::chrono::seconds{duration->value.length.seconds};
    }
    return Found{read, duration->next};
}

/// "From 3" of something else than times.
bool is_half_an_interval(const Reader& r, std::size_t at, const Found<When>& when)
{
    const bool is_bare = when.value.clock && !when.value.clock->meridian && !when.value.part &&
                         !when.value.has_dates && when.value.clock->grain == Grain::hour;
    if (!is_bare || when.next != at + 1) return false;
    const bool goes_on = r.is(when.next, Particle::to) || r.is(when.next, Particle::conjunction) ||
                         r.is_mark(when.next, '-');
    return goes_on && (r.is(at - 1, Particle::from) || r.is(at - 1, Particle::between));
}

Maybe<Read> read_mention(const Reader& r, std::size_t at)
{
    const auto when = dates::read_when(r, at, 0);
    if (!when) return read_how_long(r, at);
    Read read{.start = {},
              .end = {},
              .repeats = when->value.dates.repeats,
              .has_dates = when->value.has_dates,
              .is_clock = when->value.clock && !when->value.has_dates && !when->value.part};
    if (const auto interval = dates::read_interval(r, at, *when)) {
        const auto first = resolve(interval->value.first, r);
        auto last = resolve(interval->value.last, r);
        if (first && last && first->grain >= Grain::day && last->start < first->start) {
            Reader later = r;  // "from Monday to Thursday", said on a Wednesday
            later.set_now(first->start);
            last = resolve(interval->value.last, later);
        }
        if (first && last && first->start < last->start) {
            read.start = *first;
            read.end = *last;
            read.is_clock = read.is_clock && !interval->value.last.has_dates;
            return Found{read, interval->next};
        }
        const bool is_overnight = first && last && first->grain < Grain::day &&
                                  last->grain < Grain::day &&
                                  first->start < last->start + std::chrono::days{1};
        if (is_overnight) {
            read.start = *first;  // "10pm to 2"
            read.end = *last;
            read.end->start += std::chrono::days{1};
            return Found{read, interval->next};
        }
    }
    if (is_half_an_interval(r, at, *when)) return std::nullopt;
    const auto start = resolve(when->value, r);
    if (!start) return std::nullopt;
    read.start = *start;
    return Found{read, when->next};
}

class Placer {
public:
    explicit Placer(const Moment& moment) : moment_(moment) {}

    base::Instant instant(const Resolved& resolved, dates::Local time, bool has_dates) const
    {
        constexpr std::chrono::hours day{24};
        if (resolved.elapsed) return moment_.now + *resolved.elapsed;
        if (!resolved.zone) return dates::to_instant(time, moment_.zone);
        auto found = base::Instant{time.time_since_epoch()} - std::chrono::minutes{*resolved.zone};
        if (!has_dates && found <= moment_.now) found += day;
        if (!has_dates && found - day > moment_.now) found -= day;
        return found;
    }

    /// No end of a span leads out of the calendar.
    void put(const Read& read, TimeMention& mention) const
    {
        const Resolved& start = read.start;
        mention.start = base::put_in_calendar(instant(start, start.start, read.has_dates));
        mention.at = base::put_in_calendar(instant(start, start.at, read.has_dates));
        if (read.end) {
            const bool is_day = read.end->grain >= Grain::day;
            const auto end = read.end->end.value_or(read.end->start + std::chrono::days{is_day});
            mention.end = instant(*read.end, end, read.has_dates);
        } else if (start.end) {
            mention.end = instant(start, *start.end, read.has_dates);
        }
        if (mention.end) mention.end = base::put_in_calendar(*mention.end);
        if (mention.end && *mention.end <= mention.start) mention.end.reset();  // clocks changed
        mention.grain = start.grain;
        mention.is_duration = read.is_duration;
        mention.repeats = read.repeats;
        mention.is_clock = read.is_clock && !start.elapsed;
        mention.is_running =
            mention.end && mention.start <= moment_.now && moment_.now < *mention.end;
    }

    /// "… at 3, remind me 15 minutes before": before the time that was named last.
    void put_before(const Reader& r, std::size_t at, std::size_t next, const TimeMention& other,
                    TimeMention& mention) const
    {
        if (!r.is(next - 1, Particle::before) || other.is_duration) return;
        const auto length = dates::read_duration(r, at);
        if (!length || length->next + 1 != next) return;
        const auto moved =
            dates::add(dates::to_local(other.at, moment_.zone), length->value.length, -1);
        if (!moved) return;
        mention.start = mention.at = dates::to_instant(*moved, moment_.zone);
        if (other.grain < Grain::day) mention.grain = Grain::minute;
    }

private:
    const Moment& moment_;
};

}  // namespace

std::string_view to_string(Grain grain) noexcept
{
    static constexpr std::array<std::string_view, 8> names{"second", "minute", "hour",    "day",
                                                           "week",   "month",  "quarter", "year"};
    return names[static_cast<std::size_t>(grain)];
}

std::vector<TimeMention> find_times(std::span<const Token> tokens, const Moment& moment)
{
    std::vector<TimeMention> found;
    Reader r{tokens, dates::english_date_words()};
    const dates::Local now = dates::to_local(moment.now, moment.zone);
    if (!dates::is_in_range(now)) return found;
    r.set_now(now);
    const Placer placer{moment};
    std::size_t floor = 0;
    for (std::size_t at = 0; at < r.size();) {
        const auto read = r.can_begin(at) ? read_mention(r, at) : std::nullopt;
        if (!read) {
            ++at;
            continue;
        }
        TimeMention& mention = found.emplace_back();
        placer.put(read->value, mention);
        mention.first = r.item(at).token;
        mention.last = r.item(read->next - 1).token + 1;
        mention.lead = r.item(lead_of(r, at, floor)).token;
        if (found.size() > 1)
            placer.put_before(r, at, read->next, found[found.size() - 2], mention);
        at = read->next;
        while (at < r.size() && r.item(at).token < mention.last)
            ++at;  // the rest of "5pm-ish"
        floor = at;
    }
    return found;
}

types::Due to_due(const TimeMention& mention, const base::TimeZone& zone)
{
    if (mention.grain < Grain::day) return {.at = mention.at, .whole_day = false};
    const bool ends = mention.is_running && mention.end;
    const auto at = ends ? *mention.end - std::chrono::seconds{1} : mention.at;
    return {.at = zone.show(at).day, .whole_day = true};
}

}  // namespace todod::assistant::builtin
