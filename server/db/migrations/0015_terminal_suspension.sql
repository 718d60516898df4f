-- 0015_terminal_suspension.sql
-- lock: terminals.terminal for a moment (nullable column) · reversible: yes (drop the column) · needs: code from 0.2
-- Who stopped a terminal: what the service provider stopped, the merchant cannot start again.

alter table terminals.terminal
  add column suspended_by text check (suspended_by in ('operator', 'merchant')),
  add check (suspended_by is null or state = 'suspended');
comment on column terminals.terminal.suspended_by is 'null where it is not suspended, or where it was before this was recorded: then only the operator lifts it';
