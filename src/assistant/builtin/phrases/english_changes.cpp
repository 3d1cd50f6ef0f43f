#include "assistant/builtin/phrases/english.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

using enum Intent;

constexpr PhraseRule rules[] = {
    // Changes.
    {update, .97, "RENAME < * > to|as|COMMA|into { ** }"},
    {update, .95, "RENAME < ** >"},
    {update, .96,
     "CHANGE|MOVE < *6 TASK|REMINDER|EVENT|NUMBER|PRON|ORDINAL|ID|FIELD|QUOTE * > "
     "to|into|as|for|by { ** }"},
    {update, .96, "CHANGE|MOVE < *6 TASK|REMINDER|EVENT|NUMBER|PRON|ORDINAL|ID * > FIELD $"},
    {update, .96, "CHANGE|MOVE < *3 FIELD of|for|on ** >"},
    {update, .97, "CHANGE|MOVE < *3 FIELD of|for|on * > to { ** }"},
    {update, .9, "CHANGE|MOVE|MARK < * > to|for|until|till|by|on { TIME ** }"},
    {update, .75, "CHANGE|MOVE < * > to|into { ** }"},
    {update, .9,
     "CHANGE|MOVE < *3 TASK|REMINDER|EVENT|NUMBER|PRON|ORDINAL|ID|FIELD * > { TIME ** }"},
    {update, .9, "CHANGE|MOVE < *6 TASK|REMINDER|EVENT|NUMBER|PRON|ORDINAL|ID|FIELD ** >"},
    {update, .9, "MOVE < * > { TIME ** }"},
    {update, .96,
     "MARK|BEGIN < *4 TASK|REMINDER|EVENT|NUMBER|ORDINAL|ID > as|to|at { HIGH|LOW|URGENT|MEDIUM ** "
     "}"},
    {update, .96, "MARK < PRON > as|to|at { HIGH|LOW|URGENT|MEDIUM ** }"},
    {update, .96, "MARK < * > as|to|at { HIGH|LOW|URGENT|MEDIUM FIELD ** }"},
    {update, .96, "MARK < *3 NUMBER|PRON|ORDINAL|TASK|ID > { HIGH|LOW|URGENT|MEDIUM ** }"},
    {update, .97, "MARK < *3 FIELD *6 > to|as|COMMA { ** }"},
    {update, .96, "MARK < * > as|to? { ONGOING ** }"},
    {update, .94, "MARK < PRON > { due? TIME|HIGH|LOW|URGENT|MEDIUM ** }"},
    {update, .94, "MARK < *2 TASK|NUMBER > due { ** }"},
    {update, .94, "< PRON > NEED|is|should due|be|is+ { TIME|HIGH|LOW|URGENT|MEDIUM ** }"},
    {update, .9, "< *2 TASK|NUMBER * > is due|HIGH|LOW|URGENT|MEDIUM { ** }"},
    {update, .8, "< *4 > is|are|should|must|needs be|to|due|on|by* { TIME } now|instead? $"},
    {update, .8, "due_date|deadline of|for|on < *4 > is { TIME } now|instead? $"},
    {update, .72, "< *4 > is|are now? { ONGOING } $"},
    {update, .72,
     "i'm|im|we're|i|we* "
     "start_working_on|begin_working_on|started_working_on|working_on < *4 > $"},
    {update, .94, "due? { TIME } instead $"},
    {update, .85, "not|NOT TIME COMMA|but* due? { TIME } $"},
    {update, .97, "CHANGE < *2 TASK|NUMBER NUMBER? > : { ** }"},
    {update, .96,
     "< *2 TASK|NUMBER|PRON NUMBER? > is|should|must|needs be|to|due* { "
     "HIGH|LOW|URGENT|MEDIUM|TIME ** }"},
    {update, .94, "{ HIGH|LOW|URGENT|MEDIUM FIELD } instead? $"},
    {update, .88, "MARK < DET? *3 > { HIGH|LOW|URGENT|MEDIUM FIELD } $"},
    {update, .95, "MARK < DET? *3 > { HIGH|LOW|URGENT|MEDIUM FIELD LINK|COMMA due? TIME } $"},
    {update, .85, "MARK < DET? *3 > as|to|at? { HIGH|LOW|URGENT|MEDIUM } $"},
    {update, .8,
     "< *4 > is|are|has_become now|very|really|super|so|quite|extremely* { "
     "HIGH|LOW|URGENT|MEDIUM } FIELD? $"},
    {update, .85,
     "< *4 > { isn't_urgent|isnt_urgent|aren't_urgent|isn't_important|isnt_important|"
     "is_not_urgent|is_not_important } $"},
    {update, -.5, "WH|HOW|BE|HAVE|if **"},
    {update, -.5, "* COMMA it|this|that|it's BE? **"},
    {update, .98,
     "REMOVE|CLEAR|TAKE *2 due_date|deadline|priority|description|due_time|tags|tag "
     "of|from|on|for|in|off < ** >"},
    {update, .98,
     "REMOVE|CLEAR|TAKE *4 from|off|out *4 reminder|task|meeting|appointment|event|todo $"},
    {update, .98,
     "REMOVE|CLEAR|TAKE *4 from|off|out *4 reminder|task|meeting|appointment|event|todo COMMA|LINK "
     "**"},
    {update, .9, "NEED < *4 REMINDER|TASK|EVENT * > CHANGE|MOVE to|into|for { ** }"},
    {update, .98, "REMOVE|CLEAR|TAKE *2 due_date|deadline|priority|description|due_time $"},
    {update, .98,
     "REMOVE|CLEAR < *4 TASK|NUMBER|PRON|ID * > "
     "due_date|deadline|priority|description|due_time|tags $"},
    {update, .98, "clear|remove|delete|drop the? date|dates of|from|on|for < ** >"},
    {update, .976, "bring < *6 > forward|up|closer by|for|to|until? { ** }"},
    {update, .985, "REMOVE|CLEAR|TAKE *1 tag|label { *3 } from|of|on|off < ** >"},
    {update, .985, "REMOVE|CLEAR|TAKE { *4 } tag|tags|label|labels from|of|on|off < ** >"},
    {update, .985, "REMOVE|CLEAR|TAKE { TAGGED } tag|label? from|of|on|off < ** >"},
    {update, .985,
     "ADD|PUT DET? TAG { *3 } to|on|onto < *3 TASK|REMINDER|NUMBER|PRON|ORDINAL|ID ** >"},
    {update, .985,
     "ADD|PUT DET? { *2 } TAG to|on|onto < *3 TASK|REMINDER|NUMBER|PRON|ORDINAL|ID ** >"},
    {update, .92, "ADD|PUT the? { *1 } tag to|on|onto < DET? *3 > $"},
    {update, .985, "ADD|PUT { TAGGED } to|on|onto < *2 TASK|REMINDER|NUMBER|PRON|ORDINAL|ID ** >"},
    {update, .975, "TAG < *2 NUMBER|PRON|ID > { *1 } $"},
    {update, .985,
     "ADD|PUT *2 note|comment|description to|on|for < *2 TASK|NUMBER NUMBER? > COMMA|that|saying+ "
     "{ ** }"},
    {update, .98, "REMOVE|CLEAR|TAKE *2 tag|tags|label|labels *3"},
    {update, .97, "TAG < * > as|with|COMMA { ** }"},
    {update, .95, "TAG < ** >"},
    {update, .97, "ADD|PUT *2 TAG|FIELD *3 to|on|for < *3 TASK|REMINDER|NUMBER|PRON|ORDINAL ** >"},
    {update, .97, "ADD < * > to|on *5 reminder|task|REMINDER $"},
    {update, .985,
     "ADD|PUT|write DET? note|comment|description to|on|for < *4 > :|that_says|saying { ** }"},
    {update, .94, "MARK < * > due { ** }"},
    {update, .975, "MOVE < *6 > back|out|up? by|for? { SPAN *1 } $"},
    {update, .975,
     "MOVE < *6 > back|out|up? by|for? { NUMBER|a|an|another "
     "minute|minutes|min|mins|hour|hours|day|days|week|weeks *1 } $"},
    {update, .96, "BEGIN < *3 TASK|NUMBER|ORDINAL|PRON|ID ** >"},
    {update, .95, "i'm|im|i|we're am? BEGIN on? < *3 TASK|NUMBER|ORDINAL|PRON|ID ** >"},
    {update, .98, "REMIND * TIME instead|rather of|than **"},
    {update, .97, "SHOW|MARK|CHANGE|MOVE *6 REMINDER|EVENT|TASK * TIME|NUMBER instead|rather *4"},
    {update, .97, "CHANGE *6 REMINDER|EVENT|TASK * instead *4"},
    {update, .9, "< * REMINDER|TASK|EVENT * > should|needs|need|must to? be|CHANGE * **"},
    {update, .85, "* NEED? CHANGE *2 REMINDER|TASK|EVENT **"},

    // Away with it.
    {remove, .96, "REMOVE < *4 TASK|REMINDER|LIST ** >"},
    {remove, .96,
     "CLEAR < *4 "
     "task|tasks|todo|todos|to-do|to-dos|item|items|chore|chores|errand|errands|todo_item|to-do_"
     "item|to_do_item|todo_items|to-do_items|to_do_items|things_to_do|action_item|action_items|"
     "REMINDER|LIST ** >"},
    {remove, .94, "shut|turn off < *3 reminder|reminders|task|tasks ** >"},
    {remove, .94,
     "stop|dismiss|forget|toss|dump|lose|chuck < *3 reminder|reminders|task|tasks|LIST ** >"},
    {remove, .96, "REMOVE < *6 EVENT|CALENDAR|TASK|REMINDER|LIST ** >"},
    {remove, .94, "x|strike|cross out < *2 TASK ** >"},
    {remove, .9, "CLEAR < *6 CALENDAR ** >"},
    {remove, .9,
     "cancel|cancels|canceling|cancelling|clear|clear_off|clear_out|wipe|wipe_off|wipe_out|call_"
     "off|scrap|scratch|disregard|nix|axe|purge|abolish|nuke|annul|revoke < *6 EVENT ** >"},
    {remove, .9, "CLEAR < DET *3 trip|call|visit|function|conference_call TIME|PREP ** >"},
    {remove, .94, "REMOVE < * > from|off|on|in|out|of+ *4 LIST|CALENDAR|TASK"},
    {remove, .94, "CLEAR|toss|dump|lose|chuck|forget < * > from|off|out|of|on+ *4 LIST|CALENDAR"},
    {remove, .94, "TAKE < * > off|out|from|of+ *4 LIST|CALENDAR"},
    {remove, .94, "TAKE off|out|from+ < * > off|from|of|out+ *4 LIST|CALENDAR"},
    {remove, .985, "REMOVE|CLEAR from|on|off *3 LIST|CALENDAR < ** >"},
    {remove, .94, "on|from|in *3 LIST|CALENDAR|TASK COMMA? LEAD* REMOVE < ** >"},
    {remove, .95, "REMOVE < *2 NUMBER|ID > $"},
    {remove, .95, "drop|cancel|scrap|ditch|kill|cross_out|strike_out|scratch_out < NUMBER|ID > $"},
    {remove, .96, "REMOVE < ALL *2 tagged|labeled|labelled|with ** >"},
    {remove, .95, "REMOVE < NUMBER|ID LINK|COMMA|NUMBER|to|through|-+ > $"},
    {remove, .95, "REMOVE < DET? PRON|ALL|ORDINAL > $"},
    {remove, .9, "REMOVE < *2 NUMBER|ORDINAL|PRON|ID|ALL ** >"},
    {remove, .7, "CLEAR < ALL ** >"},
    {remove, .94, "REMOVE|CLEAR < ALL|DET* DONE|OVERDUE|UNDONE TASK|REMINDER? > $"},
    {remove, .6, "cancel < *6 TIME ** >"},
    {remove, .55, "cancel < DET? *3 > $"},
    {remove, .6, "REMOVE < ** >"},
    {remove, .85, "i|we no_longer need|want|have < * > on|in|from *3 LIST|CALENDAR|TASK"},
    {remove, .85, "i|we no_longer need|want < PRON TASK|REMINDER|EVENT|LIST? **  >"},
    {remove, .85,
     "i|we don't|do_not need|want < * > on|in|from *3 LIST|CALENDAR anymore|any_more $"},
    {remove, .85, "i|we don't|do_not need|want < *3 LIST|TASK|REMINDER|EVENT > anymore|any_more $"},
    {remove, .8, "< * > needs|should|must|need to? be REMOVE|CLEAR from|on|off *2 LIST|CALENDAR"},
    {remove, .85, "NEED < *4 TASK|REMINDER|EVENT|LIST > REMOVE $"},
    {remove, .88,
     "< *3 TASK|EVENT|REMINDER|LIST|PRON *3 > needs|should|must|NEED|can|has to? be REMOVE *3"},
    {remove, .95, "SHOW|go *4 LIST|CALENDAR LINK REMOVE < ** >"},
    {remove, .95, "SHOW LINK REMOVE < *6 TASK|REMINDER|EVENT|LIST ** >"},
    {remove, .94, "MARK|CREATE sure? < *2 CALENDAR|LIST > BE? *1 clear|empty *3 $"},
    {remove, -.5, "* TAG|ADD|PLAN PRON **"},
    {remove, .6, "* so|as|LINK|COMMA+ LEAD* REMOVE|CLEAR < *6 REMINDER|TASK|EVENT|LIST ** >"},
    {remove, -.42, "* FOREIGN **"},
    {remove, -1, "REMOVE|CLEAR|TAKE ME|you|him|her **"},
    {remove, -.42, "NEED REMOVE|CLEAR **"},
    {remove, -1, "* never|NOT REMOVE|CLEAR **"},
};

}  // namespace

std::span<const PhraseRule> english_changes()
{
    return rules;
}

}  // namespace todod::assistant::builtin::phrases
