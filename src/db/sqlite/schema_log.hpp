#pragma once

#include "db/schema_log.hpp"
#include "db/sqlite/connection.hpp"

namespace todod::db::sqlite {

/// SQLite's: a turn is its immediate transaction.
class SchemaLog final : public db::SchemaLog {
public:
    explicit SchemaLog(Connection connection) : connection_(std::move(connection)) {}

    int current() override;
    std::vector<Applied> applied() override;
    void prepare() override;
    void make_table() override;
    void in_turn(const std::function<void()>& work) override;
    void script(std::string_view statements) override;
    void add(const Applied& migration) override;
    void remove(int number) override;

private:
    Connection connection_;
};

}  // namespace todod::db::sqlite
