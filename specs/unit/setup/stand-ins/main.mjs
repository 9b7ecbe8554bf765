// Stands in for the command line of claude-failover: prints its arguments.
process.stdout.write(`${JSON.stringify(process.argv.slice(2))}\n`);
process.exitCode = Number(process.env.DAEMON_CODE ?? 0);
