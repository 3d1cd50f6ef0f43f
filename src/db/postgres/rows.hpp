#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "db/postgres/binary.hpp"

struct pg_result;

namespace todod::db::postgres {

namespace detail {

struct ClearResult {
    void operator()(pg_result* result) const noexcept;
};

}  // namespace detail

/// What a statement gave.
class Rows {
public:
    explicit Rows(pg_result* result) : result_(result) {}

    int size() const noexcept;

    /// How many rows the statement inserted, changed or deleted.
    std::int64_t changed() const;

    bool is_null(int row, int column) const noexcept;

    /// Throws Error{internal} for a column of another type, or a null.
    template <class T>
    T get(int row, int column) const
    {
        return Binary<T>::read(value(row, column));
    }

    template <class T>
    std::optional<T> find(int row, int column) const
    {
        if (is_null(row, column)) return std::nullopt;
        return get<T>(row, column);
    }

private:
    std::string_view value(int row, int column) const;

    std::unique_ptr<pg_result, detail::ClearResult> result_;
};

}  // namespace todod::db::postgres
