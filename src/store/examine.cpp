#include "store/examine.hpp"

#include "store/postgres/examine.hpp"
#include "store/sqlite/examine.hpp"

namespace todod::store {

using base::Verdict;

base::Findings examine(const DatabaseLocation& location, const Examination& examination)
{
    if (const auto* file = std::get_if<SqliteFile>(&location)) {
        return sqlite::examine(file->path, examination);
    }
    return postgres::examine(std::get<db::postgres::Settings>(location), examination);
}

base::Finding judge_schema(int current, int newest, const Examination& examination)
{
    const auto finding = [](Verdict verdict, std::string detail) {
        return base::Finding{verdict, "schema", std::move(detail)};
    };
    if (current == newest) return finding(Verdict::ok, fmt::format("{:04}, the newest", current));
    if (current > newest) {
        return finding(Verdict::warn,
                       fmt::format("{:04}, made by a newer todod; this one knows up to {:04}, and "
                                   "serves all the same: run the newer one when you can",
                                   current, newest));
    }
    const std::string now_at = current == 0
                                   ? "no tables yet"
                                   : fmt::format("{:04}, and {:04} is pending", current, newest);
    return examination.migrates_on_start
               ? finding(Verdict::warn,
                         now_at + ": 'todod serve' or 'todod migrate up' makes it so")
               : finding(Verdict::fail, now_at + ": run 'todod migrate up'");
}

}  // namespace todod::store
