-- 0017_shown_codes.sql
-- lock: payment, refund for a moment (constant default, checks become wider) · reversible: yes (drop what is added, once no shown code is left) · needs: code from 0.3
-- Codes that the merchant shows and the payer scans: the same payments, without a payer code and with an address of their own.

alter table payments.payment
  add column mode text not null default 'payerCode' check (mode in ('payerCode', 'shownCode')),
  add column code_url text check (length(code_url) between 1 and 512),
  alter column payer_code_masked drop not null,
  drop constraint payment_resolve_step_check,
  add constraint payment_resolve_step_check check (resolve_step in ('query', 'cancel', 'close')),
  add check ((mode = 'payerCode') = (payer_code_masked is not null)),
  -- A code that nobody can pay any more is not kept.
  add check (code_url is null or (mode = 'shownCode' and state = 'awaitingPayer')),
  -- A cancel gives back what was paid; a shown code is only ever closed, which undoes nothing.
  add check (resolve_step is distinct from 'cancel' or mode = 'payerCode'),
  add check (resolve_step is distinct from 'close' or mode = 'shownCode');
comment on column payments.payment.mode is 'who shows the code: the payer to the merchant, or the merchant to the payer';
comment on column payments.payment.code_url is 'what the shown code leads to, while it can be paid';

-- A notification about a refund that ended is a reason to ask about it, whoever ended it.
alter table payments.refund
  drop constraint refund_check5,
  add constraint refund_asked_after_end check (state = 'processing' or resolve_at is null or resolve_step = 'query');
