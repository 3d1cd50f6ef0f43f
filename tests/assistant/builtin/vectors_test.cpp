// Utterances that others wrote, which are not part of the repository.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "assistant/builtin/understand.hpp"
#include "base/text.hpp"

namespace todod::assistant::builtin {
namespace {

namespace json = boost::json;

struct Share {
    int right = 0;
    int of = 0;

    void count(bool is_right)
    {
        right += is_right ? 1 : 0;
        ++of;
    }
    double percent() const { return of == 0 ? 100 : 100.0 * right / of; }
};

struct Scores {
    std::map<std::string, Share> intents;  ///< by source; "" is all
    Share titles;
    Share dated;
    std::vector<std::string> wrong_deletes;
};

/// A question how many there are asks for a list of them.
std::string_view kind_of(Intent intent)
{
    return to_string(intent == Intent::count ? Intent::list : intent);
}

bool is_write(Intent intent)
{
    using enum Intent;
    return intent == add || intent == complete || intent == update || intent == remove ||
           intent == undo || intent == restore;
}

bool is_allowed(const json::array& allow, Intent intent)
{
    return std::ranges::any_of(allow, [&](const json::value& one) {
        return std::string_view{one.get_string()} == kind_of(intent);
    });
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    for (const Token& token : tokenize(text)) {
        const std::string& word = token.text;
        const bool is_word = token.kind != Token::Kind::mark && word != "a" && word != "an" &&
                             word != "the" && word != "my" && word != "to";
        if (is_word) words.push_back(word);
    }
    return words;
}

/// Whether four of five words are the same.
bool is_alike(std::string_view a, std::string_view b)
{
    const auto some = words_of(a);
    auto others = words_of(b);
    const auto total = some.size() + others.size();
    std::size_t same = 0;
    for (const std::string& word : some) {
        const auto found = std::ranges::find(others, word);
        if (found == others.end()) continue;
        others.erase(found);
        ++same;
    }
    return total == 0 || 10 * same >= 4 * total;
}

void score(const json::object& line, Scores& scores)
{
    const std::string text{line.at("text").get_string()};
    const json::array& allow = line.at("allow").get_array();
    const Moment moment{.now = *base::parse_instant("2026-11-20T09:00:00Z")};
    const auto actions = understand(text, moment).actions;
    const auto any = [&](auto is) { return std::ranges::any_of(actions, is); };

    const bool is_right = allow.empty()
                              ? !any([](const Action& a) { return is_write(a.intent); })
                              : any([&](const Action& a) { return is_allowed(allow, a.intent); });
    scores.intents[""].count(is_right);
    scores.intents[std::string{line.at("source").get_string()}].count(is_right);
    if (any([](const Action& a) { return a.intent == Intent::remove; }) &&
        !is_allowed(allow, Intent::remove))
        scores.wrong_deletes.push_back(text);
    if (const json::value* const title = line.if_contains("title");
        title != nullptr && title->is_string() && !title->get_string().empty()) {
        scores.titles.count(any([&](const Action& a) {
            return a.intent == Intent::add && is_alike(a.title, title->get_string());
        }));
    }
    if (const json::value* const dated = line.if_contains("dated");
        dated != nullptr && dated->is_bool()) {
        scores.dated.count(any([&](const Action& a) {
            return a.intent == Intent::add && a.due.has_value() == dated->get_bool();
        }));
    }
}

TEST(UnderstandingVectors, are_understood_as_people_meant_them)
{
    const std::filesystem::path file = TODOD_VECTORS "/nl/utterances.jsonl";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no utterances at " << file;
    Scores scores;
    std::ifstream lines{file};
    for (std::string line; std::getline(lines, line);)
        score(json::parse(line).get_object(), scores);

    EXPECT_GE(scores.intents[""].percent(), 90);
    for (const auto& [source, share] : scores.intents)
        EXPECT_GE(share.percent(), 85) << source;
    EXPECT_GE(scores.titles.percent(), 85);
    EXPECT_GE(scores.dated.percent(), 95);
    EXPECT_THAT(scores.wrong_deletes, testing::IsEmpty());
}

}  // namespace
}  // namespace todod::assistant::builtin
