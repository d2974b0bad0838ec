import type { Capabilities, Role, Strategy } from "../fixtures/contract/capabilities.ts";
import type { SettingName } from "../fixtures/contract/settings.ts";

/** For `meaningful`: does the player of a place offer these calls of its API? */
export const offers =
  (place: string, ...calls: readonly string[]) =>
  (cast: Readonly<Record<string, Capabilities>>): boolean =>
    calls.every((call) => !cast[place]?.lacks.includes(call));

/** For `meaningful`: does the player of a place have this role? */
export const has =
  (place: string, role: Role) =>
  (cast: Readonly<Record<string, Capabilities>>): boolean =>
    cast[place]?.roles.includes(role) === true;

/** For `meaningful`: can the operator of the player of a place set this? */
export const sets =
  (place: string, setting: SettingName) =>
  (cast: Readonly<Record<string, Capabilities>>): boolean =>
    cast[place]?.settings[setting] !== undefined;

/** For `meaningful`: does the player of a place spread content topics over a network of this size by itself? */
export const spreads =
  (place: string, size: number) =>
  (cast: Readonly<Record<string, Capabilities>>): boolean => {
    const sizes = cast[place]?.networkShards ?? [];
    return sizes === "any" || sizes.includes(size);
  };

/** For `meaningful`: does the player of a place say that it follows this strategy? */
export const follows =
  (place: string, strategy: Strategy) =>
  (cast: Readonly<Record<string, Capabilities>>): boolean =>
    cast[place]?.strategies.includes(strategy) === true;
