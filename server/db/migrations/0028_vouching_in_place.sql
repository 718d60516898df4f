-- 0028_vouching_in_place.sql
-- lock: terminals.session while the index of its open rows is built · reversible: yes (build the index as it was, reset the fillfactor) · needs: code from 0.3
-- Every open session is vouched for again every few seconds, which changes nothing but lease_until. No index holds that
-- column now and pages keep room, so the new version of a row stays where it is and no index has to follow.

drop index terminals.session_open;
create index session_open on terminals.session (terminal_id) where closed_at is null;
alter table terminals.session set (fillfactor = 70);
