#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"

namespace todod::testing {

/// The Error that `work` throws. The test fails when it throws none.
template <class Work>
base::Error error_of(Work&& work)
{
    try {
        work();
    } catch (const base::Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {base::ErrorCode::internal, "nothing was thrown"};
}

/// Each as "body.title missing: title is required.".
inline std::vector<std::string> lines_of(const std::vector<base::Violation>& violations)
{
    std::vector<std::string> lines;
    for (const auto& violation : violations) {
        std::string& line = lines.emplace_back();
        for (const std::string& step : violation.loc) {
            if (!line.empty()) line += '.';
            line += step;
        }
        line += ' ' + violation.type + ": " + violation.msg;
    }
    return lines;
}

/// The kinds alone, as "body.title missing".
inline std::vector<std::string> kinds_of(const std::vector<base::Violation>& violations)
{
    auto lines = lines_of(violations);
    for (std::string& line : lines)
        line.resize(line.find(": "));
    return lines;
}

}  // namespace todod::testing
