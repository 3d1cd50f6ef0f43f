#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "types/task.hpp"

namespace todod::transfer {

/// A task's text with its labels.
struct LabelledText {
    std::string text;                 ///< the whole, where nothing else is in it
    std::vector<std::string> labels;  ///< "@errands" → "errands"
};

/// Takes the labels out of what Todoist calls CONTENT, and the "* " of what is only a heading.
LabelledText take_labels(std::string_view content);

/// 1, the most urgent, to 4. Empty: none; nothing: no priority at all.
std::optional<std::optional<types::Priority>> read_todoist_priority(std::string_view text);

/// What Todoist calls a DATE.
struct TodoistDate {
    std::optional<types::Due> due;
    bool repeats = false;
};

/// "2026-08-20", "2026-03-14 17:00", "Jul 22", "every friday", as of `now` in `zone`; nothing when
/// it is not all understood (other languages are not).
TodoistDate read_todoist_date(std::string_view text, base::Instant now, const base::TimeZone& zone);

}  // namespace todod::transfer
