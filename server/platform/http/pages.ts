// The built screens, from their dist folders. Files with a hash in their name may be kept for a year.
import fastifyStatic from "@fastify/static";
import { RefusalError } from "../../kernel/result.ts";
import type { HttpApp } from "./typeProvider.ts";

export type PageFolder = Readonly<{
  /** Where it appears, with a slash at both ends: "/console/". */
  path: `/${string}/`;
  /** The folder that the build wrote. */
  directory: string;
  /** "index": paths that are no files show index.html, for screens that route by themselves. */
  unknownPaths: "index" | "refuse";
}>;

const hashedFile = /^assets\/.*[.-][A-Za-z0-9_-]{8,}\.\w+$/;

/** Serves each folder under its path, and sends "/" to the first of them. */
export async function registerPages(app: HttpApp, folders: readonly PageFolder[]): Promise<void> {
  const first = folders[0];
  if (first === undefined) return;
  // The builds write .br and .gz beside their files: a till on a slow line waits for the bytes, not for us.
  await app.register(fastifyStatic, { root: first.directory, serve: false, preCompressed: true });
  for (const folder of folders) registerFolder(app, folder);
  app.get("/", { schema: { hide: true }, config: { roles: "public" } }, async (_request, reply) =>
    reply.redirect(first.path),
  );
}

function registerFolder(app: HttpApp, folder: PageFolder): void {
  const schema = { hide: true };
  app.get(folder.path.slice(0, -1), { schema, config: { roles: "public" } }, async (_request, reply) =>
    reply.redirect(folder.path),
  );
  app.get(`${folder.path}*`, { schema, config: { roles: "public" } }, async (request, reply) => {
    const wanted = (request.params as { "*": string })["*"];
    // Nor what begins with a dot: the folder was built, whoever asks for .env asks for something else.
    if (/\.\.|[\\\0]|(^|\/)\./.test(wanted)) throw new RefusalError({ code: "route_not_found", facts: {} });
    const isPage = wanted === "" || (folder.unknownPaths === "index" && !/\.\w+$/.test(wanted));
    const keep = !isPage && hashedFile.test(wanted);
    void reply.header("cache-control", keep ? "public, max-age=31536000, immutable" : "no-cache");
    // A file that is not there ends in the application's own answer to unknown addresses.
    return reply.sendFile(isPage ? "index.html" : wanted, folder.directory, {
      cacheControl: false,
      dotfiles: "deny",
    });
  });
}
