#include "assistant/builtin/phrases/match.hpp"

#include <algorithm>
#include <array>

namespace todod::assistant::builtin::phrases {

namespace {

constexpr double sure_enough = 0.5;
constexpr double beyond_doubt = 0.93;  ///< a rule that names what nothing but todod has
constexpr double veto = 1;             ///< whatever speaks for it
constexpr std::size_t max_leads = 6;
constexpr std::size_t max_steps = 4000;  ///< of one rule: a long text is no reason to think long
constexpr std::size_t intents = 16;

class Matcher {
public:
    Matcher(std::span<const Unit> units, Range clause) : units_(units), clause_(clause) {}

    bool fits(const Rule& rule, std::size_t start)
    {
        steps_ = rule.steps;
        left_ = max_steps;
        object_ = value_ = {};
        return fits_from(0, start);
    }

    Range object() const noexcept { return object_; }
    Range value() const noexcept { return value_; }

private:
    bool fits_from(std::size_t step, std::size_t at)
    {
        if (left_ == 0) return false;
        --left_;
        if (step == steps_.size()) return true;
        switch (steps_[step].kind) {
            using enum Step::Kind;
            case end:
                return is_end(at) && fits_from(step + 1, at);
            case open:
                return fits_part(object_.first, step, at);
            case close:
                return fits_part(object_.last, step, at);
            case open_value:
                return fits_part(value_.first, step, at);
            case close_value:
                return fits_part(value_.last, step, at);
            case gap:
                return fits_gap(step, at);
            case unit:
                return fits_units(step, at);
        }
        return false;
    }

    /// But for marks and words that say nothing.
    bool is_end(std::size_t at) const
    {
        while (at < clause_.last && units_[at].is(bits(Class::comma, Class::filler)))
            ++at;
        return at == clause_.last;
    }

    bool fits_part(std::size_t& edge, std::size_t step, std::size_t at)
    {
        edge = at;
        if (fits_from(step + 1, at)) {
            edge = at;
            return true;
        }
        return false;
    }

    /// As little as will do.
    bool fits_gap(std::size_t step, std::size_t at)
    {
        const Step& gap = steps_[step];
        if (gap.least > 0) return fits_from(step + 1, clause_.last);
        const std::size_t limit = std::min(clause_.last, at + gap.most);
        for (; at <= limit; ++at) {
            if (fits_from(step + 1, at)) return true;
        }
        return false;
    }

    /// As many as there are.
    bool fits_units(std::size_t step, std::size_t at)
    {
        const Step& wanted = steps_[step];
        std::size_t last = at;
        while (last < clause_.last && last - at < wanted.most && lets_through(wanted, units_[last]))
            ++last;
        for (;; --last) {
            if (last - at < wanted.least) return false;
            if (fits_from(step + 1, last)) return true;
            if (last == at) return false;
        }
    }

    static bool lets_through(const Step& step, const Unit& unit)
    {
        return unit.is(step.classes) ||
               (!step.words.empty() && !unit.text.empty() &&
                std::ranges::find(step.words, unit.text) != step.words.end());
    }

    std::span<const Unit> units_;
    Range clause_;
    std::span<const Step> steps_;
    std::size_t left_ = 0;
    Range object_;
    Range value_;
};

/// Where a request may begin: at the clause's beginning, and after each of its leads.
struct Starts {
    std::array<std::size_t, max_leads + 1> at{};
    std::size_t count = 0;
    std::size_t need = 0;  ///< at from here on, somebody says what they need, and asks nothing
};

/// After "on Friday", where a clause begins with that.
std::size_t skip_time(const Sentence& sentence, Range clause, std::size_t at)
{
    std::size_t next = at;
    while (next < clause.last && sentence.units[next].is(Class::preposition))
        ++next;
    return next < clause.last && sentence.units[next].is(Class::time) ? next + 1 : at;
}

Starts find_starts(const Sentence& sentence, Range clause)
{
    Starts starts{.at = {}, .count = 0, .need = max_leads + 1};
    std::size_t at = clause.first;
    while (at < clause.last && sentence.units[at].is(bits(Class::comma, Class::quote)))
        ++at;
    starts.at[starts.count++] = at;
    constexpr Classes leads = bits(Class::lead, Class::need, Class::filler, Class::comma);
    while (at < clause.last && starts.count < starts.at.size()) {
        if (const std::size_t next = skip_time(sentence, clause, at); next != at) {
            at = next;
        } else if (sentence.units[at].is(leads)) {
            if (sentence.units[at].is(Class::need))
                starts.need = std::min(starts.need, starts.count);
            ++at;
        } else {
            break;
        }
        starts.at[starts.count++] = at;
    }
    return starts;
}

Range within(Range inner, Range outer)
{
    return {std::max(inner.first, outer.first), std::min(inner.last, outer.last)};
}

/// What the cues add up to, each counted once.
std::optional<Match> guess(const Sentence& sentence, Range clause, const Starts& starts)
{
    constexpr std::size_t early_units = 3;
    constexpr double most = 0.69;  // less than what a rule needs to stand alone
    Classes start = 0;
    Classes early = 0;
    Classes all = 0;
    const std::size_t first = starts.at[starts.count - 1];
    for (std::size_t i = clause.first; i < clause.last; ++i) {
        const Classes classes = sentence.units[i].classes;
        all |= classes;
        if (i < first + early_units) early |= classes;
        if (i <= first && !sentence.units[i].is(Class::lead)) start |= classes;
    }
    std::array<double, intents> sums{};
    for (const PhraseCue& cue : english_grammar().cues()) {
        using Place = PhraseCue::Place;
        const Classes there = cue.place == Place::anywhere ? all
                              : cue.place == Place::early  ? early
                                                           : start;
        if ((there & bit(cue.of)) != 0) sums[static_cast<std::size_t>(cue.intent)] += cue.weight;
    }
    const auto* const best = std::ranges::max_element(sums);
    if (*best < sure_enough) return std::nullopt;
    const Range object = {first, clause.last};
    return Match{
        static_cast<Intent>(best - sums.begin()), std::min(*best, most), clause, object, {}, {}};
}

}  // namespace

std::optional<Match> find_match(const Sentence& sentence, Range clause)
{
    const Starts starts = find_starts(sentence, clause);
    Classes present = 0;
    for (std::size_t i = clause.first; i < clause.last; ++i)
        present |= sentence.units[i].classes;

    std::array<Match, intents> best{};
    std::array<double, intents> doubt{};
    Matcher matcher{sentence.units, clause};
    for (const Rule& rule : english_grammar().rules()) {
        if ((rule.needs & ~present) != 0) continue;
        const auto index = static_cast<std::size_t>(rule.intent);
        if (rule.weight > 0 && rule.weight <= best[index].score) continue;
        const std::size_t count = rule.asks ? std::min(starts.count, starts.need) : starts.count;
        for (std::size_t i = 0; i < count; ++i) {
            if (!matcher.fits(rule, starts.at[i])) continue;
            if (rule.weight < 0) {
                doubt[index] = std::max(doubt[index], -rule.weight);
            } else {
                best[index] = {rule.intent,
                               rule.weight,
                               clause,
                               within(matcher.object(), clause),
                               within(matcher.value(), clause),
                               {}};
            }
            break;
        }
    }
    for (std::size_t i = 0; i < intents; ++i) {
        if (best[i].score < beyond_doubt || doubt[i] >= veto) best[i].score -= doubt[i];
    }
    const auto* const surest = std::ranges::max_element(best, {}, &Match::score);
    if (surest->score < sure_enough) return guess(sentence, clause, starts);
    return *surest;
}

}  // namespace todod::assistant::builtin::phrases
