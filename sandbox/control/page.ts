// Serves the built wallet page at “/”, and gives it its pass: an httpOnly cookie that only pages of this origin can use.
import fastifyStatic from "@fastify/static";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import { isLocal, same, walletCookie, walletPass } from "./access.ts";

const config = { roles: "public" } as const;
const schema = { hide: true };

export type PageDeps = Readonly<{
  controlToken: string;
  /** Where the build wrote the page. */
  directory: string;
}>;

/** Registers the page and its assets. Opened on this machine, or by the link with the token, the page may use the controls. */
export async function registerWalletPage(app: HttpApp, deps: PageDeps): Promise<void> {
  const built = existsSync(join(deps.directory, "index.html"));
  if (built) await app.register(fastifyStatic, { root: deps.directory, serve: false });

  app.get("/", { schema, config }, async (request, reply) => {
    const { token = "" } = request.query as Readonly<Record<string, string>>;
    const byLink = token !== "" && same(token, deps.controlToken);
    if (byLink || isLocal({ ip: request.ip, headers: request.headers })) {
      const pass = walletPass(deps.controlToken);
      void reply.header(
        "set-cookie",
        `${walletCookie}=${pass}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800`,
      );
    }
    // The token does not stay in the address bar or the history.
    if (token !== "") return reply.redirect("/");
    if (!built) return reply.code(503).type("text/html; charset=utf-8").send(notBuilt);
    return reply
      .header("cache-control", "no-cache")
      .sendFile("index.html", deps.directory, { cacheControl: false });
  });

  if (!built) return;
  app.get("/assets/*", { schema, config }, async (request, reply) => {
    const name = (request.params as { "*": string })["*"];
    void reply.header("cache-control", "public, max-age=31536000, immutable");
    return reply.sendFile(`assets/${name}`, deps.directory, { cacheControl: false });
  });
}

const notBuilt = `<!doctype html><html lang="zh"><meta charset="utf-8"><title>回音 · 钱包</title>
<body style="font-family:sans-serif;max-width:40rem;margin:4rem auto;line-height:1.7">
<h1>钱包页面还没有构建</h1><p>请在项目根目录运行 <code>node tools/setup.mjs</code>，然后重新启动。</p>
<p lang="en">The wallet page has not been built. Run <code>node tools/setup.mjs</code> in the project’s root and start again.</p>
</body></html>`;
