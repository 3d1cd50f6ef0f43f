#include <algorithm>

#include "assistant/builtin/phrases/slots.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

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

/// "add milk and bread": as many things to do. What begins with something to do is one ("buy milk
/// and bread"), unless each part does.
std::vector<Range> items_of(const Remains& remains, Range part)
{
    constexpr std::size_t longest_item = 3;
    std::vector<Range> items;
    std::size_t first = part.first;
    std::size_t doing = 0;
    bool is_short = true;
    for (std::size_t at = part.first; at <= part.last; ++at) {
        const bool is_end = at == part.last;
        if (!is_end && !(remains.is(at, bits(Class::link, Class::comma)))) continue;
        if (at > first) {
            items.push_back({first, at});
            doing += remains[first].is(Class::doing) ? 1 : 0;
            is_short = is_short && at - first <= longest_item;
        }
        first = at + 1;
    }
    if (items.size() < 2 || (doing == 0 && is_short) || doing == items.size()) return items;
    return {part};
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
        const Range all = match_.clause;
        const Range object = match_.object;
        take_attributes(remains_, all, action_);
        const auto lead = take_lead_time(remains_, all);
        action_.due = take_when(all, object);
        if (lead && action_.due) put_forward(*action_.due, *lead);
        const auto items = may_be_several() ? items_of(remains_, object) : std::vector{object};
        for (const Range item : items) {
            Action one = action_;
            one.title = to_title(remains_, item);
            actions_.push_back(std::move(one));
        }
        if (items.empty()) actions_.push_back(std::move(action_));
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
        const Range all = match_.clause;
        if (has_class(remains_, match_.object, bits(Class::number, Class::id))) {
            action_.task = to_reference(remains_, match_.object);
            if (!action_.task.empty()) return;
        }
        action_.filter = to_filter(remains_, all);
        action_.filter.words = match_.object.empty() ? words_of(all) : to_words(match_.object);
    }

    /// "tasks about …", "grocery tasks", "is … on my list".
    std::string words_of(Range all)
    {
        constexpr std::array<std::string_view, 10> links{
            "about",      "for",    "with",  "containing", "regarding",
            "mentioning", "called", "named", "of",         "concerning"};
        constexpr Classes kinds = bits(Class::task, Class::reminder, Class::list, Class::calendar);
        for (std::size_t at = all.first; at < all.last; ++at) {
            if (!remains_[at].is(kinds)) continue;
            for (std::size_t i = at + 1; i < std::min(all.last, at + 4); ++i) {
                if (std::ranges::find(links, remains_[i].text) == links.end()) continue;
                return to_words({i + 1, all.last});
            }
            std::size_t first = at;
            constexpr Classes stop =
                bits(Class::determiner, Class::show, Class::all, Class::any, Class::wh, Class::be,
                     Class::have, Class::me, Class::preposition, Class::comma, Class::how,
                     Class::number);
            while (first > all.first && remains_.has(first - 1) && at - first < 3 &&
                   !remains_[first - 1].is(stop) && remains_[first - 1].text != "many")
                --first;
            if (first > all.first && remains_[at].is(bits(Class::task, Class::reminder)))
                return to_words({first, at});
        }
        return {};
    }

    std::string to_words(Range part)
    {
        Remains words = remains_;
        return to_filter(words, part).words;
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
            for (std::size_t at = value.first; at < value.last; ++at)
                action_.dropped_tags.emplace_back(remains_.sentence().slice(at, at + 1));
            action_.task = to_reference(remains_, object);
            return;
        }
        take_attributes(remains_, value, action_);
        if (!value.empty() && remains_[first_command()].is(Class::tag) && action_.tags.empty())
            return take_new_tags();
        take_status(value);
        set_value(value, field);
        if (!action_.priority) action_.priority = take_priority_value(value);
        action_.task = to_reference(remains_, object);
        if (action_.task.empty() && value.empty()) action_.task.is_previous = true;
        if (object.empty()) action_.task.is_previous = true;
    }

    std::size_t first_command() const
    {
        constexpr Classes leads = bits(Class::lead, Class::need, Class::filler, Class::comma);
        std::size_t at = match_.clause.first;
        while (at + 1 < match_.clause.last && remains_[at].is(leads))
            ++at;
        return at;
    }

    void take_new_tags()
    {
        for (std::size_t at = match_.value.first; at < match_.value.last; ++at) {
            if (remains_[at].is(bits(Class::comma, Class::link, Class::determiner, Class::filler)))
                continue;
            action_.tags.emplace_back(remains_.sentence().slice(at, at + 1));
        }
        action_.task = to_reference(remains_, match_.object);
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

    std::optional<types::Priority> take_priority_value(Range value)
    {
        for (std::size_t at = value.first; at < value.last; ++at) {
            if (!remains_.has(at) || at != value.first) continue;
            const Unit& unit = remains_[at];
            if (unit.is(Class::urgent)) return types::Priority::urgent;
            if (unit.is(Class::high)) return types::Priority::high;
            if (unit.is(Class::medium)) return types::Priority::medium;
            if (unit.is(Class::low)) return types::Priority::low;
        }
        return std::nullopt;
    }

    void set_value(Range value, std::string_view field)
    {
        if (value.empty()) {
            action_.due = take_due(remains_, match_.object);
            return;
        }
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
            action_.priority = take_priority_value(value);
            return;
        }
        if (field.empty() || field == "title" || field == "name")
            action_.title = to_title(remains_, value);
    }

    const Match& match_;
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
