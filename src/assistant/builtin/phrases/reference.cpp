#include <algorithm>
#include <array>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

constexpr std::size_t max_numbers = 100;

class ReferenceReader {
public:
    ReferenceReader(Remains& remains, Range part) : remains_(remains), part_(part) {}

    TaskReference run()
    {
        trim();
        if (part_.empty()) return {};
        if (take_id() || take_numbers() || take_position() || take_pronoun()) return reference_;
        take_place();
        const bool is_all = takes_all();
        const bool is_plural = speaks_of_many();
        reference_.filter = to_filter(remains_, part_);
        reference_.words = std::move(reference_.filter.words);
        reference_.filter.words.clear();
        const Filter& filter = reference_.filter;
        const bool is_narrowed = filter.status || filter.priority || !filter.tags.empty() ||
                                 filter.due_after || filter.due_before || filter.is_overdue;
        reference_.is_all =
            is_all || (is_narrowed && reference_.words.empty() && (is_plural || !has_task()));
        reference_.is_previous = are_previous_ && !is_narrowed && reference_.words.empty();
        if (reference_.is_all) reference_.filter.words = std::move(reference_.words);
        if (reference_.is_all) reference_.words.clear();
        if (reference_.empty()) take_position_anywhere();
        return reference_;
    }

private:
    void trim()
    {
        constexpr Classes padding = bits(Class::comma, Class::filler);
        while (!part_.empty() &&
               (!remains_.has(part_.first) || remains_[part_.first].is(padding | bit(Class::link))))
            ++part_.first;
        while (!part_.empty() &&
               (!remains_.has(part_.last - 1) || remains_[part_.last - 1].is(padding)))
            --part_.last;
    }

    bool take_id()
    {
        for (std::size_t at = part_.first; at < part_.last; ++at) {
            if (!remains_.is(at, bit(Class::id))) continue;
            reference_.id = base::parse_uuid(remains_.sentence().slice(at, at + 1));
            return true;
        }
        return false;
    }

    /// "3", "tasks 1, 2 and 5", "number three", "#4", "1-3".
    bool take_numbers()
    {
        std::size_t at = part_.first;
        bool is_named = false;
        bool is_count = false;
        while (at < part_.last && is_before_number(at)) {
            is_count = is_count || remains_[at].is(Class::all) || are_several(at);
            is_named = is_named || remains_[at].is(Class::task) || remains_[at].text == "#" ||
                       remains_[at].text == "number";
            ++at;
        }
        const std::size_t start = at;
        while (at < part_.last && (remains_.is(at, bit(Class::number)) || is_between(at))) {
            const bool is_pronoun = !is_named && remains_[at].text == "one";
            if (is_pronoun) return false;
            if (remains_[at].is(Class::number)) add_number(at, start);
            ++at;
        }
        const bool is_only = at == part_.last || remains_[at].is(Class::preposition) ||
                             remains_[at].is(Class::field);
        if (reference_.numbers.empty() || (!is_named && !is_only)) {
            reference_.numbers.clear();
            return false;
        }
        if (is_count && !is_named) {
            // "all three", "those two"
            reference_.numbers.clear();
            reference_.is_previous = reference_.is_all = true;
        }
        return true;
    }

    /// "them", "those tasks".
    bool are_several(std::size_t at) const
    {
        constexpr std::array<std::string_view, 7> pronouns{
            "them", "these", "those", "these ones", "those ones", "these tasks", "those tasks"};
        return remains_.has(at) && std::ranges::find(pronouns, remains_[at].text) != pronouns.end();
    }

    /// "both", "all of them": not each that there is.
    bool are_all_of_several(std::size_t at) const
    {
        constexpr std::array<std::string_view, 6> words{"both",     "both of them", "all of them",
                                                        "them all", "all those",    "all these"};
        return std::ranges::find(words, remains_[at].text) != words.end();
    }

    bool is_before_number(std::size_t at) const
    {
        return remains_[at].text == "#" || remains_[at].text == "number" ||
               remains_[at].text == "no" || remains_[at].text == "." ||
               (remains_[at].is(bits(Class::task, Class::determiner, Class::reminder, Class::all,
                                     Class::naming)) &&
                !remains_[at].is(bits(Class::number, Class::ordinal)));
    }

    bool is_between(std::size_t at) const
    {
        return remains_.is(at, bits(Class::comma, Class::link)) || remains_[at].text == "to" ||
               remains_[at].text == "through" || remains_[at].text == "#" ||
               (remains_[at].is(Class::task) && at + 1 < part_.last);
    }

    void add_number(std::size_t at, std::size_t start)
    {
        const std::int64_t value = remains_[at].value;
        const bool is_range = at >= start + 2 && !reference_.numbers.empty() &&
                              (remains_[at - 1].text == "-" || remains_[at - 1].text == "to" ||
                               remains_[at - 1].text == "through");
        if (!is_range) return push(value);
        for (std::int64_t next = reference_.numbers.back() + 1;
             next <= value && reference_.numbers.size() < max_numbers; ++next)
            push(next);
    }

    void push(std::int64_t value)
    {
        if (reference_.numbers.size() < max_numbers &&
            std::ranges::find(reference_.numbers, value) == reference_.numbers.end())
            reference_.numbers.push_back(value);
    }

    /// "my first task", "the second one", "the last".
    bool take_position()
    {
        std::size_t at = part_.first;
        while (at < part_.last && remains_.is(at, bit(Class::determiner)) &&
               !remains_[at].is(Class::ordinal))
            ++at;
        if (at == part_.last || !remains_.is(at, bit(Class::ordinal))) return false;
        const bool is_end = at + 1 == part_.last ||
                            remains_.is(at + 1, bits(Class::task, Class::reminder, Class::comma));
        if (!is_end) return false;
        reference_.position = static_cast<int>(remains_[at].value);
        return true;
    }

    void take_position_anywhere()
    {
        for (std::size_t at = part_.first; at < part_.last; ++at) {
            const bool are_more = at + 1 < part_.last && remains_[at + 1].is(Class::number) &&
                                  !remains_[at + 1].is(Class::task);
            if (remains_[at].is(Class::ordinal) && !are_more)
                reference_.position = static_cast<int>(remains_[at].value);
        }
    }

    bool take_pronoun()
    {
        if (!remains_.is(part_.first, bit(Class::pronoun))) return false;
        const bool is_whole =
            part_.last - part_.first == 1 ||
            remains_[part_.first + 1].is(bits(Class::task, Class::reminder, Class::preposition,
                                              Class::list, Class::comma, Class::link));
        reference_.is_previous = is_whole;
        reference_.is_all = is_whole && are_several(part_.first);
        return is_whole;
    }

    /// "… from my to-do list" says nothing.
    void take_place()
    {
        constexpr std::size_t longest_place = 5;
        for (std::size_t at = part_.first; at < part_.last; ++at) {
            if (!remains_.is(at, bit(Class::preposition))) continue;
            const std::size_t limit = std::min(part_.last, at + longest_place);
            for (std::size_t i = at + 1; i < limit; ++i) {
                if (!remains_[i].is(bits(Class::list, Class::calendar))) continue;
                remains_.use(at, i + 1);
                break;
            }
        }
        trim();
    }

    /// "both milk and bread"
    bool has_link(std::size_t at) const
    {
        for (std::size_t i = at + 1; i < part_.last; ++i)
            if (remains_[i].is(Class::link)) return true;
        return false;
    }

    bool takes_all()
    {
        bool found = false;
        for (std::size_t at = part_.first; at < part_.last; ++at) {
            are_previous_ = are_previous_ || are_several(at);
            if (!remains_.is(at, bit(Class::all))) continue;
            remains_.use(at, at + 1);
            if (remains_[at].text == "both" && has_link(at)) continue;
            are_previous_ = are_previous_ || are_all_of_several(at);
            found = true;
        }
        are_previous_ = are_previous_ && found;
        // "clear my list"
        for (std::size_t at = part_.first; at < part_.last && !found; ++at)
            found = remains_.is(at, bits(Class::list, Class::calendar));
        trim();
        return found;
    }

    bool has_task() const
    {
        for (std::size_t at = part_.first; at < part_.last; ++at) {
            if (remains_[at].is(bits(Class::task, Class::reminder, Class::event))) return true;
        }
        return false;
    }

    bool speaks_of_many() const
    {
        for (std::size_t at = part_.first; at < part_.last; ++at) {
            if (remains_.is(at, bit(Class::plural))) return true;
        }
        return false;
    }

    Remains& remains_;
    Range part_;
    TaskReference reference_;
    bool are_previous_ = false;  ///< of "all": those that were spoken of
};

}  // namespace

TaskReference to_reference(Remains& remains, Range part)
{
    return ReferenceReader{remains, part}.run();
}

}  // namespace todod::assistant::builtin::phrases
