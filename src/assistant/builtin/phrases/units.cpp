#include "assistant/builtin/phrases/units.hpp"

#include <algorithm>
#include <charconv>

namespace todod::assistant::builtin::phrases {

namespace {

constexpr std::size_t uuid_length = 36;
constexpr std::size_t longest_phrase = 64;  ///< bytes

class Reader {
public:
    Reader(std::string_view text, std::span<const Token> tokens, std::span<const TimeMention> times)
        : grammar_(english_grammar()), text_(text), tokens_(tokens), times_(times)
    {
    }

    std::vector<Unit> run()
    {
        units_.reserve(tokens_.size());
        while (at_ < tokens_.size()) {
            while (time_ < times_.size() && times_[time_].first < at_)
                ++time_;
            if (!take_quoted() && !take_tag() && !take_time() && !take_id() &&
                !take_number_words() && !take_phrase())
                take_token();
        }
        return std::move(units_);
    }

private:
    void take(std::size_t last, Classes classes, std::int64_t value = 0,
              const TimeMention* mention = nullptr)
    {
        const auto text = last == at_ + 1 ? std::string_view{tokens_[at_].text} : "";
        take_as(text, last, classes, value, mention);
    }

    /// What stands in quotes; nothing in it is looked at.
    bool take_quoted()
    {
        const std::string& mark = tokens_[at_].text;
        if (mark != "\"" && mark != "'" && mark != "`") return false;
        const bool opens = (at_ == 0 || !tokens_[at_].is_joined) && at_ + 1 < tokens_.size() &&
                           tokens_[at_ + 1].is_joined;
        if (!opens) return false;
        for (std::size_t i = at_ + 2; i < tokens_.size(); ++i) {
            const bool is_end = i + 1 == tokens_.size() || !tokens_[i + 1].is_joined ||
                                tokens_[i + 1].kind == Token::Kind::mark;
            if (tokens_[i].text != mark || !tokens_[i].is_joined || !is_end) continue;
            take(i + 1, bit(Class::quote));
            return true;
        }
        return false;
    }

    /// "#home".
    bool take_tag()
    {
        if (tokens_[at_].text != "#" || at_ + 1 == tokens_.size()) return false;
        const Token& name = tokens_[at_ + 1];
        if (!name.is_joined || name.kind != Token::Kind::word) return false;
        take(at_ + 2, bit(Class::tagged));
        return true;
    }

    void take_as(std::string_view text, std::size_t last, Classes classes, std::int64_t value,
                 const TimeMention* mention)
    {
        units_.push_back({text, classes, at_, last, value, mention});
        at_ = last;
    }

    bool take_time()
    {
        if (time_ == times_.size() || times_[time_].first != at_ || is_task_number()) return false;
        const TimeMention& mention = times_[time_++];
        if (is_choice(mention)) return false;
        // "dinner tomorrow": what is to be done as well as when.
        const Grammar::Known* const first = grammar_.find(tokens_[at_].text);
        const bool is_event = first != nullptr && (first->classes & bit(Class::event)) != 0;
        if (is_event && mention.last > at_ + 1) take(at_ + 1, first->classes);
        take(mention.last, bit(mention.is_duration ? Class::span : Class::time), 0, &mention);
        return true;
    }

    /// "the first" and nothing else: one of what was offered, and not a day.
    bool is_choice(const TimeMention& mention) const
    {
        const Grammar::Known* const last = grammar_.find(tokens_[mention.last - 1].text);
        const auto is_mark = [](const Token& token) { return token.kind == Token::Kind::mark; };
        return last != nullptr && (last->classes & bit(Class::ordinal)) != 0 &&
               mention.first <= 1 && mention.last - mention.first <= 2 &&
               std::ranges::all_of(tokens_.subspan(mention.last), is_mark);
    }

    /// "task 3", "tasks 1, 2", "#3": no time, whatever else it looks like.
    bool is_task_number() const
    {
        if (units_.empty() || tokens_[at_].kind != Token::Kind::number) return false;
        if (at_ + 1 < tokens_.size()) {
            const std::string_view next = tokens_[at_ + 1].text;
            if (next == ":" || next == "am" || next == "pm" || next == "/") return false;
        }
        std::size_t back = units_.size();
        while (back > 1 && units_[back - 1].is(bits(Class::comma, Class::link, Class::number)))
            --back;
        const Unit& before = units_[back - 1];
        return before.text == "#" || before.is(Class::task);
    }

    bool take_id()
    {
        const std::size_t begin = tokens_[at_].begin;
        if (text_.size() < begin + uuid_length || text_[begin + 8] != '-') return false;
        if (!base::parse_uuid(text_.substr(begin, uuid_length))) return false;
        std::size_t last = at_;
        while (last < tokens_.size() && tokens_[last].begin < begin + uuid_length)
            ++last;
        if (tokens_[last - 1].end != begin + uuid_length) return false;
        take(last, bit(Class::id));
        return true;
    }

    /// Of a word that stands for a number; 0: it does not.
    std::int64_t number_at(std::size_t token) const
    {
        if (token >= tokens_.size() || is_start_of_time(token)) return 0;
        const std::string_view text = tokens_[token].text;
        const std::size_t hyphen = text.find('-');
        if (hyphen == std::string_view::npos) return number_of(text);
        const std::int64_t tens = number_of(text.substr(0, hyphen));
        const std::int64_t ones = number_of(text.substr(hyphen + 1));
        return tens >= 20 && tens < 100 && ones > 0 && ones < 10 ? tens + ones : 0;
    }

    std::int64_t number_of(std::string_view word) const
    {
        const Grammar::Known* const known = grammar_.find(word);
        const bool is_number = known != nullptr && (known->classes & bit(Class::number)) != 0;
        return is_number ? known->value : 0;
    }

    /// "twenty-one", "one hundred", "two hundred and five": one number of several words.
    bool take_number_words()
    {
        constexpr std::int64_t hundred = 100;
        std::int64_t value = number_at(at_);
        if (value == 0) return false;
        std::size_t last = at_ + 1;
        for (;;) {
            const bool is_round = value % hundred == 0;
            std::size_t next = last;
            if (next < tokens_.size() && is_round && tokens_[next].text == "and") ++next;
            const std::int64_t more = number_at(next);
            const bool is_of_tens = value % hundred >= 20 && value % 10 == 0 && more < 10;
            if (more == hundred && value < 10) {
                value *= hundred;
            } else if (more > 0 && more < hundred && (is_round || is_of_tens)) {
                value += more;
            } else {
                break;
            }
            last = next + 1;
        }
        const bool is_one_word =
            last == at_ + 1 && tokens_[at_].text.find('-') == std::string::npos;
        if (is_one_word) return false;
        take(last, bit(Class::number), value);
        return true;
    }

    bool take_phrase()
    {
        const Grammar::Known* const first = grammar_.find(tokens_[at_].text);
        if (first == nullptr) return false;
        std::string phrase = tokens_[at_].text;
        std::size_t last = at_ + 1;
        const Grammar::Known* best = first->is_word ? first : nullptr;
        const std::size_t limit = std::min(tokens_.size(), at_ + first->longest);
        for (std::size_t i = at_ + 1; i < limit && phrase.size() < longest_phrase; ++i) {
            if (is_start_of_time(i)) break;
            phrase += ' ';
            phrase += tokens_[i].text;
            const Grammar::Known* const longer = grammar_.find(phrase);
            if (longer == nullptr || !longer->is_word) continue;
            best = longer;
            last = i + 1;
        }
        if (best == nullptr) return false;
        take_as(best->text, last, best->classes, best->value, nullptr);
        return true;
    }

    bool is_start_of_time(std::size_t token) const
    {
        return time_ < times_.size() && times_[time_].first == token;
    }

    void take_token()
    {
        const Token& token = tokens_[at_];
        if (token.kind == Token::Kind::number) return take_number();
        if (token.kind == Token::Kind::word) {
            const Grammar::Known* const near = grammar_.find_near(token.text);
            return take(at_ + 1, near == nullptr ? 0 : near->classes);
        }
        take(at_ + 1, 0);
    }

    /// "3", "3rd".
    void take_number()
    {
        const std::string_view digits = tokens_[at_].text;
        std::int64_t value = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (read.ec != std::errc{}) return take(at_ + 1, 0);
        if (at_ + 1 < tokens_.size() && tokens_[at_ + 1].is_joined) {
            const std::string_view end = tokens_[at_ + 1].text;
            if (end == "st" || end == "nd" || end == "rd" || end == "th")
                return take(at_ + 2, bit(Class::ordinal), value);
        }
        take(at_ + 1, bit(Class::number), value);
    }

    const Grammar& grammar_;
    std::string_view text_;
    std::span<const Token> tokens_;
    std::span<const TimeMention> times_;
    std::vector<Unit> units_;
    std::size_t at_ = 0;
    std::size_t time_ = 0;
};

}  // namespace

std::string_view Sentence::slice(std::size_t first, std::size_t last) const
{
    if (first >= last || last > units.size()) return {};
    const std::size_t begin = tokens[units[first].first].begin;
    return text.substr(begin, tokens[units[last - 1].last - 1].end - begin);
}

Sentence to_sentence(std::string_view text, std::span<const Token> tokens,
                     std::span<const TimeMention> times, const Moment& moment)
{
    return {text, tokens, Reader{text, tokens, times}.run(), &moment};
}

}  // namespace todod::assistant::builtin::phrases
