// A file to import, whose first byte says as what: it is read to its end or refused with a line;
// what was read is what a request may have made, and comes in again from todod's own CSV.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "transfer/columns.hpp"
#include "transfer/csv.hpp"
#include "transfer/source.hpp"
#include "types/task_limits.hpp"

namespace {

using namespace todod;
using transfer::Format;

struct ReadFile {
    std::vector<types::Task> tasks;
    std::size_t faults = 0;
};

ReadFile read(Format format, std::string_view text, std::string user_id)
{
    static const auto now = base::parse_instant("2026-03-29T00:30:00Z").value();
    static const auto zone = base::TimeZone::find("Europe/Berlin").value();
    ReadFile file;
    transfer::Faults faults;
    try {
        const auto source = transfer::open_source(
            format, transfer::check_encoding(text),
            {.user_id = std::move(user_id), .now = now, .zone = zone}, faults);
        while (auto row = source->next()) {
            if (auto* const task = std::get_if<transfer::TaskRow>(&*row)) {
                file.tasks.push_back(std::move(task->task));
            }
        }
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::bad_request) std::abort();
        faults.add(error.message());
    }
    file.faults = faults.count();
    return file;
}

void check(const types::Task& task)
{
    const std::size_t length = base::count_code_points(task.title);
    if (length < 1 || length > types::title_limits.max_length) std::abort();
    if (task.tags.size() > types::tag_limits.max_items) std::abort();
    if (task.updated_at < task.created_at || task.version < 1) std::abort();
    if (task.completed_at.has_value() != types::is_completed(task)) std::abort();
    if (!base::is_valid_utf8(task.title)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    constexpr Format formats[]{Format::json, Format::csv, Format::todoist};
    const auto file = read(formats[data[0] % 3], text, data[0] % 2 == 0 ? "ada" : "");
    std::string again = fmt::format("{}\r\n", fmt::join(transfer::columns, ","));
    for (const auto& task : file.tasks) {
        check(task);
        transfer::write_row(again, task);
    }
    const auto same = read(Format::csv, again, "");
    if (same.faults > 0 || same.tasks != file.tasks) {
        std::abort();
    }
    return 0;
}
