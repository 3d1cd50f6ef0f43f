#include "assistant/builtin/phrases/english.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

using enum Intent;

constexpr PhraseRule rules[] = {
    {undo, .95, "undo **"},
    {restore, .9, "keep < PRON > instead|please|though|after_all? $"},
    {update, .9, "it's|it_is|its|that's due|at|on|for+ { TIME } actually|instead|though|now* $"},
    {redo, .95, "undo the? undo $"},
    {redo, .96, "redo *2 $"},
    {undo, .9, "take PRON back $"},
    {undo, .9, "take back PRON|ALL $"},
    {undo, .98, "change|turn|switch|set PRON back $"},
    {undo, .9, "roll|put PRON back as|to|the|how|like|it|was|were|before|way+ $"},
    {undo, .9, "rollback|roll_back *3 $"},
    {undo, .9, "revert *3 $"},
    {restore, .97, "restore|undelete|recover < *4 TASK|REMINDER|NUMBER|ID|PRON ** >"},
    {restore, .97, "bring|get|put|fetch < *4 TASK|REMINDER|NUMBER|ID > back $"},
    {restore, .97, "bring|put|fetch back < *4 TASK|REMINDER|NUMBER|ID ** >"},
    {restore, .92, "bring|fetch PRON back $"},
    {restore, .98,
     "restore|undelete|recover|bring|get|take|pull|fetch|put back? < * > back|out+ from|of+ *1 "
     "trash|bin|recycle_bin $"},
    {restore, .98,
     "restore|undelete|recover|bring|fetch back? < * > from *1 trash|bin|recycle_bin $"},
    {restore, .96, "restore|recover|undelete|bring_back ALL $"},
    {restore, .9, "undelete < ** >"},
    {restore, .7, "restore < ** >"},
    {choose, .9, "the? < ORDINAL > TASK? $"},
    {choose, .9, "no|yes COMMA? *2 the < ORDINAL > TASK? $"},
    {choose, .9, "number|TASK? < NUMBER > $"},
    {choose, .85, "no|yes COMMA? *2 number|TASK? < NUMBER > $"},
    {choose, .8, "< ALL > $"},
    {choose, .8, "yes|yep|yeah|sure COMMA? < ALL > $"},
    {choose, .8, "the one about|with|for|called|from|named < ** >"},
    {choose, -1,
     "* not|don't|dont|don_'_t|do_not|never|except|without|isn't|is_not|but|neither|nor **"},
    {confirm, .95,
     "yes|yep|yeah|sure|correct|confirm|yup|absolutely|definitely|ok|okay|y|affirmative "
     "COMMA|FILLER|it|that|sure|do|go|ahead|yes|yeah|yep|ok|okay|please|thanks|of|course* $"},
    {confirm, .9, "go ahead|for|do it? $"},
    {confirm, .9, "do it|that|so $"},
    {confirm, .9, "please do $"},
    {confirm, -1,
     "* no|nope|nah|NOT|dont|nevermind|cancel|stop|wait|hold|abort|forget|sorry|but **"},
    {decline, .95,
     "no|nope|nah|cancel|stop|n|don't|abort "
     "COMMA|FILLER|it|that|thanks|no|nope|ok|okay|sorry|stop|wait|never|mind|nevermind* $"},
    {decline, .95,
     "never|nevermind|forget|forget_about mind? COMMA|FILLER|it|that|thanks|ok|okay|sorry* $"},
    {decline, .95, "neither|none of? them|these|those? $"},
    {decline, .8, "NOT REMOVE|CLEAR|do|ADD|CHANGE ** "},
    {decline, .9, "no COMMA? don't|do not? *2 $"},
    {help, .95,
     "can_you_help_me|could_you_help_me|can_you_please_help_me|could_you_please_help_me|please_"
     "help_me|help_me|help ME? $"},
    {help, .9, "WH can_you|could_you do|help *3 $"},
    {help, .9, "WH can|do you do|help *3 $"},
    {help, .9, "who|what are you $"},
    {help, .9, "HOW do|does? you|this|it work **"},
    {help, .85, "HOW *2 ADD|CREATE|REMOVE|FINISH|CHANGE|SHOW *4 TASK|REMINDER|LIST **"},
    {greet, .9, "hi|hello|hey|howdy|greetings|yo|hiya there|todod|again|COMMA* $"},
    {greet, .9, "good morning|afternoon|evening|day $"},
    {thank, .9, "thanks|thank|thx|cheers|ty|thank_you you|so|very|much|a|lot|for|COMMA|it|that* $"},
    {thank, .97, "ok|okay|alright|great|cool|perfect thanks|thank|thank_you|thx *3 $"},
    {thank, .8, "thanks|thx|thank_you **"},
};

}  // namespace

std::span<const PhraseRule> english_talk()
{
    return rules;
}

}  // namespace todod::assistant::builtin::phrases
