#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "assistant/builtin/understand.hpp"
#include "assistant/engine.hpp"

namespace todod::assistant {

/// What the user of one turn has agreed to have deleted. Only their own words count, held against
/// the task as it was before the turn: what a task or a model says goes for nothing, so that a text
/// in a task never brings about that others are deleted. "It" and "the first one" are what the
/// assistant's last answer was about, where it has named them. What is refused is asked about by
/// todod itself, and a yes in the next turn is a yes to that question alone.
class Consent {
public:
    /// `turn` must outlive this.
    explicit Consent(const Turn& turn) : turn_(turn) {}

    /// Whether the user has asked for `task` (the data of get_task) to be deleted. One that they
    /// have not is noted. One that was changed in this turn has to be named by its number or id:
    /// else a model could make it what they have asked for.
    bool covers(const boost::json::object& task, bool is_changed = false);

    bool has_refused() const noexcept { return !refused_.empty(); }

    /// Whether what was refused is to be deleted, to be said after the answer.
    std::string question() const;

    /// Answer::state: what question() has asked about.
    std::string state() const;

private:
    struct Refused {
        std::int64_t number = 0;
        std::string title;
    };

    bool is_asked_for(const boost::json::object& task, bool is_changed);
    bool was_asked_about(const boost::json::object& task) const;
    bool refers_to(const builtin::TaskReference& reference, const boost::json::object& task,
                   bool is_changed) const;

    const Turn& turn_;
    std::optional<builtin::Understanding> understood_;  ///< once it is needed
    std::vector<Refused> refused_;
    bool has_more_ = false;  ///< were refused than are asked about
};

}  // namespace todod::assistant
