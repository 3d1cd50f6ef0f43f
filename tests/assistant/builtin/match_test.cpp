#include "assistant/builtin/match.hpp"

#include <gtest/gtest.h>

#include "assistant/builtin/replies.hpp"

namespace todod::assistant::builtin {
namespace {

Fit fit_of(std::string_view wanted, std::string_view title)
{
    const auto empty = english_replies().empty_words;
    return fit(telling_words(wanted, empty), telling_words(title, empty));
}

TEST(Match, of_whole_words_is_best)
{
    EXPECT_EQ(fit_of("the meeting task", "Meeting"), Fit::whole);
    EXPECT_EQ(fit_of("meeting", "Meeting with Bob"), Fit::exact);
    EXPECT_EQ(fit_of("Bob's meeting", "MEETING: bob's"), Fit::whole);
    EXPECT_EQ(fit_of("cafe", "Café"), Fit::whole);
}

TEST(Match, knows_the_forms_of_a_word)
{
    EXPECT_EQ(fit_of("grocery", "Buy groceries"), Fit::plural);
    EXPECT_EQ(fit_of("bill", "Pay bills"), Fit::plural);
    EXPECT_EQ(fit_of("boxes", "Box"), Fit::plural);
    EXPECT_EQ(fit_of("tape", "Tap"), Fit::inflected);
    EXPECT_EQ(fit_of("planes", "Plan"), Fit::inflected);
    EXPECT_EQ(fit_of("passes", "Pass"), Fit::plural);
    EXPECT_EQ(fit_of("paying the bills", "Pay bills"), Fit::inflected);
    EXPECT_EQ(fit_of("running", "Run"), Fit::inflected);
    EXPECT_EQ(fit_of("writing the report", "Write report"), Fit::inflected);
    EXPECT_EQ(fit_of("watches", "Watch"), Fit::plural);
    EXPECT_EQ(fit_of("calling mom", "Call mom"), Fit::inflected);
}

TEST(Match, forgives_a_typing_error_and_a_word_cut_short)
{
    EXPECT_EQ(fit_of("dentits", "Dentist"), Fit::near);
    EXPECT_EQ(fit_of("grocries", "Buy groceries"), Fit::near);
    EXPECT_EQ(fit_of("meting", "Meeting"), Fit::near);
    EXPECT_EQ(fit_of("presentaion slides", "Presentation slides"), Fit::near);
    EXPECT_EQ(fit_of("dent", "Dentist"), Fit::near);
    EXPECT_EQ(fit_of("bread", "Take a break"), Fit::near);
}

TEST(Match, is_none_for_other_words)
{
    EXPECT_EQ(fit_of("mom", "Call Tom"), Fit::none);
    EXPECT_EQ(fit_of("milk", "Call mom"), Fit::none);
    EXPECT_EQ(fit_of("car", "Cat"), Fit::none);
    EXPECT_EQ(fit_of("", "Cat"), Fit::none);
    EXPECT_EQ(fit_of("cat", ""), Fit::none);
}

TEST(Match, tells_when_half_of_the_words_are_there)
{
    EXPECT_EQ(fit_of("dentist appointment", "Call dentist"), Fit::some);
    EXPECT_EQ(fit_of("final project plan", "Plan party"), Fit::none);
}

}  // namespace
}  // namespace todod::assistant::builtin
