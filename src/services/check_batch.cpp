#include "services/check_batch.hpp"

#include <ranges>

#include "base/text.hpp"

namespace todod::services {

using types::BatchOp;
using types::BatchOperation;

namespace {

/// What is wrong with one operation, as it is found.
class Faults {
public:
    Faults(std::vector<base::Violation>& violations, std::size_t index)
        : violations_(violations), index_(index)
    {
    }

    void add(std::string_view field, std::string_view msg, std::string_view type)
    {
        std::vector<std::string> loc{"body", "operations", std::to_string(index_)};
        for (const auto step : std::views::split(field, '.'))
            loc.emplace_back(step.begin(), step.end());
        violations_.push_back({std::move(loc),
                               fmt::format("operations.{}.{} {}", index_, field, msg),
                               std::string{type}});
    }
    void need(bool is_given, std::string_view field)
    {
        if (!is_given) add(field, "is required.", "missing");
    }
    void refuse(bool is_given, std::string_view field)
    {
        if (is_given) add(field, "does not go with this op.", "unknown_field");
    }

private:
    std::vector<base::Violation>& violations_;
    std::size_t index_;
};

void check_fields(const BatchOperation& operation, Faults& faults)
{
    const types::TaskFields& fields = operation.task.value;
    if (operation.op == BatchOp::create) {
        if (operation.task.given) faults.need(fields.title.given, "task.title");
    } else {
        faults.refuse(fields.id.given, "task.id");
    }
    if (!fields.status.given || !fields.completed.given) return;
    if ((fields.status.value == types::Status::completed) == fields.completed.value) return;
    faults.add("task.completed", "contradicts status.", "contradiction");
}

void check(const BatchOperation& operation, Faults& faults)
{
    const bool is_create = operation.op == BatchOp::create;
    const bool has_fields = is_create || operation.op == BatchOp::update;
    if (is_create) {
        faults.refuse(operation.task_id.has_value(), "task_id");
    } else {
        faults.need(operation.task_id.has_value(), "task_id");
    }
    if (is_create || operation.op == BatchOp::restore) {
        faults.refuse(operation.if_match.has_value(), "if_match");
    }
    if (has_fields) {
        faults.need(operation.task.given, "task");
    } else {
        faults.refuse(operation.task.given, "task");
    }
    if (operation.op != BatchOp::complete) faults.refuse(operation.completed.given, "completed");
    check_fields(operation, faults);
}

}  // namespace

void check(const types::Batch& batch)
{
    std::vector<base::Violation> violations;
    for (std::size_t i = 0; i < batch.operations.size(); ++i) {
        Faults faults{violations, i};
        check(batch.operations[i], faults);
    }
    if (violations.size() > schema::Reader::max_violations) {
        violations.resize(schema::Reader::max_violations);
    }
    if (!violations.empty()) throw base::Error::invalid(std::move(violations));
}

}  // namespace todod::services
