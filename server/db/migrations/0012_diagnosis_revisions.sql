-- 0012_diagnosis_revisions.sql
-- lock: none (one grant) · reversible: yes (revoke update on diagnosis.revision from huiyin_batch) · needs: code from 0.1
-- A diagnosis that is looked at again and again while its evidence keeps changing must not grow without end: it keeps its
-- first revisions, and afterwards the newest takes the place of the last.

grant update on diagnosis.revision to huiyin_batch;
