import type { ErrorCode } from "../lib/errors.js";

/** Something in the project, the command line or on this machine needs a fix by the user. */
const usersMistake = 2;
const buildFailed = 1;
const interrupted = 130;

/** Every code has an entry: the compiler reports a missing one. */
export const exitCodes: Readonly<Record<ErrorCode, number>> = {
  INVALID_INPUT: usersMistake,
  UV_NOT_FOUND: usersMistake,
  UV_TOO_OLD: usersMistake,
  UV_UNUSABLE: usersMistake,
  UV_SETTINGS: usersMistake,
  PYTHON_NOT_FOUND: usersMistake,
  LOCK_MISSING: usersMistake,
  LOCK_STALE: usersMistake,
  LOCK_UNREADABLE: usersMistake,
  TARGET_NOT_LOCKED: usersMistake,
  PROJECT_UNREADABLE: usersMistake,
  NO_WHEEL: buildFailed,
  HASH_MISMATCH: buildFailed,
  HASH_MISSING: usersMistake,
  NETWORK: buildFailed,
  INDEX_AUTH: buildFailed,
  UV_FAILED: buildFailed,
  LOCAL_BUILD_FAILED: buildFailed,
  BUILD_FORBIDDEN: usersMistake,
  DOCKER_FAILED: usersMistake,
  UNSUITABLE_WHEEL: buildFailed,
  BAD_FILE: usersMistake,
  FILE_CONFLICT: buildFailed,
  HANDLER_NOT_FOUND: usersMistake,
  HANDLER_UNUSABLE: usersMistake,
  NO_CODE: usersMistake,
  SECRET_FILE: usersMistake,
  NATIVE_MISMATCH: buildFailed,
  TOO_LARGE: buildFailed,
  TIMEOUT: buildFailed,
  STORE_UNUSABLE: usersMistake,
  STORE_FULL: buildFailed,
  STORE_FAILED: buildFailed,
  NOT_REPRODUCIBLE: buildFailed,
  FUNCTION_FAILED: buildFailed,
  CANCELLED: interrupted,
};
