#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "db/postgres/binary.hpp"

namespace todod::db::postgres {

namespace detail {

template <class T>
struct Unwrap {
    using Type = T;
    static const T* find(const T& value) { return &value; }
};

template <class T>
struct Unwrap<std::optional<T>> {
    using Type = T;
    static const T* find(const std::optional<T>& value) { return value ? &*value : nullptr; }
};

}  // namespace detail

/// The values of a statement's parameters, in the order $1, $2 …; an empty optional is null.
class Parameters {
public:
    Parameters() = default;

    template <class... Values>
    static Parameters of(const Values&... values)
    {
        Parameters parameters;
        (parameters.add(values), ...);
        return parameters;
    }

    template <class T>
    void add(const T& value)
    {
        using Unwrapped = detail::Unwrap<T>;
        using Format = Binary<typename Unwrapped::Type>;
        const std::size_t from = bytes_.size();
        const auto* const present = Unwrapped::find(value);
        if (present != nullptr) Format::write(*present, bytes_);
        values_.push_back({Format::type, from, bytes_.size() - from, present == nullptr});
    }

    /// One parameter, an array of what `get` gives of each of `items`.
    template <class Items, class Get>
    void add_array(const Items& items, Get get)
    {
        using Item = std::decay_t<std::invoke_result_t<Get&, decltype(*std::begin(items))>>;
        using Unwrapped = detail::Unwrap<Item>;
        using Format = Binary<typename Unwrapped::Type>;
        const std::size_t from = bytes_.size();
        const auto count = static_cast<std::size_t>(std::size(items));
        detail::write_integer(count == 0 ? 0 : 1, 4, bytes_);  // dimensions
        detail::write_integer(1, 4, bytes_);                   // nulls may be among them
        detail::write_integer(Format::type, 4, bytes_);
        if (count > 0) {
            detail::write_integer(count, 4, bytes_);
            detail::write_integer(1, 4, bytes_);  // the first index
        }
        for (const auto& item : items) {
            const auto& value = get(item);
            if (const auto* const present = Unwrapped::find(value)) {
                detail::write_sized(bytes_, [&] { Format::write(*present, bytes_); });
            } else {
                detail::write_integer(null_size, 4, bytes_);
            }
        }
        values_.push_back({Format::array_type, from, bytes_.size() - from, false});
    }

    std::size_t size() const noexcept { return values_.size(); }

    /// As libpq takes them; the pointers last as long as nothing is added.
    struct Lists {
        std::vector<unsigned> types;
        std::vector<const char*> values;
        std::vector<int> sizes;
        std::vector<int> formats;
    };
    Lists lists() const;

private:
    struct Value {
        unsigned type;
        std::size_t from;
        std::size_t size;
        bool null;
    };
    static constexpr std::uint64_t null_size = 0xFFFF'FFFF;

    std::string bytes_;
    std::vector<Value> values_;
};

}  // namespace todod::db::postgres
