// Stands in for a native module: it loads unless it "was made for another Node".
if (process.env.OTHER_ABI) throw new Error('was compiled against a different Node.js version');
module.exports = class Database {};
