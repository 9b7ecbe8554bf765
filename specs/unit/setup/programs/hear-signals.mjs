// Prints each signal it hears; ends with code 7 at the first SIGTERM.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
  process.on(signal, () => {
    process.stdout.write(`${signal}\n`);
    if (signal === 'SIGTERM') process.exitCode = 7;
    if (signal === 'SIGTERM') clearInterval(alive);
  });
}
const alive = setInterval(() => undefined, 1000);
process.stdout.write('listening\n');
