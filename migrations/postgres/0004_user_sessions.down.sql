-- The table stays: its rows are the auth server's, and so may it be (docs/sessions.md).
SELECT 1;
