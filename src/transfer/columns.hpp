#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "schema/type.hpp"
#include "types/task.hpp"
#include "types/task_input.hpp"

namespace todod::transfer {

/// Of todod's own CSV, in their order.
inline constexpr std::array<std::string_view, 13> columns{
    "user_id", "id",       "number",     "title",      "description",  "status", "priority",
    "tags",    "due_date", "created_at", "updated_at", "completed_at", "version"};

/// Appends a row of `columns`, with its end.
void write_row(std::string& out, const types::Task& task);

/// Several tags in one cell: with commas between, or as a JSON list where those would not tell
/// them apart.
std::string join_tags(const std::vector<std::string>& tags);
std::vector<std::string> split_tags(std::string_view cell);

/// Sets the field of this name as a request would with `text`.
void set_field(types::CreateTask& input, std::string_view name, std::string_view text,
               schema::Reader& reader);

/// The field whose column is called `header`, in any case and with or without what stands between
/// its words ("Due Date", "dueDate", "due_date"); null: none.
const schema::Field* find_column(std::string_view header);

/// The name of the field that `header` may mean; empty: of none.
std::string_view nearest_column(std::string_view header);

}  // namespace todod::transfer
