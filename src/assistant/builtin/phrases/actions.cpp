#include <algorithm>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

constexpr Classes priorities = bits(Class::low, Class::medium, Class::high, Class::urgent);

bool is_between(std::size_t at, Range part)
{
    return at >= part.first && at < part.last;
}

bool has_class(const Remains& remains, Range part, Classes any)
{
    for (std::size_t at = part.first; at < part.last; ++at) {
        if (remains.is(at, any)) return true;
    }
    return false;
}

class ActionMaker {
public:
    ActionMaker(const Sentence& sentence, const Match& match, std::vector<Action>& actions)
        : match_(match), remains_(sentence, match.clause), actions_(actions)
    {
        action_.intent = match.intent;
        action_.score = match.score;
    }

    void run()
    {
        switch (match_.intent) {
            case Intent::add:
                return add();
            case Intent::list:
            case Intent::count:
                list();
                break;
            case Intent::complete:
            case Intent::reopen:
            case Intent::remove:
            case Intent::restore:
            case Intent::choose:
                action_.task = to_reference(remains_, match_.object);
                break;
            case Intent::update:
                update();
                break;
            default:
                break;
        }
        actions_.push_back(std::move(action_));
    }

private:
    void add()
    {
        action_.description = take_description(remains_, match_);
        action_.priority = priority_at(remains_, match_.value);
        const Range all = match_.clause;
        const Range object = match_.object;
        take_attributes(remains_, all, action_);
        const auto lead = take_lead_time(remains_, all);
        if (const auto items = dated_items_of(remains_, object, may_be_several());
            !lead && match_.tail.empty() && !items.empty())
            return add_dated(items);
        action_.due = take_when(all, object);
        action_.repeats = is_to_repeat(all, object);
        if (lead && action_.due) put_forward(*action_.due, *lead);
        const auto items = may_be_several() ? items_of(remains_, object) : std::vector{object};
        for (const Range item : items) {
            Action one = action_;
            one.title = to_title(remains_, item);
            actions_.push_back(std::move(one));
        }
        if (items.empty()) actions_.push_back(std::move(action_));
    }

    /// "every Monday", "a daily reminder", and not "a daily report".
    bool is_to_repeat(Range all, Range object) const
    {
        for (std::size_t at = all.first; at < all.last; ++at) {
            const Unit& unit = remains_[at];
            const bool is_asked = unit.is(Class::repeat) && !is_between(at, object);
            if (is_asked || (unit.mention != nullptr && unit.mention->repeats)) return true;
        }
        return false;
    }

    void add_dated(const std::vector<Range>& items)
    {
        for (const Range item : items) {
            Action one = action_;
            one.due = take_due(remains_, item);
            one.title = to_title(remains_, item);
            actions_.push_back(std::move(one));
        }
    }

    /// When to be reminded; what other dates there are belongs to the title: "remind me on Monday
    /// to tell them about Friday", "I see Ann at 5, remind me at 4", "a weekly reminder to …".
    std::optional<types::Due> take_when(Range all, Range object)
    {
        if (!match_.tail.empty()) {
            const auto due = find_due(match_.tail);
            return due ? due : find_due(all);
        }
        const Range before{find_request(all, object), object.first};
        if (has_class(remains_, before, bit(Class::time))) return take_due(remains_, before);
        const Range after{object.last, all.last};
        if (has_class(remains_, after, bits(Class::remind, Class::reminder))) {
            const auto due = find_due(after);
            return due ? due : find_due(object);
        }
        if (has_class(remains_, after, bit(Class::time))) return take_due(remains_, after);
        if (has_class(remains_, {all.first, object.first}, bit(Class::repeat)))
            return find_due(all);
        if (const auto due = take_span(before)) return due;
        if (const auto due = take_due(remains_, object)) return due;
        return take_due(remains_, {all.first, object.first});
    }

    /// "a reminder for 15 minutes": when they are over.
    std::optional<types::Due> take_span(Range before)
    {
        const std::size_t limit = std::min(match_.object.last, match_.object.first + 2);
        for (std::size_t at = before.first + 1; at < limit; ++at) {
            const std::string_view tie = remains_[at - 1].text;
            if (!remains_.is(at, bit(Class::span)) || (tie != "for" && tie != "in")) continue;
            if (at + 1 < match_.clause.last && remains_[at + 1].text == "before") continue;
            const TimeMention& mention = *remains_[at].mention;
            remains_.use(at - 1, at + 1);
            return types::Due{.at = mention.start, .whole_day = false};
        }
        return std::nullopt;
    }

    /// The word that asks for what `object` is.
    std::size_t find_request(Range all, Range object) const
    {
        constexpr Classes requests = bits(Class::remind, Class::reminder, Class::create, Class::add,
                                          Class::plan, Class::put);
        std::size_t at = object.first;
        while (at > all.first && !remains_[at - 1].is(requests))
            --at;
        return at > all.first ? at - 1 : at;
    }

    static void put_forward(types::Due& due, std::chrono::milliseconds lead)
    {
        const bool is_in_days = lead % std::chrono::days{1} == std::chrono::milliseconds{0};
        if (!due.whole_day || is_in_days) due.at -= lead;
    }

    /// A date that stays where it is.
    std::optional<types::Due> find_due(Range part) const
    {
        Remains rest{remains_.sentence(), part};
        return take_due(rest, part);
    }

    /// Only what is put on a list: what somebody wants to be reminded of is one thing.
    bool may_be_several() const
    {
        for (std::size_t at = match_.clause.first; at < match_.object.first; ++at) {
            if (remains_[at].is(bits(Class::remind, Class::remember, Class::reminder)))
                return false;
            if (remains_[at].is(Class::task) && !remains_[at].is(Class::plural)) return false;
        }
        return match_.object.first > match_.clause.first &&
               remains_[match_.object.first - 1].is(bits(Class::add, Class::put, Class::comma,
                                                         Class::list, Class::task,
                                                         Class::preposition));
    }

    void list()
    {
        if (has_class(remains_, match_.object, bits(Class::number, Class::id))) {
            action_.task = to_reference(remains_, match_.object);
            if (!action_.task.empty()) return;
        }
        if (!match_.value.empty() && !remains_[match_.value.first].is(priorities)) {
            Remains named = remains_;
            action_.task = to_reference(named, match_.object);
            if (!action_.task.empty() && !action_.task.is_all) return;
            action_.task = {};
        }
        action_.sort = take_sort(remains_, match_.clause);
        action_.filter = to_list_filter(remains_, match_, first_command());
    }

    void update()
    {
        const Range object = match_.object;
        const Range value = match_.value;
        const bool removes =
            remains_[first_command()].is(bits(Class::remove, Class::clear, Class::take));
        const std::string field = take_field(match_.clause);
        if (removes) {
            action_.clears_due =
                field.starts_with("d") && field != "description" && field != "details";
            if (field == "priority") action_.priority = types::Task{}.priority;
            action_.dropped_tags = named_tags(value);
            action_.drops_all_tags = action_.dropped_tags.empty() && find_tag_word(object);
            action_.task = to_reference(remains_, object);
            return;
        }
        take_attributes(remains_, value, action_);
        if (!value.empty() && action_.tags.empty() && find_tag_word(object)) {
            action_.tags = named_tags(value);
            action_.task = to_reference(remains_, object);
            return;
        }
        take_status(value);
        const auto due = take_due_of(object);
        set_value(value, field);
        if (due && !action_.due) action_.due = due;
        action_.is_due_time = action_.due && is_clock(*action_.due);
        take_moved_to();
        if (!action_.priority) action_.priority = priority_at(remains_, value);
        action_.task = to_reference(remains_, object);
        if (action_.task.empty() && value.empty()) action_.task.is_previous = true;
        if (object.empty()) action_.task.is_previous = true;
    }

    /// "make the report due tomorrow and high priority": what is said before the value.
    std::optional<types::Due> take_due_of(Range object)
    {
        const std::size_t before = match_.value.first;
        const bool is_added =
            !match_.value.empty() && before > object.first && remains_[before - 1].is(Class::link);
        if (!is_added) return std::nullopt;
        for (std::size_t at = object.first; at < object.last; ++at) {
            if (!remains_.has(at) || remains_[at].text != "due") continue;
            const auto due = take_due(remains_, {at, object.last});
            if (due) remains_.use(at, object.last);
            return due;
        }
        return std::nullopt;
    }

    /// "Move it from 3 to 5 pm" moves it to the second.
    void take_moved_to()
    {
        if (!action_.due || !remains_[first_command()].is(bits(Class::move, Class::change))) return;
        for (std::size_t at = match_.clause.first + 1; at < match_.clause.last; ++at) {
            const TimeMention* const mention = remains_[at].mention;
            if (mention == nullptr || !mention->end || mention->grain >= Grain::day) continue;
            if (remains_[at - 1].text != "from" || mention->at != action_.due->at) continue;
            action_.due->at = *mention->end;
        }
    }

    /// Whether `due` was said as "at 4".
    bool is_clock(const types::Due& due) const
    {
        for (std::size_t at = match_.clause.first; at < match_.clause.last; ++at) {
            const TimeMention* const mention = remains_[at].mention;
            if (mention != nullptr && mention->is_clock && mention->at == due.at) return true;
        }
        return false;
    }

    /// "push it back a week", "move the call up by an hour".
    std::optional<Shift> find_shift() const
    {
        const Unit& command = remains_[first_command()];
        const bool is_move = command.is(Class::move) || command.text == "bring";
        if (!is_move || match_.object.last >= match_.clause.last) return std::nullopt;
        const Sentence& sentence = remains_.sentence();
        const std::size_t first = sentence.units[match_.object.last].first;
        const std::size_t last = sentence.units[match_.clause.last - 1].last;
        auto shift = to_shift(sentence.tokens.subspan(first, last - first));
        const bool is_up =
            command.text == "move up" || command.text == "bring forward" || command.text == "bring";
        if (shift && is_up) shift = {-shift->days, -shift->time};
        return shift;
    }

    std::size_t first_command() const
    {
        constexpr Classes leads = bits(Class::lead, Class::need, Class::filler, Class::comma);
        std::size_t at = match_.clause.first;
        while (at + 1 < match_.clause.last && remains_[at].is(leads))
            ++at;
        return at;
    }

    /// Whether the clause has the word "tag", and not as a part of `object`.
    bool find_tag_word(Range object) const
    {
        for (std::size_t at = match_.clause.first; at < match_.clause.last; ++at)
            if (remains_[at].is(Class::tag) && !is_between(at, object)) return true;
        return false;
    }

    std::vector<std::string> named_tags(Range value) const
    {
        constexpr Classes others =
            bits(Class::comma, Class::link, Class::determiner, Class::filler, Class::all);
        std::vector<std::string> tags;
        for (std::size_t at = value.first; at < value.last; ++at)
            if (!remains_[at].is(others)) tags.push_back(tag_of(remains_, at));
        return tags;
    }

    /// The field that is named, and not what it is to be: "the title of", "priority".
    std::string take_field(Range part)
    {
        for (std::size_t at = part.first; at < part.last; ++at) {
            if (!remains_.is(at, bit(Class::field)) || is_between(at, match_.value)) continue;
            std::string name{remains_.sentence().slice(at, at + 1)};
            std::size_t first = at;
            while (first > part.first && remains_.is(first - 1, bit(Class::determiner)))
                --first;
            const bool is_of = remains_.has(at + 1) && remains_[at + 1].text == "of";
            remains_.use(first, is_of ? at + 2 : at + 1);
            return name;
        }
        return {};
    }

    void take_status(Range value)
    {
        for (std::size_t at = value.first; at < value.last; ++at) {
            if (!remains_.is(at, bit(Class::ongoing))) continue;
            action_.status = types::Status::in_progress;
            remains_.use(at, at + 1);
        }
        if (value.empty() && remains_[first_command()].is(Class::begin))
            action_.status = types::Status::in_progress;
        if (value.empty() && remains_[match_.clause.first].text.starts_with("i"))
            action_.status = types::Status::in_progress;
    }

    void set_value(Range value, std::string_view field)
    {
        if (value.empty()) {
            action_.due = take_due(remains_, match_.object);
            return;
        }
        action_.shift = find_shift();
        if (action_.shift) return;
        action_.due = take_due(remains_, value);
        if (field == "description" || field == "notes" || field == "note" || field == "details") {
            action_.description = to_title(remains_, value);
            return;
        }
        if (action_.due || action_.priority || action_.status) return;
        if (has_class(remains_, value, bit(Class::span))) return;
        if (has_class(remains_, value,
                      bits(Class::high, Class::low, Class::medium, Class::urgent)) &&
            value.last - value.first == 1) {
            action_.priority = priority_at(remains_, value);
            return;
        }
        if (field.empty() || field == "title" || field == "name")
            action_.title = to_title(remains_, value);
    }

    Match match_;
    Remains remains_;
    std::vector<Action>& actions_;
    Action action_;
};

}  // namespace

void append_actions(const Sentence& sentence, const Match& match, std::vector<Action>& actions)
{
    ActionMaker{sentence, match, actions}.run();
}

}  // namespace todod::assistant::builtin::phrases
