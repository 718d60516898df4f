-- 0021_refund_ways.sql
-- lock: refund for a moment (constant default, a check becomes wider) · reversible: yes (drop what is added, once no refund is taken over, stuck or a void) · needs: code from 0.3
-- By what a channel gives money back, and that it has a refund in hand, which takes days where silence takes a person.

alter table payments.refund
  add column way text not null default 'refund' check (way in ('refund', 'void')),
  drop constraint refund_last_said_check,
  add constraint refund_last_said_check check (last_said in ('balanceShort', 'refused', 'takenOver', 'stuck')),
  -- A void undoes the whole payment: nobody asks for it by an amount.
  add check (way = 'refund' or kind = 'reversal');
comment on column payments.refund.way is 'what the channel was asked for: a refund, or a void of a whole payment on its day';
comment on column payments.refund.last_said is 'the channel’s last definite word that did not end it: takenOver means that the money is on its way';
