#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace todod::http {

/// What a connection has received and not yet consumed, in one piece.
class InputBuffer {
public:
    std::string_view data() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }

    /// Room for at least `size` more bytes. Moves the data.
    std::span<char> prepare(std::size_t size);

    /// The first `size` bytes of that room have been filled.
    void commit(std::size_t size) noexcept { end_ += size; }

    /// Takes `size` bytes off the front. The data stays where it is.
    void consume(std::size_t size) noexcept;

    /// Gives back a large request's memory; only when it is empty.
    void shrink() noexcept;

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace todod::http
