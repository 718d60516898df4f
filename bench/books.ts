// The ledger alone, in a process of its own: journals are posted through its one door, and verified as anybody would.
import { randomBytes } from "node:crypto";
import pg from "pg";
import pino from "pino";
import { idOf, uuidOf, uuidV7 } from "@huiyin/server/kernel/ids.ts";
import { postJournals, verifyLedger, type JournalDraft } from "@huiyin/server/modules/ledger/index.ts";
import { createBatcher } from "@huiyin/server/platform/batch.ts";
import { migrate } from "@huiyin/server/platform/pg/migrate.ts";
import { openPg, type Pg } from "@huiyin/server/platform/pg/pg.ts";
import { answerQuestions } from "./processes.ts";

export type BooksQuestions = {
  open: (wanted: Readonly<{ databaseUrl: string; merchants: number }>) => Promise<void>;
  /** Posts for so long, or so many journals: in batches as payments do, or each in a transaction of its own. */
  post: (wanted: Posting) => Promise<Posted>;
  verify: (none: null) => Promise<Verified>;
  /** Reads what verification reads, and looks at nothing. */
  read: (none: null) => Promise<Readonly<{ rows: number; elapsedMs: number }>>;
};

export type Posting = Readonly<{
  way: "together" | "alone";
  /** Who wait for their journal at the same time. */
  callers: number;
  until: Readonly<{ durationMs: number } | { journals: number }>;
}>;

export type Posted = Readonly<{ journals: number; elapsedMs: number }>;
export type Verified = Readonly<{
  journals: number;
  postings: number;
  elapsedMs: number;
  broken: string | null;
}>;

/** Without company in a transaction, only more transactions side by side help. */
const connections = 48;
const pageRows = 5_000;
const feeFen = 5n;

let pgOpen: Pg | null = null;
let url = "";
let merchantIds: readonly string[] = [];
let posted = 0;

function database(): Pg {
  if (pgOpen === null) throw new Error("the books have not been opened");
  return pgOpen;
}

async function open({ databaseUrl, merchants }: Readonly<{ databaseUrl: string; merchants: number }>) {
  await migrate(databaseUrl, { log: () => undefined });
  url = databaseUrl;
  pgOpen = openPg({ url, poolSize: connections, log: pino({ level: "silent" }) });
  merchantIds = Array.from({ length: merchants }, () => idOf("mer", uuidV7(new Date(), randomBytes(10))));
}

/** A paid order, as payments book it: three postings. */
function nextDraft(): JournalDraft {
  posted += 1;
  const recordedAt = new Date();
  const amountFen = BigInt(1 + (posted % 100_000)) + feeFen;
  return {
    merchantId: merchantIds[posted % merchantIds.length] ?? "",
    subjectId: idOf("pay", uuidV7(recordedAt, randomBytes(10))),
    ...{ fact: "succeeded", recordedAt, currency: "CNY" },
    postings: [
      { account: "channel:alipay", minor: amountFen },
      { account: "merchant:payable", minor: feeFen - amountFen },
      { account: "fee:income", minor: -feeFen },
    ],
  };
}

async function postAll(drafts: readonly JournalDraft[]): Promise<void> {
  const count = await database().transaction((tx) => postJournals(tx, drafts));
  if (count !== drafts.length) throw new Error(`${count} of ${drafts.length} journals were new`);
}

async function post({ way, callers, until }: Posting): Promise<Posted> {
  const together = createBatcher<JournalDraft, null>({
    run: async (drafts) => {
      await postAll(drafts);
      return drafts.map(() => null);
    },
  });
  const one = way === "together" ? together.submit : async (draft: JournalDraft) => postAll([draft]);
  const startMs = performance.now();
  let journals = 0;
  const more = (): boolean =>
    "journals" in until ? journals < until.journals : performance.now() - startMs < until.durationMs;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (more()) {
        journals += 1;
        await one(nextDraft());
      }
    }),
  );
  return { journals, elapsedMs: performance.now() - startMs };
}

async function verify(): Promise<Verified> {
  const startMs = performance.now();
  const { journals, postings, broken } = await verifyLedger({ pg: database() }, null);
  return {
    ...{ journals: Number(journals), postings: Number(postings), elapsedMs: performance.now() - startMs },
    broken: broken && `${broken.table} ${broken.row}: ${broken.problem}`,
  };
}

async function read(): Promise<Readonly<{ rows: number; elapsedMs: number }>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const startMs = performance.now();
  let rows = 0;
  for (const merchantId of merchantIds) {
    for (let after = 0; ; after += pageRows) {
      const page = await client.query({
        name: "page",
        text: "select * from ledger.journal where merchant_id = $1 and sequence > $2 and sequence <= $3 order by sequence",
        values: [uuidOf(merchantId), after, after + pageRows],
      });
      rows += page.rows.length;
      if (page.rows.length < pageRows) break;
    }
  }
  const elapsedMs = performance.now() - startMs;
  await client.end();
  return { rows, elapsedMs };
}

const answers: BooksQuestions = { open, post, verify, read };
answerQuestions(answers, async () => pgOpen?.close());
