#include <algorithm>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

constexpr std::size_t max_clauses = 16;
constexpr std::size_t max_tries = 32;  ///< to part clauses: each looks at every rule
constexpr double sure_alone = 0.7;     ///< what a clause has to be to be cut off from another

constexpr Classes commands =
    bits(Class::add, Class::create, Class::plan, Class::put, Class::remove, Class::clear,
         Class::take, Class::show, Class::finish, Class::mark, Class::reopen, Class::change,
         Class::rename, Class::move, Class::tag, Class::remind, Class::begin);
constexpr Classes leads = bits(Class::lead, Class::need, Class::filler, Class::comma, Class::link);

/// Whether a sentence may go on after `unit` with something else.
bool may_end_clause(const Unit& unit)
{
    return unit.is(Class::link) ||
           (unit.is(Class::comma) && unit.text != "-" && unit.text != "/" && unit.text != ":");
}

bool is_talk(Intent intent)
{
    return intent == Intent::choose || intent == Intent::confirm || intent == Intent::decline ||
           intent == Intent::greet || intent == Intent::thank || intent == Intent::help;
}

/// A title that nothing in the sentence ends: "remind me to …".
bool is_open(const Match& match, std::size_t end)
{
    return match.intent == Intent::add && match.object.last >= end;
}

/// Names what only todod can be meant by.
bool is_explicit(const Sentence& sentence, const Match& match)
{
    constexpr Classes named = bits(Class::task, Class::list, Class::reminder, Class::calendar,
                                   Class::number, Class::id, Class::remind);
    for (std::size_t i = match.clause.first; i < match.clause.last; ++i) {
        if (sentence.units[i].is(named)) return true;
    }
    return false;
}

class Splitter {
public:
    explicit Splitter(const Sentence& sentence) : sentence_(sentence) {}

    std::vector<Match> run()
    {
        const std::size_t size = sentence_.units.size();
        const auto whole = find_match(sentence_, {0, size});
        std::size_t first = 0;
        std::size_t tries = max_tries;
        for (std::size_t at = 1; at < size && clauses_.size() < max_clauses; ++at) {
            if (!may_end_clause(sentence_.units[at])) continue;
            const std::size_t start = skip_leads(at);
            if (start == size || !sentence_.units[start].is(commands)) continue;
            if (tries-- == 0) break;
            if (auto reminded = find_reminded(first, at, start)) {
                clauses_.push_back(*reminded);
                return std::move(clauses_);
            }
            if (cut(first, at, start)) first = at;
            at = start;
        }
        if (clauses_.empty()) return whole ? std::vector{*whole} : last_resort();
        if (auto rest = find_match(sentence_, {first, size}); rest && !is_talk(rest->intent))
            clauses_.push_back(*rest);
        return std::move(clauses_);
    }

private:
    std::size_t skip_leads(std::size_t at) const
    {
        while (at < sentence_.units.size() && sentence_.units[at].is(leads) &&
               (!sentence_.units[at].is(commands) || sentence_.units[at].is(Class::link)))
            ++at;
        return at;
    }

    /// "…, remind me at seven", where what is before it wants to be added.
    std::optional<Match> find_reminded(std::size_t first, std::size_t at, std::size_t start) const
    {
        const std::size_t size = sentence_.units.size();
        if (!sentence_.units[start].is(Class::remind)) return std::nullopt;
        constexpr Classes when =
            bits(Class::me, Class::pronoun, Class::time, Class::span, Class::preposition,
                 Class::comma, Class::filler, Class::number, Class::determiner);
        for (std::size_t i = start + 1; i < size; ++i) {
            const Unit& unit = sentence_.units[i];
            if (!unit.is(when) && unit.text != "min" && unit.text != "minutes") return std::nullopt;
        }
        auto before = find_match(sentence_, {first, at});
        if (!before || before->intent != Intent::add || before->score < sure_alone)
            return std::nullopt;
        before->tail = {at, size};
        return before;
    }

    /// Ends a clause at `at`, if what is before it and what begins with `start` stand alone.
    bool cut(std::size_t first, std::size_t at, std::size_t start)
    {
        const auto before = find_match(sentence_, {first, at});
        if (!before || is_talk(before->intent) || before->score < sure_alone) return false;
        const auto next = find_match(sentence_, {start, sentence_.units.size()});
        if (!next || is_talk(next->intent) || next->score < sure_alone) return false;
        if (is_open(*before, at) && !is_explicit(sentence_, *next) && !opens_as(*before, *next))
            return false;
        clauses_.push_back(*before);
        return true;
    }

    /// "add …, add …": the second is no part of the first one's title.
    static bool opens_as(const Match& before, const Match& next)
    {
        return before.score < 0.9 && next.intent != Intent::add;
    }

    /// "Call mum, it is urgent" says so of the call.
    bool is_remark(const Match& match) const
    {
        const std::size_t start = skip_leads(0);
        return start < sentence_.units.size() && sentence_.units[start].is(Class::doing) &&
               match.intent == Intent::update && match.object.last - match.object.first == 1 &&
               sentence_.units[match.object.first].is(Class::pronoun);
    }

    /// What the last clause wants, where the ones before it only tell why.
    std::vector<Match> last_resort() const
    {
        const std::size_t size = sentence_.units.size();
        std::size_t tries = max_tries;
        for (std::size_t at = 1; at < size && tries > 0; ++at) {
            if (!may_end_clause(sentence_.units[at])) continue;
            --tries;
            const auto next = find_match(sentence_, {at + 1, size});
            if (!next || is_talk(next->intent) || next->score < sure_alone) continue;
            return is_remark(*next) ? std::vector<Match>{} : std::vector{*next};
        }
        return {};
    }

    const Sentence& sentence_;
    std::vector<Match> clauses_;
};

}  // namespace

std::vector<Match> find_matches(const Sentence& sentence)
{
    return Splitter{sentence}.run();
}

}  // namespace todod::assistant::builtin::phrases
