#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "assistant/builtin/understand.hpp"

namespace todod::assistant::builtin::phrases {

/// What a word can be in a sentence, whatever the language. One word may be several.
enum class Class : std::uint8_t {
    lead,        ///< what a request may begin with: "please", "can you", "i want to"
    need,        ///< a lead that says something is to be done: "i need to"
    add,         ///< "add", "include"
    create,      ///< "create", "set up"
    plan,        ///< "schedule", "book": part of what is to be done
    put,         ///< "put"
    send,        ///< "send"
    remind,      ///< "remind"
    remember,    ///< "remember", "not forget"
    remove,      ///< "delete": nothing else is meant by it
    clear,       ///< "cancel", "drop": removes only what can be removed
    take,        ///< "take": with "off" or "out"
    show,        ///< "show", "read"
    finish,      ///< "complete", "finish"
    finished,    ///< "finished", "did": of what has been done
    mark,        ///< "mark", "set"
    reopen,      ///< "reopen", "uncheck"
    begin,       ///< "start", "begin"
    change,      ///< "change", "update"
    rename,      ///< "rename"
    move,        ///< "move", "postpone"
    tag,         ///< "tag", "label"
    task,        ///< "task", "item"
    list,        ///< "list", "to-do list"
    reminder,    ///< "reminder", "alert"
    event,       ///< "meeting", "birthday"
    calendar,    ///< "calendar", "schedule"
    foreign,     ///< what todod does not keep: "song", "account"
    plural,      ///< speaks of more than one
    wh,          ///< "what", "when"
    how,         ///< "how", "why"
    be,          ///< "is", "are"
    have,        ///< "do", "did", "have": begins a question
    any,         ///< "any", "anything"
    determiner,  ///< "the", "my"
    pronoun,     ///< "it", "that one": what was spoken of
    me,          ///< "me", "us"
    all,         ///< "all", "everything"
    number,      ///< "3", "three"
    ordinal,     ///< "second", "last"
    id,          ///< a UUID
    time,        ///< a date or a time
    span,        ///< a length of time
    repeat,      ///< "weekly": of a reminder
    done,        ///< "done", "completed"
    undone,      ///< "incomplete", "undone"
    pending,     ///< "pending", "left"
    ongoing,     ///< "in progress"
    overdue,     ///< "overdue"
    low,
    medium,
    high,
    urgent,
    field,        ///< of a task: "title", "description", "priority", "due date"
    naming,       ///< "called", "named"
    negation,     ///< "not", "don't"
    preposition,  ///< what may stand before a date or between the parts of a reference
    link,         ///< between clauses: "and", "then"
    comma,        ///< a mark that ends a clause or a part of it
    quote,        ///< what stands in quotes, as one
    doing,        ///< "buy", "call": what tasks often begin with
    tagged,       ///< "#home"
    filler,       ///< says nothing wherever it stands: "please", "just"; the last of them
};

using Classes = std::uint64_t;
constexpr std::size_t class_count = static_cast<std::size_t>(Class::filler) + 1;
static_assert(class_count <= 64);

constexpr Classes bit(Class one) noexcept
{
    return Classes{1} << static_cast<unsigned>(one);
}

template <typename... Each>
constexpr Classes bits(Each... each) noexcept
{
    return (bit(each) | ...);
}

/// Words that are of a class, parted by "|": a word, or several that mean it together. One
/// that ends with '~' is found in spite of a typing error as well.
struct WordList {
    Class of;
    std::string_view words;
};

/// How something is said. Upper case names a class, lower case is a word; '|' parts what may
/// stand there. '?' after it: may be left out; '+': once or more often; '*': any number; "*" is
/// whatever stands there, "*3" three units of it at most, "**" all that remains; '$' is the end.
/// "<" and ">" are around what is spoken of, "{" and "}" around what it is to become. It is looked
/// for where a clause begins, and after its leads; the end may be missing unless there is a '$'.
struct PhraseRule {
    Intent intent;
    double weight;  ///< 0–1: how sure it makes; below 0: what it takes from that intent
    std::string_view pattern;
};

/// What makes for an intent where no rule fits: a word of a class, at a place.
struct PhraseCue {
    enum class Place : std::uint8_t { start, early, anywhere };

    Intent intent;
    Class of;
    Place place;
    double weight;
};

/// Words that stand for a number.
struct NumberWord {
    std::string_view word;
    std::int64_t value;
};

/// A language, as tables.
struct PhraseWords {
    std::span<const WordList> lists;
    std::span<const PhraseRule> rules;
    std::span<const PhraseRule> changes;  ///< rules as well
    std::span<const PhraseRule> talk;     ///< and these
    std::span<const PhraseCue> cues;
    std::span<const NumberWord> numbers;   ///< "three"
    std::span<const NumberWord> ordinals;  ///< "third"; "last" is -1
};

const PhraseWords& english();

}  // namespace todod::assistant::builtin::phrases
