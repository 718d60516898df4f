// Applications are decided by the channel in its own time: a job asks, less and less often, until it has decided.
import { assert } from "../../kernel/assert.ts";
import { isId } from "../../kernel/ids.ts";
import type { JobKind, Jobs } from "../../platform/jobs.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import { refreshCapability } from "./capability/service.ts";
import { merchantLimits } from "./limits.ts";
import { products, type Product } from "./model.ts";
import type { MerchantDeps } from "./service.ts";

type Application = Readonly<{
  merchantId: string;
  product: Product;
  /** How often it has been asked about, from 0. */
  asked: number;
}>;

const applicationJob: JobKind<Application> = {
  name: "merchants-follow-application",
  parse: (data) => {
    const { merchantId, product, asked } = data as Partial<Application>;
    assert(
      typeof merchantId === "string" && isId("mer", merchantId),
      `job for merchant ${String(merchantId)}`,
    );
    assert(product !== undefined && products.includes(product), `job for product ${String(product)}`);
    assert(Number.isInteger(asked), `job asked ${String(asked)} times`);
    return { merchantId, product, asked: asked ?? 0 };
  },
  attemptsMax: 5,
  retrySecondsMin: 5,
  retrySecondsMax: 300,
  attemptSecondsMax: 30,
};

/** What `MerchantDeps.followApplication` is made of: one waiting job for each application, however often it is sent. */
export function applicationFollower(jobs: Jobs): MerchantDeps["followApplication"] {
  return (tx, application) => sendFollowUp(jobs, tx, { ...application, asked: 0 });
}

/** Says what is done with this module's jobs. Before the jobs are started. */
export function registerMerchantJobs(jobs: Jobs, deps: MerchantDeps): void {
  jobs.register(applicationJob, async (application) => {
    const result = await refreshCapability(deps, application);
    if (!result.ok || result.value.state !== "applying") return;
    await deps.pg.transaction((tx) =>
      sendFollowUp(jobs, tx, { ...application, asked: application.asked + 1 }),
    );
  });
}

async function sendFollowUp(jobs: Jobs, tx: Tx, application: Application): Promise<void> {
  const { applicationFollowSecondsMin, applicationFollowSecondsMax } = merchantLimits;
  const delaySeconds = Math.min(
    applicationFollowSecondsMin * 2 ** application.asked,
    applicationFollowSecondsMax,
  );
  const key = `${application.merchantId}/${application.product}`;
  await jobs.send(tx, applicationJob, application, { key, delaySeconds });
}
