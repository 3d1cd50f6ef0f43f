#pragma once

#include <string>
#include <vector>

#include "transfer/source.hpp"

namespace todod::transfer {

/// All that is in a text.
struct ReadAll {
    std::vector<types::Account> users;
    std::vector<types::Task> tasks;
    std::vector<std::string> faults;
    std::size_t fault_count = 0;
    Losses losses;
};

inline const base::Instant read_at = *base::parse_instant("2026-11-21T10:00:00Z");

/// Of "ada", where `options` say nothing else.
inline ReadAll read_all(Format format, std::string_view text,
                        SourceOptions options = {.user_id = "ada", .now = read_at})
{
    ReadAll all;
    Faults faults;
    try {
        const auto source = open_source(format, text, std::move(options), faults);
        while (auto row = source->next()) {
            if (auto* const user = std::get_if<UserRow>(&*row)) all.users.push_back(user->account);
            if (auto* const task = std::get_if<TaskRow>(&*row)) all.tasks.push_back(task->task);
        }
        all.losses = source->losses();
    } catch (const base::Error& error) {
        faults.add(error.message());
    }
    all.faults = faults.shown();
    all.fault_count = faults.count();
    return all;
}

}  // namespace todod::transfer
