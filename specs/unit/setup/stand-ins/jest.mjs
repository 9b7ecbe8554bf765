// Stands in for jest: prints its arguments, and fails if told to.
const words = process.argv.slice(2).join(' ');
process.stdout.write(`jest ${words}, build skipped: ${process.env.CLAUDE_FAILOVER_SKIP_BUILD}\n`);
process.exitCode = Number(process.env.JEST_CODE ?? 0);
