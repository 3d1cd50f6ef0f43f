#pragma once

#include <chrono>
#include <cstdint>

#include "db/postgres/session.hpp"
#include "db/schema_log.hpp"

namespace todod::db::postgres {

/// PostgreSQL's: a turn is an advisory lock of its transaction, so that nothing is left of it when
/// a process or its connection ends, and a pooler that hands out transactions does not matter.
class SchemaLog final : public db::SchemaLog {
public:
    /// For its turn, and within it for each lock that a statement needs.
    static constexpr std::chrono::milliseconds lock_timeout{60'000};

    /// What is locked: "todod" in ASCII, since other programs may lock numbers of their own.
    static constexpr std::int64_t turn_key = 0x74'6F64'6F64;

    explicit SchemaLog(const Settings& settings, std::chrono::milliseconds timeout = lock_timeout)
        : session_(settings), timeout_(timeout)
    {
    }

    int current() override;
    std::vector<Applied> applied() override;
    void prepare() override {}
    void make_table() override;
    void in_turn(const std::function<void()>& work) override;
    void script(std::string_view statements) override;
    void add(const Applied& migration) override;
    void remove(int number) override;

    /// Whether its table is there. Throws Error{conflict} where that is another program's.
    bool is_prepared();

private:
    void take_turn();

    Session session_;
    std::chrono::milliseconds timeout_;
};

}  // namespace todod::db::postgres
