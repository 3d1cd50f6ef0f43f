#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "auth/limits.hpp"
#include "base/clock.hpp"
#include "http/gzip.hpp"
#include "http/policy.hpp"
#include "operation/operation.hpp"

namespace todod::http {

/// What is said.
struct Answer {
    int status = 200;
    std::string_view type{};  ///< of the body; a Content-Type among `headers` wins
    std::string_view body{};
    bool is_packed = false;         ///< the body is gzip
    bool varies_by_coding = false;  ///< it is there both ways, gzip and not
    Policy policy = Policy::file;
    std::span<const operation::Header> headers{};
};

/// How it is said: what follows from the request and the connection.
struct Envelope {
    std::string_view request_id;
    std::string_view origin{};  ///< the allowed one that asked; empty: none
    bool keep_alive = false;
    bool http_1_0 = false;
    bool head_only = false;  ///< the answer to a HEAD: no body, but its length
    bool accepts_gzip = false;
    bool is_private = false;               ///< Cache-Control: no-store
    bool varies_by_accept = false;         ///< another Accept could have had another answer
    const auth::Verdict* limit = nullptr;  ///< RateLimit; null: counted for none
};

/// Writes answers (RFC 9112), one a call, with the fields that every answer has. One a thread.
class ResponseWriter {
public:
    /// `varies_by_origin` and `is_secure` say whether Vary: Origin and Strict-Transport-Security
    /// are sent. `clock` must outlive the writer.
    ResponseWriter(const base::Clock& clock, bool varies_by_origin, bool is_secure);

    /// Appends to `out`.
    void write(std::string& out, const Answer& answer, const Envelope& envelope);

    /// Appends the head of an answer whose body is events: in chunks, or to the end of the
    /// connection for an HTTP/1.0 client, which is then not to be kept. No Content-Type is among
    /// `headers`.
    void begin_events(std::string& out, const Envelope& envelope,
                      std::span<const operation::Header> headers = {});

private:
    void write_envelope(std::string& out, const Envelope& envelope);
    void write_status(std::string& out, int status);
    void write_limit(std::string& out, const auth::Verdict& verdict);
    void write_content(std::string& out, const Answer& answer, bool is_packed, bool varies);

    const base::Clock& clock_;
    std::string always_;  ///< the fields that are the same on each answer
    std::chrono::sys_seconds date_second_{};
    std::string date_;  ///< the Date field of that second
    Gzip gzip_;
    std::string packed_;
};

}  // namespace todod::http
