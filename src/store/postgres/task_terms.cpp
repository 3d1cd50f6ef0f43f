#include "store/postgres/task_terms.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/words.hpp"

namespace todod::store::postgres {

namespace {

/// PostgreSQL takes lexemes of up to 2046 bytes; longer words are told apart by their beginning.
constexpr std::size_t max_word = 200;

constexpr char word_mark = 'w';
constexpr char tag_mark = 't';

/// Six bytes of a hash (FNV-1a) as eight characters. It stands in the database: it must never
/// change.
std::string prefix_of(std::string_view user_id)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char byte : user_id) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 0x100000001b3U;
    }
    std::array<char, 6> bytes;
    for (char& byte : bytes) {
        byte = static_cast<char>(hash);
        hash >>= 8;
    }
    return base::base64url_encode({bytes.data(), bytes.size()});
}

std::string term_of(std::string_view prefix, char mark, std::string_view text)
{
    std::string term{prefix};
    term += mark;
    term += base::cut(text, max_word);
    return term;
}

/// In quotes, as a tsquery's text has it.
void add_term(std::string& query, std::string_view term)
{
    query += query.empty() ? "'" : " & '";
    for (const char byte : term)
        query.append(byte == '\'' || byte == '\\' ? 2 : 1, byte);
    query += '\'';
}

}  // namespace

db::postgres::Lexemes terms_of(const types::Task& task)
{
    const std::string prefix = prefix_of(task.user_id);
    db::postgres::Lexemes terms;
    std::string text = task.title;
    if (task.description) text += ' ' + *task.description;
    for (const std::string& word : base::words_of(text))
        terms.words.push_back(term_of(prefix, word_mark, word));
    for (const std::string& tag : task.tags)
        terms.words.push_back(term_of(prefix, tag_mark, tag));
    std::ranges::sort(terms.words);
    const auto repeated = std::ranges::unique(terms.words);
    terms.words.erase(repeated.begin(), repeated.end());
    return terms;
}

std::string query_of(std::string_view user_id, const std::vector<std::string>& words,
                     const std::vector<std::string>& tags)
{
    const std::string prefix = prefix_of(user_id);
    std::string query;
    for (const std::string& word : words)
        add_term(query, term_of(prefix, word_mark, word));
    for (const std::string& tag : tags)
        add_term(query, term_of(prefix, tag_mark, tag));
    return query;
}

}  // namespace todod::store::postgres
