#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "assistant/builtin/understand.hpp"
#include "assistant/engine.hpp"

namespace todod::assistant {

/// What the user of one turn has agreed to have deleted. Only their own words count, held against
/// the task itself: what tasks or a model say goes for nothing, so that a text in a task never
/// brings about that others are deleted. What is refused is asked about by todod itself, and a yes
/// in the next turn is a yes to that question alone.
class Consent {
public:
    /// `turn` must outlive this.
    explicit Consent(const Turn& turn) : turn_(turn) {}

    /// Whether the user has asked for `task` (the data of get_task) to be deleted. One that they
    /// have not is noted.
    bool covers(const boost::json::object& task);

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

    bool is_asked_for(const boost::json::object& task);
    bool was_asked_about(const boost::json::object& task) const;
    bool refers_to(const builtin::TaskReference& reference, const boost::json::object& task) const;

    const Turn& turn_;
    std::optional<builtin::Understanding> understood_;  ///< once it is needed
    std::vector<Refused> refused_;
};

}  // namespace todod::assistant
