#include "http/response.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/time.hpp"
#include "http/cors.hpp"
#include "http/field_values.hpp"
#include "http/problem.hpp"

namespace todod::http {

namespace {

/// A shorter body is sent as it is.
constexpr std::size_t packed_bytes_min = 1000;

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view no_store = "Cache-Control: no-store\r\n";

/// Leaves out what could end the field early.
void append_value(std::string& out, std::string_view value)
{
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
    if (std::ranges::none_of(value, is_control)) {
        out += value;
    } else {
        std::ranges::remove_copy_if(value, std::back_inserter(out), is_control);
    }
}

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    out += name;
    out += ": ";
    append_value(out, value);
    out += line_end;
}

void append_number(std::string& out, std::uint64_t number)
{
    const fmt::format_int text{number};
    out.append(text.data(), text.size());
}

const operation::Header* find(std::span<const operation::Header> headers, std::string_view name)
{
    const auto found = std::ranges::find_if(headers, [&](const operation::Header& header) {
        return base::equals_ignoring_case(header.name, name);
    });
    return found == headers.end() ? nullptr : &*found;
}

bool has_content(int status) noexcept
{
    return status != 204 && status != 304;
}

}  // namespace

ResponseWriter::ResponseWriter(const base::Clock& clock, bool varies_by_origin, bool is_secure)
    : clock_(clock),
      always_(
          "X-Content-Type-Options: nosniff\r\n"
          "X-Frame-Options: DENY\r\n"
          "Referrer-Policy: no-referrer\r\n")
{
    if (is_secure) {
        always_ += "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n";
    }
    if (varies_by_origin) always_ += "Vary: Origin\r\n";
}

void ResponseWriter::write(std::string& out, const Answer& given, const Envelope& envelope)
{
    Answer answer = given;
    if (const auto* type = find(answer.headers, "Content-Type")) answer.type = type->value;
    const bool varies = answer.is_packed || answer.varies_by_coding ||
                        (answer.body.size() >= packed_bytes_min && is_packable(answer.type));
    bool is_packed = answer.is_packed;
    if (varies && !is_packed && envelope.accepts_gzip) {
        gzip_.pack(answer.body, packed_);
        answer.body = packed_;
        is_packed = true;
    }
    write_status(out, answer.status);
    write_envelope(out, envelope);
    if (envelope.is_private && find(answer.headers, "Cache-Control") == nullptr) out += no_store;
    for (const auto& header : answer.headers) {
        if (base::equals_ignoring_case(header.name, "Content-Type")) continue;
        append_field(out, header.name, header.value);
    }
    if (envelope.limit != nullptr) write_limit(out, *envelope.limit);
    if (envelope.varies_by_accept) out += "Vary: Accept\r\n";
    write_content(out, answer, is_packed, varies);
    out += line_end;
    if (has_content(answer.status) && !envelope.head_only) out += answer.body;
}

void ResponseWriter::begin_events(std::string& out, const Envelope& envelope,
                                  std::span<const operation::Header> headers)
{
    write_status(out, 200);
    write_envelope(out, envelope);
    out += no_store;
    for (const auto& header : headers)
        append_field(out, header.name, header.value);
    if (envelope.limit != nullptr) write_limit(out, *envelope.limit);
    out += fields(Policy::file);
    // nginx holds nothing back of an answer that says so.
    out += "Content-Type: text/event-stream\r\nX-Accel-Buffering: no\r\n";
    if (!envelope.http_1_0) out += "Transfer-Encoding: chunked\r\n";
    out += line_end;
}

void ResponseWriter::write_envelope(std::string& out, const Envelope& envelope)
{
    append_field(out, "X-Request-ID", envelope.request_id);
    if (!envelope.origin.empty()) Cors::append(out, envelope.origin);
    if (!envelope.keep_alive) {
        out += "Connection: close\r\n";
    } else if (envelope.http_1_0) {
        out += "Connection: keep-alive\r\n";
    }
}

void ResponseWriter::write_status(std::string& out, int status)
{
    if (status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
    } else {
        out += "HTTP/1.1 ";
        out += fmt::format_int(status).c_str();
        out += ' ';
        out += reason_phrase(status);
        out += line_end;
    }
    const auto now = clock_.now();
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second != date_second_ || date_.empty()) {
        date_second_ = second;
        date_ = "Date: " + base::http_date(now) + "\r\n";
    }
    out += date_;
    out += always_;
}

/// As draft-ietf-httpapi-ratelimit-headers-10 has it, and as all had it before.
void ResponseWriter::write_limit(std::string& out, const auth::Verdict& verdict)
{
    const auto& [is_allowed, remaining, reset] = verdict.count;
    const auto name = auth::to_string(verdict.kind);
    out += "RateLimit-Policy: \"";
    out += name;
    out += "\";q=";
    append_number(out, verdict.quota);
    out += ";w=";
    append_number(out, auth::limit_window_seconds);
    out += "\r\nRateLimit: \"";
    out += name;
    out += "\";r=";
    append_number(out, remaining);
    out += ";t=";
    append_number(out, reset);
    out += "\r\nX-RateLimit-Limit: ";
    append_number(out, verdict.quota);
    out += "\r\nX-RateLimit-Remaining: ";
    append_number(out, remaining);
    out += "\r\nX-RateLimit-Reset: ";
    const auto now = date_second_.time_since_epoch().count();
    append_number(out, static_cast<std::uint64_t>(now) + reset);
    out += line_end;
}

void ResponseWriter::write_content(std::string& out, const Answer& answer, bool is_packed,
                                   bool varies)
{
    out += fields(answer.policy);
    if (varies) out += "Vary: Accept-Encoding\r\n";
    if (!has_content(answer.status)) return;
    if (!answer.body.empty()) append_field(out, "Content-Type", answer.type);
    if (is_packed) out += "Content-Encoding: gzip\r\n";
    out += "Content-Length: ";
    append_number(out, answer.body.size());
    out += line_end;
}

}  // namespace todod::http
