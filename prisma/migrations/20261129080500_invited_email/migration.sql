-- Whom an invitation of the organisation is for; its log names nobody's address.
create function mantis.invited_email(invitation_id uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select email from public.organization_invitation
   where id = invitation_id and organization_id = mantis.org_id()
$$;

revoke execute on function mantis.invited_email(uuid) from public;
grant execute on function mantis.invited_email(uuid) to mantis_app;
