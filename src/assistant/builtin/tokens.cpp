#include "assistant/builtin/tokens.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace todod::assistant::builtin {

namespace {

struct Plain {
    std::string_view typographic;
    char plain;
};

constexpr std::array<Plain, 10> plain_marks{{
    {"\u2018", '\''},
    {"\u2019", '\''},
    {"\u00b4", '\''},
    {"\u201c", '"'},
    {"\u201d", '"'},
    {"\u00ab", '"'},
    {"\u00bb", '"'},
    {"\u2013", '-'},
    {"\u2014", '-'},
    {"\u2212", '-'},
}};

/// One character of a text, as it is compared.
struct Character {
    std::size_t size = 1;  ///< in bytes, as it stands there
    char plain = 0;        ///< its ASCII form; 0: it has none
};

constexpr std::size_t size_of(unsigned char lead) noexcept
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

Character character_at(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return {.size = 1, .plain = text[at]};
    const Character other{.size = std::min(size_of(lead), text.size() - at), .plain = 0};
    const auto bytes = text.substr(at, other.size);
    const auto* const found = std::ranges::find(plain_marks, bytes, &Plain::typographic);
    if (found != plain_marks.end()) return {.size = other.size, .plain = found->plain};
    if (base::trim(bytes).empty()) return {.size = other.size, .plain = ' '};
    return other;
}

bool is_space(char c) noexcept
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

/// ASCII's letters, and whatever is beyond ASCII.
bool is_letter(const Character& c) noexcept
{
    return c.plain == 0 || (c.plain >= 'a' && c.plain <= 'z') ||
           (c.plain >= 'A' && c.plain <= 'Z') || c.plain == '_';
}

class Tokenizer {
public:
    explicit Tokenizer(std::string_view text) : text_(text) {}

    std::vector<Token> run()
    {
        while (at_ < text_.size()) {
            const Character c = character_at(text_, at_);
            if (is_space(c.plain)) {
                at_ += c.size;
            } else if (is_digit(c.plain)) {
                take_number();
            } else if (is_letter(c)) {
                take_word();
            } else {
                take(Token::Kind::mark, at_ + c.size, std::string{c.plain});
            }
        }
        return std::move(tokens_);
    }

private:
    void take_number()
    {
        std::size_t end = at_;
        while (end < text_.size() && is_digit(text_[end]))
            ++end;
        take(Token::Kind::number, end, std::string{text_.substr(at_, end - at_)});
    }

    void take_word()
    {
        std::string word;
        bool is_ascii = true;
        std::size_t end = at_;
        while (end < text_.size()) {
            const Character c = character_at(text_, end);
            if (!is_letter(c) && !holds_together(c, end)) break;
            is_ascii = is_ascii && c.plain != 0;
            if (c.plain != 0) {
                word += c.plain;
            } else {
                word += text_.substr(end, c.size);
            }
            end += c.size;
        }
        take(Token::Kind::word, end, is_ascii ? base::to_lower(word) : base::fold_case(word));
    }

    /// An apostrophe or a hyphen between two letters.
    bool holds_together(const Character& c, std::size_t at) const
    {
        const std::size_t next = at + c.size;
        return (c.plain == '\'' || c.plain == '-') && next < text_.size() &&
               is_letter(character_at(text_, next));
    }

    void take(Token::Kind kind, std::size_t end, std::string text)
    {
        const bool is_joined = !tokens_.empty() && tokens_.back().end == at_;
        tokens_.push_back({std::move(text), at_, end, kind, is_joined});
        at_ = end;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view utf8)
{
    return Tokenizer{utf8}.run();
}

}  // namespace todod::assistant::builtin
