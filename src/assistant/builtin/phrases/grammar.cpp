#include "assistant/builtin/phrases/grammar.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

constexpr auto class_names = std::to_array<std::string_view>(
    {"LEAD",     "NEED",   "ADD",      "CREATE",  "PLAN",   "PUT",    "SEND",     "REMIND",
     "REMEMBER", "REMOVE", "CLEAR",    "TAKE",    "SHOW",   "FINISH", "FINISHED", "MARK",
     "REOPEN",   "BEGIN",  "CHANGE",   "RENAME",  "MOVE",   "TAG",    "TASK",     "LIST",
     "REMINDER", "EVENT",  "CALENDAR", "FOREIGN", "PLURAL", "WH",     "HOW",      "BE",
     "HAVE",     "ANY",    "DET",      "PRON",    "ME",     "ALL",    "NUMBER",   "ORDINAL",
     "ID",       "TIME",   "SPAN",     "REPEAT",  "DONE",   "UNDONE", "PENDING",  "ONGOING",
     "OVERDUE",  "LOW",    "MEDIUM",   "HIGH",    "URGENT", "FIELD",  "NAMING",   "NOT",
     "PREP",     "LINK",   "COMMA",    "QUOTE",   "DOING",  "TAGGED", "FILLER"});
static_assert(class_names.size() == class_count);

/// Calls `take` with each part of `text` between `mark`s, trimmed.
template <typename Take>
void each_part(std::string_view text, char mark, Take take)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(mark), text.size());
        if (const auto part = base::trim(text.substr(0, end)); !part.empty()) take(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool is_class(std::string_view word)
{
    return word.front() >= 'A' && word.front() <= 'Z';
}

Classes class_of(std::string_view name, std::string_view pattern)
{
    const auto* const found = std::ranges::find(class_names, name);
    if (found == class_names.end()) {
        throw base::Error{base::ErrorCode::internal,
                          fmt::format("no class '{}' in '{}'", name, pattern)};
    }
    return Classes{1} << static_cast<unsigned>(found - class_names.begin());
}

constexpr std::size_t longest_gap = 48;  ///< units: keeps a match of a long text short

Step step_of(Step::Kind kind)
{
    Step step;
    step.kind = kind;
    return step;
}

Step to_step(std::string_view part, std::string_view pattern)
{
    using enum Step::Kind;
    if (part == "<") return step_of(open);
    if (part == ">") return step_of(close);
    if (part == "{") return step_of(open_value);
    if (part == "}") return step_of(close_value);
    if (part == "$") return step_of(end);
    if (part.front() == '*') {
        const std::size_t most = part.size() == 2 && part[1] != '*'
                                     ? static_cast<std::size_t>(part[1] - '0')
                                     : longest_gap;
        return {gap, 0, {}, part == "**" ? longest_gap : 0, most};
    }
    Step step;
    if (const char how_often = part.back();
        how_often == '?' || how_often == '+' || how_often == '*') {
        if (how_often != '+') step.least = 0;
        if (how_often != '?') step.most = longest_gap;
        part.remove_suffix(1);
    }
    each_part(part, '|', [&](std::string_view word) {
        if (is_class(word)) {
            step.classes |= class_of(word, pattern);
        } else {
            std::string& words = step.words.emplace_back(word);
            std::ranges::replace(words, '_', ' ');
        }
    });
    return step;
}

Rule compile(const PhraseRule& source)
{
    Rule rule{source.intent, source.weight, 0, false, {}};
    each_part(source.pattern, ' ', [&](std::string_view part) {
        rule.steps.push_back(to_step(part, source.pattern));
        const Step& step = rule.steps.back();
        const bool is_one_class = step.classes != 0 && (step.classes & (step.classes - 1)) == 0;
        if (step.kind == Step::Kind::unit && step.least > 0 && step.words.empty() && is_one_class)
            rule.needs |= step.classes;
    });
    constexpr Classes questions = bits(Class::be, Class::have, Class::wh);
    rule.asks = !rule.steps.empty() && (rule.steps.front().classes & questions) != 0;
    return rule;
}

/// Whether one edit (a letter more, less, other, or two swapped) makes `a` from `b`.
bool is_one_edit(std::string_view a, std::string_view b)
{
    if (a.size() < b.size()) std::swap(a, b);
    if (a.size() - b.size() > 1) return false;
    const auto [in_a, in_b] = std::ranges::mismatch(a, b);
    const auto at = static_cast<std::size_t>(in_a - a.begin());
    if (a.size() > b.size()) return a.substr(at + 1) == b.substr(at);
    if (at == a.size() || a.substr(at + 1) == b.substr(at + 1)) return true;
    return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] &&
           a.substr(at + 2) == b.substr(at + 2);
}

}  // namespace

Grammar::Grammar(const PhraseWords& words) : cues_(words.cues)
{
    for (const WordList& list : words.lists)
        add_list(list);
    for (const NumberWord& number : words.numbers)
        add_phrase(number.word, bit(Class::number), number.value);
    for (const NumberWord& ordinal : words.ordinals)
        add_phrase(ordinal.word, bit(Class::ordinal), ordinal.value);
    for (const auto& rules : {words.rules, words.changes, words.talk})
        for (const PhraseRule& rule : rules)
            rules_.push_back(compile(rule));
}

void Grammar::add_list(const WordList& list)
{
    each_part(list.words, '|', [&](std::string_view word) {
        const bool is_tolerant = word.back() == '~';
        if (is_tolerant) word.remove_suffix(1);
        add_phrase(word, bit(list.of), 0);
        const auto letter = static_cast<unsigned char>(word.front() - 'a');
        if (is_tolerant && letter < tolerant_.size()) tolerant_[letter].push_back(word);
    });
}

void Grammar::add_phrase(std::string_view phrase, Classes classes, std::int64_t value)
{
    Known& known = known_[phrase];
    known.text = phrase;
    known.classes |= classes;
    known.value = value != 0 ? value : known.value;
    known.is_word = true;
    const auto first = phrase.substr(0, phrase.find(' '));
    const auto length = static_cast<std::size_t>(std::ranges::count(phrase, ' ')) + 1;
    Known& start = known_[first];
    start.longest = std::max(start.longest, length);
}

const Grammar::Known* Grammar::find(std::string_view word) const
{
    const auto found = known_.find(word);
    return found == known_.end() ? nullptr : &found->second;
}

const Grammar::Known* Grammar::find_near(std::string_view word) const
{
    constexpr std::size_t shortest = 4;
    const auto letter = static_cast<unsigned char>(word.empty() ? 0 : word.front() - 'a');
    if (word.size() < shortest || letter >= tolerant_.size()) return nullptr;
    for (const std::string_view known : tolerant_[letter]) {
        // Of short words, another letter makes too many that are words of their own.
        const bool may_differ = word.size() > shortest && known.size() > shortest;
        const bool is_swap =
            word.size() == known.size() && std::ranges::is_permutation(word, known);
        if ((may_differ || is_swap) && is_one_edit(word, known)) return find(known);
    }
    return nullptr;
}

const Grammar& english_grammar()
{
    static const Grammar grammar{english()};
    return grammar;
}

}  // namespace todod::assistant::builtin::phrases
