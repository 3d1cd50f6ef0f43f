#pragma once

#include "transfer/csv.hpp"
#include "transfer/source.hpp"

/// A source a format; all as open_source.
namespace todod::transfer {

std::unique_ptr<Source> json_source(std::string_view text, SourceOptions options, Faults& faults);
std::unique_ptr<Source> csv_source(std::string_view text, SourceOptions options, Faults& faults);
std::unique_ptr<Source> todoist_source(std::string_view text, SourceOptions options,
                                       Faults& faults);

/// Whether the header is one of Todoist's.
bool is_todoist(std::string_view text);

}  // namespace todod::transfer
