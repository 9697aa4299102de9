-- Texts that people or strangers send have a limit in the database too. Rows that are older keep what they have.
alter table auth_user
  add constraint auth_user_image_check check (length(image) <= 2000) not valid;
alter table auth_session
  add constraint auth_session_user_agent_check check (length(user_agent) <= 300) not valid,
  add constraint auth_session_ip_address_check check (length(ip_address) <= 100) not valid;
alter table auth_verification
  add constraint auth_verification_identifier_check check (length(identifier) <= 1000) not valid,
  add constraint auth_verification_value_check check (length(value) <= 10000) not valid;
alter table organization_invitation
  add constraint organization_invitation_email_check check (length(email) <= 320) not valid;
alter table store_grant
  add constraint store_grant_text_check
    check (length(name) <= 200 and length(store_url) <= 2000 and length(time_zone) <= 64
           and length(begun_by_name) <= 200) not valid;
alter table woo_store
  add constraint woo_store_url_check check (length(url) <= 2000) not valid;
alter table woo_customer_sync_queue
  add constraint woo_customer_sync_queue_actor_check
    check (length(actor_name) <= 200 and length(role_filter) <= 100) not valid;
