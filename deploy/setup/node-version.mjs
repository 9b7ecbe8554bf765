const OLDEST = [20, 19];
const UNAVAILABLE = 69;

/** Ends the process when this Node is older than package.json's `engines` allows. */
export function refuseOldNode(version = process.versions.node) {
  if (isRecentEnough(version)) return;
  process.stderr.write(
    `setup: this is Node ${version}, and claude-failover needs ${OLDEST.join('.')} or newer. Please
run this again after installing a supported release (22 or 24): https://nodejs.org/en/download
`,
  );
  process.exit(UNAVAILABLE);
}

/** @internal exported for specs */
export function isRecentEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
