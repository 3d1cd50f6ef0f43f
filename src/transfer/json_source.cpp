#include <array>
#include <boost/json/value.hpp>

#include "auth/user_id.hpp"
#include "schema/codec.hpp"
#include "transfer/json_scanner.hpp"
#include "transfer/sources.hpp"
#include "transfer/task_maker.hpp"

namespace todod::transfer {

namespace {

namespace json = boost::json;
using base::Error;
using base::ErrorCode;
using types::CreateTask;

constexpr std::int64_t known_version = 1;

/// What the file says of a user; as it may be registered.
struct UserFields {
    std::string user_id{};
    std::optional<std::string> name{};
    std::optional<std::string> email{};
    std::optional<base::Instant> created_at{};
};

class JsonSource final : public Source {
public:
    JsonSource(std::string_view text, SourceOptions options, Faults& faults)
        : scanner_(text), options_(std::move(options)), faults_(faults), maker_(options_.now)
    {
        is_document_ = scanner_.peek() == '{';
        scanner_.begin(is_document_ ? '{' : '[');
        state_ = is_document_ ? State::document : State::tasks;
    }

    bool names_users() const noexcept override { return is_document_; }

    std::optional<Row> next() override
    {
        while (state_ != State::end) {
            if (auto row = step()) return row;
        }
        return std::nullopt;
    }

private:
    enum class State : std::uint8_t { document, users, user, tasks, end };

    std::optional<Row> step()
    {
        switch (state_) {
            case State::document:
                read_document();
                return std::nullopt;
            case State::users:
                begin_user();
                return std::nullopt;
            case State::user:
                return read_user();
            case State::tasks:
                return read_task();
            case State::end:
                return std::nullopt;
        }
        return std::nullopt;
    }

    void read_document()
    {
        if (!scanner_.more()) return end();
        const std::string key = scanner_.key();
        if (key == "users") {
            if (!is_known_) fail(R"(this is no export of todod: "format": "todod" is missing)");
            scanner_.begin('[');
            state_ = State::users;
        } else if (key == "format") {
            if (scanner_.value() != "todod") fail("this is no export of todod");
            is_known_ = true;
        } else if (key == "version") {
            if (scanner_.value() != known_version) {
                fail(fmt::format("only version {} can be read", known_version));
            }
        } else {
            skip(key);
        }
    }

    void end()
    {
        scanner_.end();
        if (is_document_ && !is_known_) fail("this is no export of todod");
        state_ = State::end;
    }

    void begin_user()
    {
        if (!scanner_.more()) {
            state_ = State::document;
            return;
        }
        scanner_.begin('{');
        user_ = {};
        is_told_ = false;
        user_line_ = scanner_.line();
        state_ = State::user;
    }

    std::optional<Row> read_user()
    {
        if (!scanner_.more()) {
            state_ = State::users;
            return tell_user();
        }
        const std::string key = scanner_.key();
        if (key == "tasks") {
            scanner_.begin('[');
            state_ = State::tasks;
            return tell_user();
        }
        if (key == "conversations") {
            scanner_.begin('[');
            for (; scanner_.more(); ++losses_.conversations)
                scanner_.skip();
            return std::nullopt;
        }
        if (is_told_) fail(fmt::format("'{}' must stand before the user's tasks", key));
        read_user_field(key);
        return std::nullopt;
    }

    void read_user_field(const std::string& key)
    {
        schema::Reader reader;
        const schema::Type& rules = schema::type_of<types::Registration>();
        types::Registration checked;
        const auto text = [&](const schema::Field* rule) -> std::optional<std::string> {
            const json::value value = scanner_.value();
            if (value.is_null()) return std::nullopt;
            reader.enter("body");
            reader.enter(key);
            std::string read;
            if (schema::Codec<std::string>::read(value, read, {}, reader) && rule != nullptr) {
                rule->parse(read, &checked, *rule, reader);
            }
            return read;
        };
        if (key == "user_id") {
            user_.user_id = text(nullptr).value_or("");
        } else if (key == "name" || key == "email") {
            auto& field = key == "name" ? user_.name : user_.email;
            field = text(rules.find(key, schema::Place::body));
        } else if (key == "created_at") {
            const auto written = text(nullptr);
            user_.created_at = base::parse_instant(written.value_or(""));
            if (!user_.created_at) faults_.add(scanner_.line(), "created_at must be an instant.");
        } else {
            skip(key);
        }
        faults_.take(scanner_.line(), reader);
    }

    /// The user, once; nothing where all tasks are another's.
    std::optional<Row> tell_user()
    {
        if (is_told_) return std::nullopt;
        is_told_ = true;
        if (!options_.user_id.empty()) return std::nullopt;
        if (!auth::is_user_id(user_.user_id)) {
            fail("user_id is missing before the user's tasks, or none that a user may have");
        }
        types::Account account;
        account.user_id = user_.user_id;
        account.name = user_.name;
        account.email = user_.email;
        account.created_at = user_.created_at.value_or(options_.now);
        return UserRow{user_line_, std::move(account)};
    }

    std::optional<Row> read_task()
    {
        if (!scanner_.more()) {
            if (is_document_) {
                state_ = State::user;
            } else {
                end();
            }
            return std::nullopt;
        }
        scanner_.peek();
        const std::size_t line = scanner_.line();
        CreateTask input;
        schema::Reader reader{options_.ignores_unknown};
        reader.enter("body");
        schema::read_object(scanner_.value(), &input, schema::type_of<CreateTask>(), reader);
        std::string user_id = owner_of(input);
        const bool is_users = auth::is_user_id(user_id);
        if (!is_users) faults_.add(line, "user_id is missing, or not the user's under whom it is.");
        if (faults_.take(line, reader) || !is_users) return std::nullopt;
        auto task = maker_.make(std::move(input), std::move(user_id), line, faults_);
        if (!task) return std::nullopt;
        return TaskRow{line, *std::move(task)};
    }

    /// Empty: nobody's.
    std::string owner_of(const CreateTask& input) const
    {
        if (!options_.user_id.empty()) return options_.user_id;
        if (!is_document_) return input.user_id.value;
        const bool is_same = !input.user_id.given || input.user_id.value == user_.user_id;
        return is_same ? user_.user_id : std::string{};
    }

    void skip(const std::string& key)
    {
        static constexpr std::array<std::string_view, 9> known{
            "format", "version",    "users", "user_id",      "name",
            "email",  "created_at", "tasks", "conversations"};
        if (!options_.ignores_unknown) {
            const auto nearest = base::find_nearest(key, known);
            faults_.add(scanner_.line(),
                        fmt::format("{} is not a known field{}", base::cut(key, max_shown_key),
                                    nearest ? fmt::format("; did you mean '{}'?", *nearest) : "."));
        }
        scanner_.skip();
    }

    [[noreturn]] void fail(std::string_view why) const
    {
        throw Error{ErrorCode::bad_request, fmt::format("line {}: {}", scanner_.line(), why)};
    }

    static constexpr std::size_t max_shown_key = 64;

    JsonScanner scanner_;
    const SourceOptions options_;
    Faults& faults_;
    TaskMaker maker_;
    State state_ = State::end;
    bool is_document_ = false;  ///< else a list of tasks
    bool is_known_ = false;     ///< it has said that it is todod's
    UserFields user_;
    std::size_t user_line_ = 0;
    bool is_told_ = false;  ///< the user has been given
};

}  // namespace

std::unique_ptr<Source> json_source(std::string_view text, SourceOptions options, Faults& faults)
{
    return std::make_unique<JsonSource>(text, std::move(options), faults);
}

}  // namespace todod::transfer
