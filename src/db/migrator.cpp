#include "db/migrator.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace todod::db {

Migrator::Migrator(std::unique_ptr<SchemaLog> log, std::span<const Migration> migrations,
                   const base::Clock& clock)
    : log_(std::move(log)), migrations_(migrations), clock_(clock)
{
}

int Migrator::newest() const noexcept
{
    return migrations_.empty() ? 0 : migrations_.back().number;
}

int Migrator::current()
{
    return log_->current();
}

bool Migrator::is_current()
{
    return !find_missing();
}

bool Migrator::is_ahead()
{
    return current() > newest();
}

std::vector<Migrator::Entry> Migrator::history()
{
    std::vector<Entry> entries;
    for (const Migration& migration : migrations_) {
        entries.push_back({migration.number, std::string{migration.name}, std::nullopt});
    }
    if (current() == 0) return entries;
    for (Applied& applied : log_->applied()) {
        auto known = std::ranges::find(entries, applied.number, &Entry::number);
        if (known == entries.end()) {
            entries.push_back({applied.number, std::move(applied.name), applied.at});
        } else {
            known->applied_at = applied.at;
        }
    }
    return entries;
}

std::vector<Migrator::Entry> Migrator::migrate_up()
{
    log_->prepare();
    std::vector<Entry> done;
    while (auto entry = step_up(newest()))
        done.push_back(std::move(*entry));
    const auto missing = find_missing();
    if (!missing) return done;
    throw base::Error{base::ErrorCode::conflict,
                      fmt::format("the database is at {:04}, but lacks {:04}: it was migrated by "
                                  "another todod, which is not an older or newer one of this",
                                  current(), *missing)};
}

std::vector<Migrator::Entry> Migrator::migrate_to(int target)
{
    known_current();
    const bool known = target == 0 || std::ranges::find(migrations_, target, &Migration::number) !=
                                          migrations_.end();
    if (!known) {
        throw base::Error{
            base::ErrorCode::bad_request,
            fmt::format("there is no migration {:04}; the newest is {:04}", target, newest())};
    }
    log_->prepare();
    std::vector<Entry> done;
    while (auto entry = step_up(target))
        done.push_back(std::move(*entry));
    while (auto entry = step_down(target))
        done.push_back(std::move(*entry));
    return done;
}

/// The first migration that this program knows and the database has not got.
std::optional<int> Migrator::find_missing()
{
    for (const Entry& entry : history()) {
        if (!entry.applied_at) return entry.number;
    }
    return std::nullopt;
}

/// current(), which must be a migration that this program knows.
int Migrator::known_current()
{
    const int now_at = current();
    if (now_at <= newest()) return now_at;
    throw base::Error{
        base::ErrorCode::conflict,
        fmt::format("the database is at {:04}, made by a newer todod; this one knows up to {:04}",
                    now_at, newest())};
}

std::optional<Migrator::Entry> Migrator::step_up(int target)
{
    std::optional<Entry> done;
    log_->in_turn([&] {
        const int now_at = current();
        const auto next = std::ranges::upper_bound(migrations_, now_at, {}, &Migration::number);
        if (next == migrations_.end() || next->number > target) return;
        log_->make_table();
        log_->script(next->up);
        const base::Instant at = clock_.now();
        log_->add({next->number, std::string{next->name}, at});
        done = Entry{next->number, std::string{next->name}, at};
    });
    return done;
}

std::optional<Migrator::Entry> Migrator::step_down(int target)
{
    std::optional<Entry> done;
    log_->in_turn([&] {
        const int now_at = known_current();
        if (now_at <= target) return;
        const auto last = std::ranges::find(migrations_, now_at, &Migration::number);
        log_->script(last->down);
        log_->remove(last->number);
        done = Entry{last->number, std::string{last->name}, std::nullopt};
    });
    return done;
}

}  // namespace todod::db
