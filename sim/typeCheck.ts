// Checks the types of single files of a tree. Parsed files are kept, so that the second check is quick.
import * as fs from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export type TypeChecker = Readonly<{
  /** Complaints about these files, one line each; none where they compile. */
  check(paths: readonly string[]): readonly string[];
}>;

export function createTypeChecker(directory: string): TypeChecker {
  const configFile = join(directory, "tsconfig.json");
  const { config } = ts.readConfigFile(configFile, (path) => fs.readFileSync(path, "utf8")) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(
    config,
    { ...ts.sys, readDirectory: () => [] },
    directory,
  );
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile.bind(host);
  const parsed = new Map<string, { mtimeMs: number; file: ts.SourceFile | undefined }>();
  host.getSourceFile = (name, ...rest) => {
    const mtimeMs = fs.statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const known = parsed.get(name);
    if (known !== undefined && known.mtimeMs === mtimeMs) return known.file;
    const file = parse(name, ...rest);
    parsed.set(name, { mtimeMs, file });
    return file;
  };
  let program: ts.Program | undefined;
  return {
    check: (paths) => {
      const rootNames = paths.map((path) => join(directory, path));
      program = ts.createProgram({
        rootNames,
        options,
        host,
        ...(program !== undefined && { oldProgram: program }),
      });
      const found = rootNames.flatMap((name) => {
        const file = program?.getSourceFile(name);
        return [
          ...(program?.getSyntacticDiagnostics(file) ?? []),
          ...(program?.getSemanticDiagnostics(file) ?? []),
        ];
      });
      return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
    },
  };
}
