-- An authorization of a store behind a web server's own password keeps that login, encrypted like a store's keys:
-- the keys that the store sends are tested with it.

alter table store_grant
  add column web_login_cipher bytea,
  add column cipher_key_id text,
  add constraint store_grant_web_login_check
    check ((web_login_cipher is null) = (cipher_key_id is null)) not valid;
grant update (web_login_cipher, cipher_key_id) on store_grant to mantis_app;
