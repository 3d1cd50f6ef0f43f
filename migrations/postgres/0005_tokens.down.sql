DROP TABLE token_hashes;
DROP TABLE tokens;
