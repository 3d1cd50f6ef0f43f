#pragma once

#include <string>
#include <vector>

#include "assistant/builtin/phrases/match.hpp"

namespace todod::assistant::builtin::phrases {

/// A clause, from which what has been understood is taken out.
class Remains {
public:
    Remains(const Sentence& sentence, Range clause)
        : sentence_(&sentence), clause_(clause), used_(sentence.units.size(), 0)
    {
    }

    const Sentence& sentence() const noexcept { return *sentence_; }
    Range clause() const noexcept { return clause_; }
    const Unit& operator[](std::size_t at) const { return sentence_->units[at]; }

    bool has(std::size_t at) const noexcept
    {
        return at >= clause_.first && at < clause_.last && used_[at] == 0;
    }
    bool is(std::size_t at, Classes any) const { return has(at) && (*this)[at].is(any); }

    void use(std::size_t first, std::size_t last)
    {
        for (; first < last; ++first)
            used_[first] = 1;
    }

    /// What is left of `part`, as written; what was taken out leaves one space.
    std::string text(Range part) const;

private:
    const Sentence* sentence_;
    Range clause_;
    std::vector<char> used_;
};

/// Takes priority and tags out of `part`: "high priority", "urgent task", "#home", "tagged work".
void take_attributes(Remains& remains, Range part, Action& action);
std::optional<types::Priority> take_priority(Remains& remains, Range part);
/// What `value` begins with.
std::optional<types::Priority> priority_at(const Remains& remains, Range value);
std::vector<std::string> take_tags(Remains& remains, Range part);
/// What the unit at `at` is as a tag: "home" of "#home".
std::string tag_of(const Remains& remains, std::size_t at);

/// Cuts "… with description 2 liters", "… - notes: ask Bob" off, and gives what is said there.
std::optional<std::string> take_description(const Remains& remains, Match& match);

/// Takes the dates of `part` out, each with what ties it to the rest ("by", "on"), and gives the
/// first one as a task is due by it.
std::optional<types::Due> take_due(Remains& remains, Range part);

/// Takes out "30 minutes before": how long before its date somebody wants to be reminded of it.
std::optional<std::chrono::milliseconds> take_lead_time(Remains& remains, Range part);

/// "milk and bread": as many things to do. What begins with something to do is one ("buy milk and
/// bread"), unless each part does.
std::vector<Range> items_of(const Remains& remains, Range part);

/// "dentist on Monday and haircut on Tuesday": things that have a date each; empty: they have not.
/// What is not put on a list ("remind me to …") is parted only where each part is something to do.
std::vector<Range> dated_items_of(const Remains& remains, Range part, bool is_list);

/// "back a week", "by 2 days", "an hour earlier", and nothing else.
std::optional<Shift> to_shift(std::span<const Token> tokens);

/// What a task is to be called by `part`: without what is in the way at both its ends.
std::string to_title(const Remains& remains, Range part);

/// Which tasks `part` speaks of.
TaskReference to_reference(Remains& remains, Range part);

/// "… except the rent", "… but not 3".
struct Exception {
    Range said;
    TaskReference left_out;
};

/// The first of a sentence.
std::optional<Exception> find_exception(const Sentence& sentence);

/// Which tasks `part` lets through.
Filter to_filter(Remains& remains, Range part);

/// Takes out "sorted by priority", "by due date".
std::optional<types::SortKey> take_sort(Remains& remains, Range part);

/// Which tasks a clause asks to see; its request begins with the unit `command`.
Filter to_list_filter(Remains& remains, const Match& match, std::size_t command);

/// The clauses of a sentence that want something on their own: "add milk, and mark 3 done".
std::vector<Match> find_matches(const Sentence& sentence);

/// What a clause says.
void append_actions(const Sentence& sentence, const Match& match, std::vector<Action>& actions);

/// Of a sentence without matches: what could be added, if it sounds like something to do.
std::optional<Action> find_offer(const Sentence& sentence);

}  // namespace todod::assistant::builtin::phrases
