-- URLs that are told each change of their users' tasks, and how far each of them has come. No
-- foreign key to users: whoever makes one has locked its user's row.
CREATE TABLE webhooks (
    user_id          text COLLATE "C" NOT NULL,
    id               uuid NOT NULL,
    url              text NOT NULL,
    secret           text COLLATE "C" NOT NULL,  -- a Fernet token
    old_secret       text COLLATE "C",           -- signs as well, until then
    old_secret_until timestamptz,
    events           smallint NOT NULL CHECK (events BETWEEN 1 AND 31),  -- of types::ChangeKinds
    is_active        boolean NOT NULL,
    disabled_reason  text,
    delivered_seq    bigint NOT NULL,            -- of the log (changes.seq)
    failures         bigint NOT NULL,            -- of the message after it
    next_attempt_at  timestamptz,
    failing_since    timestamptz,
    last_status      bigint,
    last_error       text,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    leased_until     timestamptz,                -- who delivers it at the moment, and for how long
    lease_holder     uuid,
    PRIMARY KEY (user_id, id)
);

-- Messages that were given up.
CREATE TABLE webhook_dead_letters (
    user_id     text COLLATE "C" NOT NULL,
    webhook_id  uuid NOT NULL,
    seq         bigint NOT NULL,
    failed_at   timestamptz NOT NULL,
    attempts    bigint NOT NULL,
    last_status bigint,
    last_error  text,
    PRIMARY KEY (user_id, webhook_id, seq)
);
