#include "assistant/builtin/dates/reader.hpp"

#include <charconv>

namespace todod::assistant::builtin::dates {

namespace {

constexpr std::size_t max_digits = 9;

std::string_view without_owner(std::string_view text)
{
    if (text.ends_with("'s")) return text.substr(0, text.size() - 2);
    return text;
}

}  // namespace

Reader::Reader(std::span<const Token> tokens, const DateWords& words) : words_(words)
{
    items_.reserve(tokens.size() + 2);
    for (std::uint32_t i = 0; i < tokens.size(); ++i)
        add(tokens[i], i);
}

void Reader::add(const Token& token, std::uint32_t index)
{
    if (token.kind == Token::Kind::word) {
        if (!add_parts(token, index)) add_word(token.text, token, index, token.is_joined);
        return;
    }
    Item item{.meanings = {}, .text = token.text, .token = index, .is_joined = token.is_joined};
    if (token.kind == Token::Kind::mark) {
        item.mark = token.text[0];
    } else if (token.text.size() <= max_digits) {
        std::from_chars(token.text.data(), token.text.data() + token.text.size(), item.number);
        item.digits = static_cast<std::uint8_t>(token.text.size());
    }
    items_.push_back(item);
}

/// "Twenty-one", "mid-march": where every part is known, and the whole is not.
bool Reader::add_parts(const Token& token, std::uint32_t index)
{
    const std::string_view text = token.text;
    if (!text.contains('-') || !words_.find(text).empty()) return false;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('-', at), text.size());
        if (words_.find(without_owner(text.substr(at, end - at))).empty()) return false;
        at = end + 1;
    }
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('-', at), text.size());
        if (at > 0) {
            items_.push_back({.text = "-", .token = index, .mark = '-', .is_joined = true});
        }
        add_word(text.substr(at, end - at), token, index, at > 0 || token.is_joined);
        at = end + 1;
    }
    return true;
}

void Reader::add_word(std::string_view text, const Token& /*token*/, std::uint32_t index,
                      bool is_joined)
{
    Item item{.meanings = words_.find(text), .text = text, .token = index, .is_joined = is_joined};
    if (item.meanings.empty() && text.ends_with("'s")) {
        item.text = without_owner(text);
        item.meanings = words_.find(item.text);
        item.is_owner = !item.meanings.empty();
    }
    for (const DateWord& meaning : item.meanings)
        item.kinds |= bit_of(meaning.kind);
    items_.push_back(item);
}

bool Reader::can_begin(std::size_t at) const noexcept
{
    constexpr std::uint64_t followers =
        bit_of(Class::particle) | bit_of(Class::approximately) | bit_of(Class::counted) |
        bit_of(Class::linking) | bit_of(Class::meridian) | bit_of(Class::meridian_end) |
        bit_of(Class::ordinal_suffix) | bit_of(Class::zone) | bit_of(Class::utc) |
        bit_of(Class::era) | bit_of(Class::ago) | bit_of(Class::more) | bit_of(Class::oclock);
    const Item& it = item(at);
    return it.number >= 0 || (it.kinds & ~followers) != 0 || it.mark == '+' ||
           is(at, Particle::rest);
}

bool Reader::is_end(std::size_t at) const noexcept
{
    if (at >= size()) return true;
    const char mark = item(at).mark;
    return mark != 0 && mark != '-' && mark != '/' && mark != ':' && mark != '%' && mark != '$' &&
           mark != '#';
}

std::optional<int> Reader::value(std::size_t at, Class kind) const noexcept
{
    const Item& it = item(at);
    if ((it.kinds & bit_of(kind)) == 0) return std::nullopt;
    for (const DateWord& meaning : it.meanings)
        if (meaning.kind == kind) return meaning.value;
    return std::nullopt;
}

bool Reader::is(std::size_t at, Particle particle) const noexcept
{
    return value(at, Class::particle) == static_cast<int>(particle);
}

bool Reader::is(std::size_t at, Edge edge) const noexcept
{
    return value(at, Class::edge) == static_cast<int>(edge);
}

bool Reader::is_unknown(std::size_t at) const noexcept
{
    const Item& it = item(at);
    return at < size() && it.meanings.empty() && it.number < 0 && it.mark == 0;
}

bool Reader::is_led(std::size_t at) const noexcept
{
    if (at == 0) return false;
    if (is_mark(at - 1, '@')) return true;
    const auto found = value(at - 1, Class::particle);
    if (!found) return is(at - 1, Class::the) && is_led(at - 1);
    switch (static_cast<Particle>(*found)) {
        case Particle::on:
        case Particle::at:
        case Particle::in:
        case Particle::by:
        case Particle::from:
        case Particle::until:
        case Particle::between:
        case Particle::since:
        case Particle::before:
        case Particle::after:
        case Particle::within:
        case Particle::during:
        case Particle::due:
        case Particle::starting:
            return true;
        default:
            return false;
    }
}

bool Reader::is_led_as_clock(std::size_t at) const noexcept
{
    if (at == 0) return false;
    if (is_mark(at - 1, '@')) return true;
    if (is(at - 1, Class::approximately)) return is_led_as_clock(at - 1) || at == 1;
    const auto found = value(at - 1, Class::particle);
    if (!found) return false;
    switch (static_cast<Particle>(*found)) {
        case Particle::at:
        case Particle::by:
        case Particle::from:
        case Particle::until:
        case Particle::between:
        case Particle::before:
        case Particle::after:
        case Particle::around:
        case Particle::since:
        case Particle::due:
            return true;
        default:
            return false;
    }
}

}  // namespace todod::assistant::builtin::dates
