#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace todod::db {

/// A migration that a database has.
struct Applied {
    int number = 0;
    std::string name;
    base::Instant at;
};

/// A database as its Migrator sees it: the table `schema_migrations`, and how to change the rest.
/// Each database is different in this; what follows from it is the Migrator's. Blocks.
class SchemaLog {
public:
    virtual ~SchemaLog() = default;

    /// The newest migration applied; 0: none, or no table yet.
    virtual int current() = 0;

    /// By number; the table must be there.
    virtual std::vector<Applied> applied() = 0;

    /// Before the first turn: what cannot be done in one.
    virtual void prepare() = 0;

    /// Runs `work` in a transaction that every other process waits for, and takes all of it back
    /// if it throws. Throws Error{unavailable} when another has had the turn for too long.
    virtual void in_turn(const std::function<void()>& work) = 0;

    /// In a turn alone:
    /// Makes the table where it is not there. Throws Error{conflict} where the database is not fit
    /// for todod.
    virtual void make_table() = 0;
    virtual void script(std::string_view statements) = 0;
    virtual void add(const Applied& migration) = 0;
    virtual void remove(int number) = 0;
};

}  // namespace todod::db
