#include "assistant/builtin/phrases/english.hpp"

namespace todod::assistant::builtin::phrases {

namespace {

using enum Class;

constexpr WordList lists[] = {
    // How requests begin.
    {lead,
     "please|plz|pls|kindly|can you|can u|could you|would you|will you|can you please|could you "
     "please|would you please|will you please|can you kindly|you can|you could|you will|you "
     "should|you must|i want you to|i need you to|i'd like you to|i would like you to|i'd like for "
     "you to|i want to|i wanna|i said|no|i'd love for you to|i was hoping you could|i was "
     "wondering if you could|i wonder if you could|any chance you could|any chance you can|is "
     "there any way you can|is there any way you could|do me a favor and|do me a favour and|i "
     "request you to|why don't you|i'd like it if you would|i'd like it if you could|i'd "
     "appreciate it if you could|it'd be great if you could|you know what|i think i want to|i "
     "think you should|remember to please|dear|friend|man|mate|i really want to|i just want to|i'd "
     "really like to|i also want to|i want you to please|i am trying to|i'm trying to|please can "
     "you|could you possibly|would you be able to|will you be able to|can you also|could you "
     "also|can you just|could you just|can you help me|could you help me|can you please help "
     "me|please help me|would you kindly|i would appreciate it if you could|i'd appreciate it if "
     "you would|you may|you might|you need to|you have to|i would like for you to|i'd want you "
     "to|i ask you to|proceed to|remember that i want to|i'd prefer to|may you|may i ask you "
     "to|how about you|i'd like to|i would like to|i wish to|i'd love to|i would love to|can "
     "i|could i|let me|let's|lets|let us|go ahead and|feel free to|help me|help me "
     "to|help|hey|hi|hello|ok|okay|yo|so|now|just|also|then|right now|do|be sure to|make sure "
     "to|make sure you|make sure that you|be sure you|if you could|if you can|if you would|are you "
     "able to|is it possible to|is it possible for you to|would you mind|do you "
     "mind|olly|alexa|siri|google|pda|cortana|buddy|assistant|todod|bot|computer|go on and|try "
     "to|quickly|actually|well|and|but|anyway|nevermind|sorry|oh|um|completely|i shall|i "
     "will|i'll|see if you can|can we|could we|we should|we need to|it would be great if you "
     "could|tell me to|you to|i ' d like to|i ' d like you "
     "to|again|immediately|finally|first|next|i'm going to"},
    {need,
     "i need to|i have to|i must|i gotta|i've got to|i got to|i should|need to|have to|we need "
     "to|we have to|i ought to|i need|i want|i'd like|i would like|i needed to|i'm supposed "
     "to|must|i'd like to have|i would like to have|gotta|i really need to|i would need to|i'd "
     "need to|i also need to|i still need to|i will need to|i'll need to|i am supposed to|i do "
     "need to|we gotta|we must"},
    {filler,
     "please|plz|pls|just|kindly|thanks|thank you|for me|right now|immediately|as "
     "well|too|now|asap|already|currently|anymore|any more|any longer|thx"},
    {me, "me|us|myself|self"},

    // What is to be done.
    {add,
     "add~|adding|added|take note of|take a note of|take down|tack on|throw in|stick|slot "
     "in|include~|append~|insert~|jot|jot down|note down|write down|enter|pencil|pencil "
     "in|input|note|make note|make a note|make note of|make a note of|put down|put in|include "
     "in|record|log|ad|make not of"},
    {create,
     "create~|creating|put together|whip up|come up with|make|set|set "
     "up|setup|generate~|start|begin|prepare~|produce|schedule|activate|turn "
     "on|build|draft|register|compose|put up|make up|make me|set me"},
    {plan,
     "schedule~|book|plan|arrange~|organize~|organise~|reserve~|set up|set|make|create|hook "
     "up|secure|pencil in|put|put in|put down|get|scheduling|hook me up with|sign me up for|get "
     "me"},
    {put, "put|write|save|store|type|drop|attach|place|stick|throw|pop|slap|toss"},
    {send, "give me|get me|send me|send|give|text|email"},
    {remind,
     "remind~|reminding|reminded|notify~|notified|alert~|remember me|ping|nudge|warn|don't let me "
     "forget|do not let me forget|dont let me forget|remid|remined|remnd|get reminded|be "
     "alerted|get notified|send me a reminder|reming|be reminded|be notified|start reminding"},
    {remember,
     "remember|not forget|dont forget|dont let me forget|don't forget|do not forget|don ' t "
     "forget|don't let me forget|never forget|i don't want to forget|i do not want to forget|i don "
     "' t want to forget|i mustn't forget|i can't forget|i must not forget|note to self|i cannot "
     "forget|make sure i|make sure that i|make sure i don't forget"},
    {remove,
     "delete~|deletes|deleting|deleted|remove~|removes|removing|removed|erase~|erasing|erased|get "
     "rid of|get rid off|getting rid of|trash|discard~|eliminate~|throw away|throw out|rm|dispose "
     "of|bin|do away with|del"},
    {clear,
     "cancel~|cancels|canceling|cancelling|canceled|cancelled|clear~|clearing|cleared|wipe|wipe "
     "out|wipe off|empty|clean|clean out|clean up|clear out|clear off|drop|kill|scrap|ditch|call "
     "off|blank out|scratch|scratch out|cross "
     "out|strike|abolish|disregard|format|purge|destroy|strike out|rm - rf|withdraw|nix|axe|clear "
     "away|nuke|cancels|annul|revoke|void|eradicate|obliterate|zap|expunge"},
    {take, "take|scratch|knock|pull|strike|cross|get|wipe|clear"},
    {show,
     "show~|showing|list~|listing|display~|read~|tell|tell me|give|give "
     "me|see|view|check|find|open|open up|pull up|bring up|go over|go through|walk me "
     "through|review|recite|name|repeat|iterate|iterate over|recall|print|get me|look|look at|look "
     "up|hear|know|let me know|let me see|let me hear|inform|inform "
     "me|search|browse|describe|summarize~|read back|read out|read off|list out|list off|name "
     "off|run through|look for|fetch|retrieve|present|state|pull|put on the screen|find out|check "
     "to see|see what|show me|read me|need to know|want to know|want to see|want to hear|need to "
     "see|need to hear|share|output|what about|confirm|verify|search for|search "
     "up|evaluate|provide|speak|say|announce|dictate|mention|enumerate|relay|spell out|run "
     "down|rundown|run me through|take me through|give me a rundown of|bring me|quote|refresh my "
     "memory|take a look at|talk me through|report|wanna know|wanna see|look to see|please "
     "read|reveal|go to"},
    {finish,
     "complete~|completing|finish~|finishing|finalize~|check off|tick off|tick|cross "
     "off|close|conclude|accomplish|resolve|wrap up|close out|completed"},
    {finished,
     "finished|completed|did|done|have finished|have completed|have done|am done with|am finished "
     "with|accomplished|just finished|just completed|just did|got done|finished up|wrapped up|took "
     "care of|already did|already finished|already completed|finished with|done "
     "with|handled|complete|knocked out"},
    {mark, "mark~|set|flag|make|put|change|turn|tick|marking|toggle|switch|update"},
    {reopen,
     "reopen~|re-open|uncheck~|un-check|unmark~|uncomplete~|un-complete|untick|restore|reactivate|"
     "undone|incomplete|unfinish|unarchive"},
    {begin,
     "start~|begin~|starting|working on|started|begun|began|in the middle of|start working "
     "on|begin working on|started working on|doing"},
    {change,
     "change~|reset|redo|tweak|rework|changing|changed|update~|updating|updated|modify~|edit~|"
     "alter~|adjust~|revise~|correct|replace~|switch|amend|extend|changes|alters"},
    {rename, "rename~|retitle~|renaming"},
    {move,
     "move~|moving|moved|reschedule~|rescheduled|rescheduling|postpone~|postponed|post "
     "pone|push|push back|push out|shift~|delay~|defer|bump|move up|move back|bring "
     "forward|pushed|snooze|shift back|move over|put off|re-schedule|extend|prolong|push "
     "forward|move forward"},
    {tag, "tag~|tags|tagged|label~|labels|labeled|labelled|category|categorize|hashtag"},

    // What it is done to.
    {task,
     "task~|tasks~|todo|todos|to-do|to-dos|my to do|a to do|the to do|to dos|to do ' "
     "s|item~|items~|thing|things|chore|chores|errand|errands|todo item|to-do item|to do item|todo "
     "items|to-do items|to do items|things to do|thing to do|task "
     "item|entry|entries|one|ones|job|jobs|row|assignment|action item|action "
     "items|to-do's|todo's|tasks to complete|to do's|taks"},
    {list,
     "list~|lists|todo list|to-do list|to do list|todo lists|to-do lists|to do "
     "lists|checklist|list of things to do|list of things|list of tasks|list of todos|task "
     "list|shopping list|grocery list|list of reminders|reminder list|reminders list|list of "
     "chores|todolist|list to do|lisr|list of things to remember|to do shopping list|list for "
     "shopping|list of things to buy|errand list|register|menu card|backlog|wishlist|wish "
     "list|bucket list|packing list|reading list|agenda list|tasks list|list of items|things to "
     "remember list|to-buy list|list of to dos"},
    {reminder,
     "reminder~|reminders~|alert|alerts|notification|notifications|remainder|remainders|reminder "
     "alarm"},
    {event,
     "meeting~|meetings~|appointment~|appointments~|appt|appts|event~|events~|evenets|party|"
     "parties|dinner|lunch|brunch|breakfast|birthday|birthdays|bday|anniversary|conference|"
     "interview|wedding|date|class|classes|lesson|practice|game|match|haircut|hair "
     "cut|concert|bbq|ceremony|session|get-together|reunion|exam|exams|gala|festival|tournament|"
     "exhibition|plans|activity|activities|engagement|engagements|meting|baby "
     "shower|shower|drinks|jury duty|celebration|show "
     "up|rsvp|playdate|hangout|picnic|gathering|meetup|meet-up|conferences|presentation|seminar|"
     "workshop|webinar|standup|sync"},
    {calendar,
     "calendar~|calender|calenders|calendars|calander|schedule~|schedules|agenda|diary|planner|day "
     "planner|datebook|itinerary|playlist of movies"},
    {foreign,
     "song|songs|music|playlist|playlists|album|movie|account|accounts|card|cards|bank|phone|"
     "contact|alarm|alarms|timer|timers|text|message|messages|email|emails|photo|photos|picture|"
     "pictures|file|files|insurance|bill|bills|credit|debit|policy|plan|payment|payments|"
     "transaction|transactions|subscription|order|orders|device|settings|setting|volume|light|"
     "lights|thermostat|language|accent|voice|name|password|pin|pin "
     "number|weather|traffic|uber|taxi|lyft|cab|ride|flight|flights|hotel|room|rooms|restaurant|"
     "table|recipe|recipes|app|apps|browser|history|website|stock|stocks|paycheck|salary|points|"
     "rewards|reservation|reservations|booking|user|users|number|bolt|stain|soap|luggage|visa|"
     "vacation|pto|news|joke|fan|tv|radio|tire|tires|oil|car|checkbook|checkbooks|transfer|direct "
     "deposit|401k|loan|mortgage|limit|fees|fee|balance|shots|location|speed|bag|station|podcast|"
     "channel|cookies|cache|data|virus|screen|internet|wifi|bluetooth|application|request|"
     "authorized user|membership|seat|ticket|tickets|coupon|conversation|chat|memory|factory "
     "settings|phone number|address|profile|wallpaper|game center|ringtone|photo "
     "album|route|directions|trick|carrier|contract|service|autopay|overdraft|cable"},
    {plural,
     "tasks|todos|to-dos|to dos|items|things|chores|errands|todo items|to-do items|to do "
     "items|things to "
     "do|entries|ones|jobs|reminders|alerts|notifications|remainders|meetings|appointments|appts|"
     "events|parties|birthdays|classes|lists|plans|activities|engagements|evenets|action items|to "
     "do ' s|to-do's|todo's|to do's"},

    // Questions.
    {wh,
     "what|which|when|where|who|whose|what's|whats|what're|when's|where's|who's|what is|what "
     "are|which is|what kind of|what sort of|what all|at what time|for what time|what time|what "
     "else|whats'"},
    {how,
     "how|why|how do i|how can i|how to|how can you|how could i|how should i|how would i|how do "
     "you|how do we|how can we|how would one|how does one|how might i|how can one|figure out how "
     "to|how i can|how i could|how should one|how must i|how to go about|how do i go about|how do "
     "you|how about|how does|how is|how would"},
    {be, "is|are|was|were|am|isn't|aren't|will|would|there|there's|is there|are there|was there"},
    {have, "do|does|did|have|has|had|doi"},
    {any, "any|anything|something|some"},

    // Which.
    {determiner,
     "a|an|the|my|our|your|his|her|their|its|this|that|these|those|some|any|mine|another|other|new|"
     "next|current|upcoming|existing|whole|entire|today's"},
    {pronoun,
     "it|that one|this one|that|this|them|these|those|that task|this task|that item|this "
     "item|these ones|those ones|the same|the same one|that reminder|this reminder|that event|this "
     "event|that todo|this todo|those tasks|these tasks|that thing|this thing|same|same one|the "
     "task i just added|the one i just added"},
    {all,
     "all|every|everything|each|all of|all my|all the|all of my|all of the|all of them|both|both "
     "of them|every single|each of|all those|all these|any and all|every one of|them "
     "all|entire|whole"},
    {repeat,
     "daily|weekly|monthly|annual|yearly|annually|recurring|repeating|recurrent|repeat|hourly|"
     "regular|biweekly|quarterly|weekday|continuous"},

    // What it is like.
    {done,
     "done|completed|complete|finished|checked|checked off|ticked|ticked "
     "off|closed|accomplished|finish|completed already|resolved"},
    {undone,
     "undone|incomplete|uncompleted|not done|not complete|not completed|not "
     "finished|unfinished|not done yet|not finished yet|not completed "
     "yet|unchecked|open|pending|isn't done|isn't finished|not yet done|unmarked"},
    {pending,
     "pending|incomplete|open|unfinished|remaining|left|outstanding|active|undone|uncompleted|not "
     "done|not completed|not finished|still open|left to do|still to do|unchecked|to be done|not "
     "yet done|still left|left over|not complete|not done yet|not finished yet|not completed yet"},
    {ongoing, "in progress|in-progress|ongoing|under way|underway|started|in_progress"},
    {overdue, "overdue|over due|late|past due|past their due date|behind|missed|too late"},
    {low,
     "low|lowest|minor|unimportant|low-priority|not urgent|not important|isn't urgent|isnt "
     "urgent|aren't urgent|isn't important|isnt important|no longer urgent|no longer "
     "important|is not urgent|is not important|not so urgent|not that urgent|not that "
     "important|trivial|p 4"},
    {medium, "medium|normal|mid|moderate|medium-priority|middle|p 3"},
    {high, "high|highest|important|top|high-priority|major|crucial|p 2"},
    {urgent,
     "urgent|critical|asap|most urgent|most important|emergency|p 1|p 0|highest urgency|urgently"},
    {field,
     "title|name|description|priority|due date|due dates|deadline|deadlines|due "
     "time|notes|note|details|date|time|status|importance|duedate|due-date|times|dates|location|"
     "priorities|comment"},
    {naming,
     "called|named|titled|entitled|labeled|labelled|saying|that says|that say|name|that is "
     "called|which says|with the title|with title|with the name"},
    {negation,
     "not|don't|do not|didn't|did not|haven't|have not|never|no|don ' t|didn ' t|isn't|is "
     "not|doesn't|does not|hasn't|won't|without|wasn't|aren't|no longer|cannot|can't"},
    {preposition,
     "on|at|by|for|in|before|until|till|from|to|of|off|with|about|since|after|around|starting|"
     "beginning|due|into|onto|through|between|during|regarding|concerning|as|no later "
     "than|over|within"},
    {link,
     "and|then|and then|also|and also|plus|after that|afterwards|next|&|as well as|but|so|or|and "
     "please|then please|but also|and after that|because|cause|and i need to|and can you|and could "
     "you"},
    {comma, ",|;|.|!|?|:|-|/"},
    {doing,
     "buy|call|email|e-mail|get|pick|clean|wash|pay|send|write|read|do|make|take|book|order|"
     "prepare|cook|feed|walk|water|fix|repair|visit|meet|go|bring|return|mow|vacuum|mop|sweep|"
     "study|practice|review|check|text|print|renew|sign|submit|plan|schedule|organize|sort|drop|"
     "collect|find|ask|tell|talk|attend|watch|learn|start|finish|update|install|charge|change|"
     "replace|mail|post|ship|file|fill|apply|register|research|work|exercise|workout|bake|paint|"
     "build|iron|fold|pack|unpack|move|sell|donate|rake|shovel|turn|put|throw|give"},
};

constexpr NumberWord numbers[] = {
    {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},      {"five", 5},
    {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},      {"ten", 10},
    {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15},
    {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},
    {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},    {"seventy", 70},
    {"eighty", 80},  {"ninety", 90},    {"hundred", 100},
};

constexpr NumberWord ordinals[] = {
    {"first", 1},   {"second", 2},  {"third", 3},        {"fourth", 4},  {"fifth", 5},
    {"sixth", 6},   {"seventh", 7}, {"eighth", 8},       {"ninth", 9},   {"tenth", 10},
    {"last", -1},   {"final", -1},  {"latest", -1},      {"newest", -1}, {"former", 1},
    {"latter", -1}, {"top", 1},     {"most recent", -1},
};

}  // namespace

const PhraseWords& english()
{
    static const PhraseWords words{.lists = lists,
                                   .rules = english_rules(),
                                   .changes = english_changes(),
                                   .talk = english_talk(),
                                   .cues = english_cues(),
                                   .numbers = numbers,
                                   .ordinals = ordinals};
    return words;
}

}  // namespace todod::assistant::builtin::phrases
