// Which build this is: from package.json, put in by the build.
export const appVersion: string = __APP_VERSION__;
