#include <gtest/gtest.h>

#include <algorithm>

#include "base/words.hpp"
#include "db/sqlite/connection.hpp"

namespace todod::db::sqlite {
namespace {

/// What the full-text index of the migrations has of `text`, in byte order.
std::vector<std::string> indexed_words_of(std::string_view text)
{
    Connection connection{":memory:", Connection::Mode::create};
    connection.script(
        "CREATE VIRTUAL TABLE words USING fts5 ("
        "  text, tokenize = 'unicode61 remove_diacritics 2');"
        "CREATE VIRTUAL TABLE found USING fts5vocab (words, row)");
    connection.run("INSERT INTO words VALUES (?1)", {text});
    std::vector<std::string> words;
    auto rows = connection.query("SELECT term FROM found");
    while (rows.step())
        words.emplace_back(rows.text(0));
    std::ranges::sort(words);
    return words;
}

TEST(Tokenizer, finds_the_words_that_a_search_on_another_database_finds)
{
    for (const std::string_view text : {
             "",
             " \t\n",
             "Buy MILK, buy 2l milk!",
             "a_b-c.d'e",
             "café CAFÉ cafe\u0301",
             "Ångström Tiếng Việt",
             "Æsop ø Ł đ ſ ǅ",
             "İstanbul ı",
             "\u212A \u212B",
             "ΟΔΟΣ οδος",
             "Привет, Мир",
             "שלום עולם",
             "٣ تفاح",
             "½ ² Ⅷ ①",
             "牛乳を買う",
             "牛乳、ハン。",
             "ｆｕｌｌ ＷＩＤＴＨ",
             "milk👍bread 🎉",
             "e\u0301\u0302 x\u20dd",
             "\ue000 private",
         }) {
        EXPECT_EQ(base::words_of(text), indexed_words_of(text)) << text;
    }
}

}  // namespace
}  // namespace todod::db::sqlite
